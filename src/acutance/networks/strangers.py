"""Networks of others that Acutance has not, told by their keys, so that a sentence can name them."""

from dataclasses import dataclass

from acutance.networks.keys import FRAME, count
from acutance.networks.rrdb_files import UNSHUFFLES, is_new
from acutance.tensors import Weights


@dataclass(frozen=True)
class Stranger:
    """A network that Acutance has not.

    Attributes:
        what: it is, with its article, such as "an RFDN".
        makes_pictures: whether it makes pictures; else it looks at them, and may stand beside one that does.
        in_spandrel: whether spandrel reads it.
    """

    what: str
    makes_pictures: bool = True
    in_spandrel: bool = False


DISCRIMINATOR = Stranger("a discriminator, which tells pictures apart and makes none", makes_pictures=False)
CLASSIFIER = Stranger("a network that classifies pictures, such as VGG or ResNet", makes_pictures=False)
SWIN = "layers.0.residual_group.blocks.0"
MARKS: tuple[tuple[set[str], Stranger], ...] = (
    ({"fea_conv.weight", "B1.c1_d.weight", "LR_conv.weight"}, Stranger("an RFDN")),
    ({"fea_conv.weight", "IMDB1.c1.weight"}, Stranger("an IMDN")),
    ({"entry.weight", "b1.b1.body.4.weight", "exit.weight"}, Stranger("a CARN-M")),
    ({"entry.weight", "b1.b1.body.0.weight", "exit.weight"}, Stranger("a CARN")),
    ({f"{SWIN}.conv_block.cab.0.weight"}, Stranger("a HAT", in_spandrel=True)),
    ({f"{SWIN}.attn.logit_scale"}, Stranger("a Swin2SR", in_spandrel=True)),
    ({f"{SWIN}.attn.qkv.weight", "conv_up1.weight"}, Stranger("a SwinIR for degraded photographs", in_spandrel=True)),
    ({"block_1.c1_r.sk.weight"}, Stranger("a SPAN", in_spandrel=True)),
    ({"to_feat.weight", "feats.0.safm.mfr.0.weight"}, Stranger("a SAFMN", in_spandrel=True)),
    ({"SFENet1.weight", "RDBs.0.convs.0.conv.0.weight"}, Stranger("an RDN")),
    ({"first_part.0.weight", "mid_part.0.weight", "last_part.weight"}, Stranger("an FSRCNN")),
    ({"pre_process.0.0.body.0.weight", "upsample.0.0.weight"}, Stranger("an MDSR")),
    ({"stylegan_decoder.style_mlp.1.weight"}, Stranger("a GFPGAN", in_spandrel=True)),
    (
        {"conv0_0.weight", "linear1.weight"},
        DISCRIMINATOR,
    ),
    (
        {"conv0.weight", "conv1.weight_orig"},
        DISCRIMINATOR,
    ),
    (
        {"features.0.weight", "classifier.0.weight"},
        CLASSIFIER,
    ),
    (
        {"layer1.0.conv1.weight", "fc.weight"},
        CLASSIFIER,
    ),
)
"""Keys that a network has, and what it is; the first row counts of which all are there."""
FIRST = ("head.0.weight", "conv_first.weight", "conv_1.weight", "model.0.weight", "fea_conv.weight", "entry.weight")
"""Names of the convolution that sees LR, in the networks of `MARKS` and in ours."""


def stranger(weights: Weights) -> Stranger | None:
    """Return what network weights belong to, where that is known and is none of ours; None otherwise.

    Args:
        weights: under our names (`networks.ours`).
    """
    found = next((each for marks, each in MARKS if weights.keys() >= marks), None)
    if found is None and _compact(weights):
        found = Stranger("Real-ESRGAN's compact network (SRVGGNetCompact)", in_spandrel=True)
    if found is None and is_new(weights) and _scale_of_rrdb(weights) == 1:
        found = Stranger("an ESRGAN at scale 1, which restores and does not enlarge", in_spandrel=True)
    channels = _channels(weights)
    if channels in (None, 3, *UNSHUFFLES) or (found is not None and not found.makes_pictures):
        return found
    pictures = "grey pictures" if channels == 1 else f"pictures of {channels} channels"
    what = _family(weights) if found is None else found.what
    return Stranger(f"{what} for {pictures}, while Acutance takes RGB")


def _channels(weights: Weights) -> int | None:
    """Return how many channels of LR a network sees, None where its first convolution is not known."""
    names = (*FIRST, "body.0.weight") if _compact(weights) else FIRST
    first = next((weights[key] for key in names if key in weights and weights[key].dim() == 4), None)
    return None if first is None else first.shape[1]


def _family(weights: Weights) -> str:
    """Return the name, with its article, of a network of ours but for its channels."""
    if weights.keys() >= FRAME:
        attentive = any(".conv_du." in key for key in weights)
        return "an RCAN" if attentive else "an EDSR"
    if is_new(weights):
        return "an ESRGAN"
    return "a SwinIR" if f"{SWIN}.attn.qkv.weight" in weights else "a network"


def _compact(weights: Weights) -> bool:
    """Tell a plain sequence of convolutions and PReLUs."""
    sequence = count(r"body\.\d+\.(weight|bias)", weights) == len(weights)
    return sequence and "body.0.weight" in weights and weights["body.0.weight"].dim() == 4


def _scale_of_rrdb(weights: Weights) -> int:
    inputs = weights["conv_first.weight"].shape[1] if weights["conv_first.weight"].dim() == 4 else 3
    return 2 ** count(r"conv_up\d\.weight", weights) // UNSHUFFLES.get(inputs, 1)
