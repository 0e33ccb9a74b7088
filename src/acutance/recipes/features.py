"""The frozen features of a perceptual loss, by the name that `--perceptual` takes.

SPSR compares images in conv5_4 of VGG-19, whose file takes 550 MB. SqueezeNet's takes 5: its last fire module, at the
same sixteenth of the size, stands for conv5_4. Alone it let the colours of a light SPSR drift (L1 rose from 0.02 to
0.14 within 100 steps), so "squeezenet_all" compares in all seven layers of LPIPS. A recipe carries the name of what it
uses.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from torch import nn

from acutance.errors import RequestError, unknown
from acutance.extractors import VGG19, SqueezeNet
from acutance.extractors.squeezenet import LPIPS

PERCEPTUAL: Mapping[str, str] = MappingProxyType(
    {"vgg": "vgg", "squeezenet": "squeezenet", "squeezenet_all": "squeezenet"}
)
"""Each set of features, and the option that names its file of weights."""
PERIODS: Mapping[str, int] = MappingProxyType({"vgg": 1, "squeezenet": 16, "squeezenet_all": 16})
"""Pixels by which images are moved at random before their features are taken, one less at most: where the first layer
strides, as SqueezeNet's does, a network that is not moved draws what the stride misses (losses/perceptual.py)."""
VGG_LAYERS, SQUEEZENET_LAYERS = ("conv5_4",), (12,)


def perceptual_features(name: str, file: Path | None) -> nn.Module:
    """Return the features of a name in `PERCEPTUAL`, with the weights in `file`.

    Raises:
        RequestError: there are no such features, no such file, or it holds something else.
    """
    if name not in PERCEPTUAL:
        raise unknown("set of perceptual features", name, PERCEPTUAL)
    if file is None:
        others = " or ".join(each for each, option in PERCEPTUAL.items() if option != PERCEPTUAL[name])
        raise RequestError(
            f"the perceptual loss needs a file of weights: name it by --{PERCEPTUAL[name]} FILE, choose other features "
            f"by --perceptual {others}, or go --without perceptual."
        )
    if name == "vgg":
        return VGG19.from_file(file, VGG_LAYERS)
    return SqueezeNet.from_file(file, LPIPS if name == "squeezenet_all" else SQUEEZENET_LAYERS)
