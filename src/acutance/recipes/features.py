"""The frozen features of a perceptual loss, by the name that `--perceptual` takes.

SPSR compares images in conv5_4 of VGG-19, whose file takes 550 MB. SqueezeNet's takes 5: its last fire module stands
for conv5_4, at the same sixteenth of the size. A recipe that uses it carries its name.
"""

from pathlib import Path

from torch import nn

from acutance.errors import RequestError, unknown
from acutance.extractors import VGG19, SqueezeNet

PERCEPTUAL = ("vgg", "squeezenet")
VGG_LAYER, SQUEEZENET_LAYER = "conv5_4", 12


def perceptual_features(name: str, file: Path | None) -> nn.Module:
    """Return the features called "vgg" or "squeezenet", with the weights in `file`.

    Raises:
        RequestError: there are no such features, no such file, or it holds something else.
    """
    if name not in PERCEPTUAL:
        raise unknown("set of perceptual features", name, PERCEPTUAL)
    if file is None:
        raise RequestError(
            f"the perceptual loss needs a file of weights: name it by --{name} FILE, choose other features by "
            f"--perceptual {' or '.join(each for each in PERCEPTUAL if each != name)}, or go --without perceptual."
        )
    return VGG19.from_file(file, (VGG_LAYER,)) if name == "vgg" else SqueezeNet.from_file(file, (SQUEEZENET_LAYER,))
