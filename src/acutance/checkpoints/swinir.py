"""Released SwinIR weights, classical and light, told apart by their tails, and their size by the shapes."""

from math import isqrt

from acutance.networks import Network, create
from acutance.tensors import Weights

BLOCK = "layers.0.residual_group.blocks"


def swinir(weights: Weights, scale: int | None) -> Network | None:
    """SwinIR: groups of blocks with a table of relative positions; the light one has no `conv_last`."""
    table = weights.get(f"{BLOCK}.0.attn.relative_position_bias_table")
    if table is None or not {"conv_first.weight", "upsample.0.weight", f"{BLOCK}.0.mlp.fc1.weight"} <= weights.keys():
        return None
    hidden, channels = weights[f"{BLOCK}.0.mlp.fc1.weight"].shape
    window = (isqrt(table.shape[0]) + 1) // 2
    mask = weights.get(f"{BLOCK}.1.attn_mask")
    one_step = "conv_last.weight" not in weights
    return create(
        "swinir-light" if one_step else "swinir",
        scale=_scale(weights, one_step=one_step),
        groups=len({key.split(".")[1] for key in weights if key.startswith("layers.")}),
        blocks=len({key.split(".")[4] for key in weights if key.startswith(BLOCK)}),
        channels=channels,
        heads=table.shape[1],
        window=window,
        mlp_ratio=hidden / channels,
        one_step=one_step,
        patch=window if mask is None else isqrt(mask.shape[0]) * window,
    )


def _scale(weights: Weights, *, one_step: bool) -> int:
    outputs, inputs, *_ = weights["upsample.0.weight"].shape
    if one_step:
        return isqrt(outputs // 3)
    stages = sum(key.startswith("upsample.") and key.endswith(".weight") for key in weights)
    return 3 if outputs == 9 * inputs else 2**stages
