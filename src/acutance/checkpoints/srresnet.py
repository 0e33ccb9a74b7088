"""Released MSRResNet weights of BasicSR, and their size by the shapes."""

from acutance.checkpoints.keys import count
from acutance.networks import Network, create
from acutance.tensors import Weights


def srresnet(weights: Weights, scale: int | None) -> Network | None:
    """SRResNet: blocks of `conv1` and `conv2`, and convolutions `upconvN` before the pixel shuffles."""
    frame = {"conv_first.weight", "body.0.conv1.weight", "upconv1.weight", "conv_hr.weight", "conv_last.weight"}
    if not frame <= weights.keys():
        return None
    channels = weights["conv_first.weight"].shape[0]
    thrice = weights["upconv1.weight"].shape[0] == 9 * channels
    return create(
        "srresnet",
        scale=3 if thrice else 2 ** count(r"upconv\d\.weight", weights),
        blocks=count(r"body\.\d+\.conv1\.weight", weights),
        channels=channels,
    )
