"""Files of EDSR and RCAN that BasicSR trained: the same networks under other keys, their colour mean not in the file.

BasicSR works on colours up to 255 for both, whatever it writes.
"""

import re
from collections.abc import Sequence

from acutance.networks.blocks import MeanShift
from acutance.networks.keys import count
from acutance.tensors import Weights

FRAME = {"conv_first.weight", "conv_after_body.weight", "upsample.0.weight", "conv_last.weight"}
RGB_RANGE = 255.0
Renaming = Sequence[tuple[str, str]]
"""Regular expressions of BasicSR's names, each with ours; the first that matches a key as a whole renames it."""


def edsr_names(weights: Weights) -> Weights:
    """Return weights of BasicSR's EDSR under our names; any others as they are."""
    if not weights.keys() >= FRAME | {"body.0.conv1.weight"}:
        return weights
    blocks = count(r"body\.\d+\.conv1\.weight", weights)
    inner = ((r"body\.(\d+)\.conv1\.(.+)", r"body.\1.body.0.\2"), (r"body\.(\d+)\.conv2\.(.+)", r"body.\1.body.2.\2"))
    return _renamed(weights, inner, blocks)


def rcan_names(weights: Weights) -> Weights:
    """Return weights of BasicSR's RCAN under our names; any others as they are."""
    if not weights.keys() >= FRAME | {"body.0.residual_group.0.rcab.0.weight"}:
        return weights
    blocks = count(r"body\.0\.residual_group\.\d+\.rcab\.0\.weight", weights)
    block, ours = r"body\.(\d+)\.residual_group\.(\d+)\.rcab", r"body.\1.body.\2.body"
    inner = (
        (rf"{block}\.3\.attention\.1\.(.+)", rf"{ours}.3.conv_du.0.\3"),
        (rf"{block}\.3\.attention\.3\.(.+)", rf"{ours}.3.conv_du.2.\3"),
        (rf"{block}\.(.+)", rf"{ours}.\3"),
        (r"body\.(\d+)\.conv\.(.+)", rf"body.\1.body.{blocks}.\2"),
    )
    return _renamed(weights, inner, count(r"body\.\d+\.conv\.weight", weights))


def _renamed(weights: Weights, inner: Renaming, blocks: int) -> Weights:
    """Rename the frame and what is within it, and add the mean that BasicSR keeps in its code."""
    frame = (
        (r"conv_first\.(.+)", r"head.0.\1"),
        (r"conv_after_body\.(.+)", rf"body.{blocks}.\1"),
        (r"upsample\.(.+)", r"tail.0.\1"),
        (r"conv_last\.(.+)", r"tail.1.\1"),
    )
    renamed = {_name(key, (*inner, *frame)): tensor for key, tensor in weights.items()}
    means = {"sub_mean": MeanShift(RGB_RANGE, sign=-1), "add_mean": MeanShift(RGB_RANGE, sign=+1)}
    fixed = {f"{name}.{key}": tensor for name, shift in means.items() for key, tensor in shift.state_dict().items()}
    return {**fixed, **renamed}


def _name(key: str, renaming: Renaming) -> str:
    for theirs, ours in renaming:
        if (match := re.fullmatch(theirs, key)) is not None:
            return match.expand(ours)
    return key
