"""The frozen features of a perceptual loss, by the name that `--perceptual` takes.

SPSR compares images in conv5_4 of VGG-19, whose file takes 550 MB. SqueezeNet's takes 5: its last fire module, at the
same sixteenth of the size, stands for conv5_4. Alone it let the colours of a light SPSR drift (L1 rose from 0.02 to
0.14 within 100 steps), so "squeezenet_all" compares in all seven layers of LPIPS. "lpips" is LPIPS v0.1 itself: those
layers with channels of unit length, weighed by what people judged. A recipe carries the name of what it uses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from torch import nn

from acutance.errors import RequestError, unknown
from acutance.extractors import VGG19, SqueezeNet
from acutance.extractors.squeezenet import LPIPS as LPIPS_LAYERS
from acutance.losses import Perceptual
from acutance.losses.distance import Distance
from acutance.metrics.lpips import LPIPS, SQUEEZE, LPIPSFeatures, read_linear


@dataclass(frozen=True)
class Compared:
    """What a perceptual loss compares.

    Attributes:
        option: names the file of weights.
        distance: of the features.
        period: pixels by which images are moved at random before their features are taken, one less at most: where the
            first layer strides, as SqueezeNet's does, a network that is not moved draws what the stride misses
            (losses/perceptual.py).
    """

    option: str
    distance: Distance = "l1"
    period: int = 16


PERCEPTUAL: Mapping[str, Compared] = MappingProxyType(
    {
        "vgg": Compared("vgg", period=1),
        "squeezenet": Compared("squeezenet"),
        "squeezenet_all": Compared("squeezenet"),
        "lpips": Compared("squeezenet", "l2"),
    }
)
"""Each set of features."""
VGG_LAYERS, SQUEEZENET_LAYERS = ("conv5_4",), (12,)


def perceptual_features(name: str, file: Path | None) -> nn.Module:
    """Return the features of a name in `PERCEPTUAL`, with the weights in `file`; LPIPS has others beside that file.

    Raises:
        RequestError: there are no such features, no such file, or it holds something else.
    """
    if name not in PERCEPTUAL:
        raise unknown("set of perceptual features", name, PERCEPTUAL)
    if file is None:
        option = PERCEPTUAL[name].option
        others = " or ".join(each for each, compared in PERCEPTUAL.items() if compared.option != option)
        raise RequestError(
            f"the perceptual loss needs a file of weights: name it by --{option} FILE, choose other features "
            f"by --perceptual {others}, or go --without perceptual."
        )
    if name == "vgg":
        return VGG19.from_file(file, VGG_LAYERS)
    features = SqueezeNet.from_file(file, SQUEEZENET_LAYERS if name == "squeezenet" else LPIPS_LAYERS)
    if name != "lpips":
        return features
    linear = SQUEEZE.linear.find(file.parent)
    return LPIPSFeatures(LPIPS(features, read_linear(linear, SQUEEZE.channels)))


def perceptual_loss(name: str, file: Path | None) -> Perceptual:
    """Return the loss that compares those features. Raises as `perceptual_features`."""
    features, compared = perceptual_features(name, file), PERCEPTUAL[name]
    return Perceptual(features, compared.distance, period=compared.period)
