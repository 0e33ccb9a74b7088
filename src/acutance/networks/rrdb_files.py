"""Files of ESRGAN's generator and its kin, whose weights go by three namings: ours is the newest.

"new" is BasicSR's, of Real-ESRGAN too; "mid" that of ESRGAN's last code, of BSRGAN too; "old" that of its first, which
wrote RRDB_PSNR_x4.pth. Order and shapes are the same.
"""

from acutance.networks.keys import Recognised, count, enlargement
from acutance.networks.rrdb import RRDBConfig
from acutance.networks.spsr_files import is_spsr
from acutance.tensors import Weights

NAMINGS = ("new", "mid", "old")
UNSHUFFLES = {3 * 2**2: 2, 3 * 4**2: 4}
"""Channels that the first convolution sees -> how many pixels of LR a side they were taken from."""


def names(blocks: int, stages: int) -> list[tuple[str, str, str]]:
    """Return the names of each convolution in the three namings, in the order of the network.

    `blocks` are those of the trunk, `stages` its enlargements.
    """
    dense = [(i, j, k) for i in range(blocks) for j in range(1, 4) for k in range(1, 6)]
    hr = 3 * stages + 2
    return [
        ("conv_first", "conv_first", "model.0"),
        *(
            (f"body.{i}.rdb{j}.conv{k}", f"RRDB_trunk.{i}.RDB{j}.conv{k}", f"model.1.sub.{i}.RDB{j}.conv{k}.0")
            for i, j, k in dense
        ),
        ("conv_body", "trunk_conv", f"model.1.sub.{blocks}"),
        *((f"conv_up{n}", f"upconv{n}", f"model.{3 * n}") for n in range(1, stages + 1)),
        ("conv_hr", "HRconv", f"model.{hr}"),
        ("conv_last", "conv_last", f"model.{hr + 2}"),
    ]


def named(weights: Weights, naming: str, *, blocks: int, stages: int) -> Weights:
    """Return weights of the new naming under another; what the new naming does not know keeps its name."""
    which = NAMINGS.index(naming)
    return _renamed(weights, {each[0]: each[which] for each in names(blocks, stages)})


def new_names(weights: Weights) -> Weights:
    """Return weights of an RRDBNet under the new naming; any others, SPSR's too, as they are."""
    if is_spsr(weights):
        return weights
    mid = count(r"RRDB_trunk\.\d+\.RDB1\.conv1\.weight", weights), count(r"upconv\d\.weight", weights)
    # Behind the enlargements stand two convolutions more.
    old = count(r"model\.1\.sub\.\d+\.RDB1\.conv1\.0\.weight", weights), count(r"model\.\d+\.weight", weights) - 3
    for which, (blocks, stages) in ((1, mid), (2, old)):
        if blocks:
            return _renamed(weights, {each[which]: each[0] for each in names(blocks, stages)})
    return weights


def is_new(weights: Weights) -> bool:
    """Return whether these are weights of an RRDBNet under the new naming."""
    return {"conv_first.weight", "body.0.rdb1.conv1.weight"} <= weights.keys()


def recognise_rrdb(weights: Weights, scale: int | None) -> Recognised | None:
    """RRDBNet, with the size by the shapes; one enlargement is x3 where `scale` says so, else x2."""
    if not is_new(weights):
        return None
    channels, inputs, *_ = weights["conv_first.weight"].shape
    growth, blocks = weights["body.0.rdb1.conv1.weight"].shape[0], count(r"body\.\d+\.rdb1\.conv1\.weight", weights)
    unshuffle = UNSHUFFLES.get(inputs, 1)
    config = RRDBConfig(
        scale=enlargement(count(r"conv_up\d\.weight", weights), scale) // unshuffle,
        channels=channels,
        growth=growth,
        blocks=blocks,
        unshuffle=unshuffle,
    )
    return Recognised("rrdb-light" if (channels, growth, blocks) == (32, 16, 4) else "rrdb", config)


def _renamed(weights: Weights, table: dict[str, str]) -> Weights:
    split = {key: key.rpartition(".") for key in weights}
    return {f"{table.get(layer, layer)}{dot}{kind}": weights[key] for key, (layer, dot, kind) in split.items()}
