"""LPIPS v0.1 (Zhang et al. 2018, Eq. 1): d = sum_l mean_hw sum_c w_lc (a_lhwc - b_lhwc)^2, where a_l and b_l are layer
l's features of two pictures, channels brought to unit length, and the w_lc >= 0 were fitted to what people judged.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor, nn

from acutance import tensors
from acutance.errors import RequestError, unknown
from acutance.extractors.alexnet import AlexNet
from acutance.extractors.squeezenet import SqueezeNet
from acutance.extractors.vgg16 import VGG16
from acutance.metrics.luma import demand_equal_sizes
from acutance.metrics.weight_files import ReleasedFile, checksum_of_numbers
from acutance.ops import image_of
from acutance.types import HighRes

TINY = 1e-10
"""Added to the length of a feature vector, as in the released code."""
AUTHORS = "https://github.com/richzhang/PerceptualSimilarity/raw/master/lpips/weights/v0.1"
TORCHVISION = "https://download.pytorch.org/models"


@dataclass(frozen=True)
class Backbone:
    """A network whose features LPIPS compares.

    Args:
        title: how tables name it.
        channels: of the layers compared.
        load: makes the network that returns those layers of images in [0, 1], from the file of its weights.
        features: that file.
        linear: the file of the w_lc, under the keys `linN.model.1.weight`.
    """

    title: str
    channels: tuple[int, ...]
    load: Callable[[Path], nn.Module]
    features: ReleasedFile
    linear: ReleasedFile


def _features(name: str, title: str, files: Mapping[str, str]) -> ReleasedFile:
    """Return the file of a backbone's features: its names, torchvision's first, with how their checksums begin."""
    url = f"{TORCHVISION}/{next(iter(files))}"
    return ReleasedFile(
        f"the features of {title}", tuple(files), url, tuple(files.values()), f"lpips --backbone {name}"
    )


def _linear(name: str, title: str, sha256: str) -> ReleasedFile:
    """Return the file of a backbone's linear weights, recognised by the numbers in it."""
    names = (f"lpips_v0.1_{name}.pth", f"lpips_v0.1_{name}.safetensors")
    content, fetch = f"the linear weights of LPIPS v0.1 for {title}", f"lpips --backbone {name}"
    return ReleasedFile(content, names, f"{AUTHORS}/{name}.pth", (sha256,), fetch, checksum_of_numbers)


SQUEEZE = Backbone(
    "SqueezeNet",
    (64, 128, 256, 384, 384, 512, 512),
    SqueezeNet.from_file,
    _features(
        "squeeze",
        "SqueezeNet",
        {"squeezenet1_1-b8a52dc0.pth": "b8a52dc0", "squeezenet1_1_features.safetensors": "9a513da1"},
    ),
    _linear("squeeze", "SqueezeNet", "55d9bd39ee2c777937ec5fa22a32531971c306d30dcf0d0e799648c767be7e5f"),
)
ALEX = Backbone(
    "AlexNet",
    (64, 192, 384, 256, 256),
    partial(AlexNet.from_file, sha256=None),
    _features(
        "alex",
        "AlexNet",
        {"alexnet-owt-7be5be79.pth": "7be5be79", "alexnet_features.safetensors": "9f97fd31"},
    ),
    _linear("alex", "AlexNet", "885a51c7aba6f7ccf3321ca5f345fbd72201f3347f0a88e807016be494493f5d"),
)
VGG = Backbone(
    "VGG-16",
    (64, 128, 256, 512, 512),
    partial(VGG16.from_file, sha256=None),
    _features("vgg", "VGG-16", {"vgg16-397923af.pth": "397923af", "vgg16_features.safetensors": "cabd922a"}),
    _linear("vgg", "VGG-16", "09016f6c713efecd87823d0ac57b392f1c5c47de4e54122e04c71f80cc4650a3"),
)
BACKBONES: Mapping[str, Backbone] = MappingProxyType({"squeeze": SQUEEZE, "alex": ALEX, "vgg": VGG})
"""The networks that LPIPS v0.1 was released for; SPSR's tables are taken with AlexNet."""


class LPIPS(nn.Module):
    """The distance of images as a frozen network sees them; 0 for equal ones, about 0.7 for strangers.

    Args:
        features: image in [0, 1] -> its layers, each (b, c, h, w).
        linear: the weights of every layer's channels, each (1, c, 1, 1), none of them negative.
    """

    def __init__(self, features: nn.Module, linear: Sequence[Float[Tensor, "1 _ 1 1"]]) -> None:
        super().__init__()
        self.features = features.eval().requires_grad_(False)
        self.linear = nn.ParameterList(nn.Parameter(weight, requires_grad=False) for weight in linear)

    @classmethod
    def from_folder(cls, weights: Path | None, backbone: str = "squeeze") -> "LPIPS":
        """Return LPIPS v0.1 with the files in `weights`, or in the folder that ACUTANCE_WEIGHTS names.

        Raises:
            RequestError: there is no such backbone, or one of its two files is missing or another one.
        """
        if backbone not in BACKBONES:
            raise unknown("backbone of LPIPS", backbone, BACKBONES)
        chosen = BACKBONES[backbone]
        features, linear = chosen.features.find(weights), chosen.linear.find(weights)
        return cls(chosen.load(features), read_linear(linear, chosen.channels))

    def forward(self, sr: HighRes, hr: HighRes) -> Float[Tensor, " b"]:
        """Return the distance of each image from its partner; both in [0, 1].

        Raises:
            RequestError: the images are too small for the network.
        """
        layers = zip(self.linear, self.features(sr), self.features(hr), strict=True)
        return sum((_distance(weight, a, b) for weight, a, b in layers), sr.new_zeros(len(sr)))


class LPIPSFeatures(nn.Module):
    """What a network compares under LPIPS, for losses: the mean over its layers of their mean squares is the distance.

    >>> from acutance.losses import Perceptual
    >>> loss = Perceptual(LPIPSFeatures(LPIPS.from_folder(weights)), "l2", period=16)  # doctest: +SKIP
    """

    def __init__(self, distance: LPIPS) -> None:
        super().__init__()
        self.distance = distance

    def forward(self, image: HighRes) -> list[Tensor]:
        """Return the layers of an image, channels of unit length and weighed, (b, c, h, w) each."""
        layers = list(zip(self.distance.linear, self.distance.features(image), strict=True))
        return [_unit(layer) * (weight * weight.numel() * len(layers)).sqrt() for weight, layer in layers]


def read_linear(path: Path, channels: Sequence[int]) -> list[Float[Tensor, "1 _ 1 1"]]:
    """Return the weights of the layers' channels from a released file.

    Raises:
        RequestError: it lacks a layer, or has one of another width.
    """
    stored = tensors.read_weights(path)
    weights = [stored.get(f"lin{number}.model.1.weight") for number in range(len(channels))]
    for number, (weight, width) in enumerate(zip(weights, channels, strict=True)):
        if weight is None or weight.shape != (1, width, 1, 1):
            raise RequestError(f"{path} does not hold {width} weights as lin{number}.model.1.weight, as LPIPS needs.")
    return [weight.float() for weight in weights if weight is not None]


def lpips(
    sr: UInt8[np.ndarray, "h w 3"],
    hr: UInt8[np.ndarray, "H W 3"],
    *,
    weights: str | Path | None = None,
    backbone: str = "squeeze",
) -> float:
    """Return LPIPS v0.1 of two RGB pictures, whole, at least 0.

    The network is read once from the folder `weights`, or ACUTANCE_WEIGHTS, and kept. Raises RequestError if the sizes
    differ, the pictures are too small for the network, or a file of weights is missing.
    """
    return perceptual_distance(_kept(None if weights is None else Path(weights), backbone), sr, hr)


def perceptual_distance(network: LPIPS, sr: UInt8[np.ndarray, "h w 3"], hr: UInt8[np.ndarray, "H W 3"]) -> float:
    """Return the distance that `network` sees between two RGB pictures.

    Raises:
        RequestError: the sizes differ, or the pictures are too small for the network.
    """
    demand_equal_sizes(sr, hr)
    with torch.inference_mode():
        return float(network(image_of(sr), image_of(hr)))


def shifted_distance(network: LPIPS, sr: UInt8[np.ndarray, "h w 3"], hr: UInt8[np.ndarray, "H W 3"]) -> float:
    """Return the mean distance over both pictures without their first 0 or 1 rows and columns, four in all.

    The published one looks at a single phase of the network's strides, and may miss a grid in step with them. Raises
    RequestError as `perceptual_distance`.
    """
    shifts = [(down, across) for down in (0, 1) for across in (0, 1)]
    return sum(perceptual_distance(network, sr[y:, x:], hr[y:, x:]) for y, x in shifts) / len(shifts)


@cache
def _kept(weights: Path | None, backbone: str) -> LPIPS:
    return LPIPS.from_folder(weights, backbone)


def _distance(
    weight: Float[Tensor, "1 c 1 1"], a: Float[Tensor, "b c h w"], b: Float[Tensor, "b c h w"]
) -> Float[Tensor, " b"]:
    return (weight * (_unit(a) - _unit(b)).square()).sum(1).mean((1, 2))


def _unit(features: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c h w"]:
    return features / (features.norm(dim=1, keepdim=True) + TINY)
