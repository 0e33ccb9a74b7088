"""The networks with EDSR's head and tail, told apart by their bodies, and their size by the shapes."""

from acutance.checkpoints.foreign import Weights
from acutance.networks import Network, create


def edsr(weights: Weights, scale: int | None) -> Network | None:
    """EDSR: `body.N.body.0`, a plain `body.N` at the end, and pixel-shuffle convolutions in `tail.0`."""
    if not {"head.0.weight", "body.0.body.2.weight", "tail.0.0.weight", "tail.1.weight"} <= weights.keys():
        return None
    if "body.0.body.3.conv_du.0.weight" in weights or "body.0.body.1.weight" in weights:
        return None
    channels = weights["head.0.weight"].shape[0]
    blocks = max(int(key.split(".")[1]) for key in weights if key.startswith("body."))
    stages = sum(key.startswith("tail.0.") and key.endswith(".weight") for key in weights)
    found = 3 if weights["tail.0.0.weight"].shape[0] == 9 * channels else 2**stages
    name = {(16, 64): "edsr-s", (32, 256): "edsr-l", (8, 32): "edsr-light"}.get((blocks, channels), "edsr")
    # The residual scale leaves no trace in the weights; the released wide networks use 0.1, the narrow ones 1.
    return create(name, scale=found, blocks=blocks, channels=channels, residual_scale=0.1 if channels >= 256 else 1.0)
