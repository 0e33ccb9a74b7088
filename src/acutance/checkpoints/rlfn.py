"""Released RLFN weights, whose keys no other network has, and their size by the shapes."""

from math import isqrt

from acutance.networks import Network, create
from acutance.tensors import Weights


def rlfn(weights: Weights, scale: int | None) -> Network | None:
    """RLFN: `block_N` with `c1_r` and an attention `esa`, and one convolution in `upsampler`."""
    if not {"conv_1.weight", "block_1.c1_r.weight", "block_1.esa.conv1.weight", "upsampler.0.weight"} <= weights.keys():
        return None
    attention, channels, *_ = weights["block_1.esa.conv1.weight"].shape
    return create(
        "rlfn",
        scale=isqrt(weights["upsampler.0.weight"].shape[0] // 3),
        blocks=len({key.split(".")[0] for key in weights if key.startswith("block_")}),
        channels=channels,
        attention_channels=attention,
    )
