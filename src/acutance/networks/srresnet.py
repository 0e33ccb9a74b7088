"""SRResNet: "Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network".

By Ledig et al. (2017), as BasicSR made it over (MSRResNet), which is what SPSR compares with: residual blocks without
normalisation, no skip over all of them, and the bilinear enlargement of LR added at the end.
"""

from dataclasses import dataclass
from math import ceil
from typing import ClassVar

from torch import nn
from torch.nn.functional import interpolate, leaky_relu, pixel_shuffle, relu

from acutance.networks.base import Network
from acutance.networks.blocks import Features, convolution, demand, to_image, upsampling_stages
from acutance.networks.dense import start_small
from acutance.networks.keys import Recognised, count
from acutance.tensors import Weights
from acutance.types import HighRes, LowRes

SLOPE = 0.1
"""Of every LeakyReLU, below zero."""


@dataclass(frozen=True)
class SRResNetConfig:
    """The released network by default."""

    scale: int = 4
    blocks: int = 16
    channels: int = 64

    def __post_init__(self) -> None:
        demand("SRResNet", self.scale, channels=self.channels, blocks=self.blocks)


class PlainBlock(nn.Module):
    """x + conv2(ReLU(conv1(x)))."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = convolution(channels, channels)
        self.conv2 = convolution(channels, channels)

    def forward(self, x: Features) -> Features:
        """Return features of the same shape."""
        return x + self.conv2(relu(self.conv1(x), inplace=True))


class SRResNet(Network[SRResNetConfig]):
    """BasicSR's MSRResNet of any depth and width; state-dict keys as released."""

    paper: ClassVar[str] = (
        "Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network (Ledig et al., 2017)"
    )

    def __init__(self, config: SRResNetConfig | None = None) -> None:
        super().__init__()
        self.name = "srresnet"
        self.config = config = config or SRResNetConfig()
        channels = config.channels
        self.stages = upsampling_stages(config.scale)
        self.conv_first = convolution(3, channels)
        self.body = nn.Sequential(*(PlainBlock(channels) for _ in range(config.blocks)))
        for number, factor in enumerate(self.stages, 1):
            self.add_module(f"upconv{number}", convolution(channels, factor**2 * channels))
        self.conv_hr = convolution(channels, channels)
        self.conv_last = to_image(channels, 3)
        start_small(self)

    @property
    def receptive_radius(self) -> int:
        """One pixel a convolution; those behind a pixel shuffle count less, as their pixels are smaller."""
        config = self.config
        tail = 2
        for factor in reversed(self.stages):
            tail = ceil(tail / factor) + 1
        return 1 + 2 * config.blocks + tail

    def forward(self, lr: LowRes) -> HighRes:
        """Return SR, `scale` times as high and wide as `lr`."""
        features = self.body(leaky_relu(self.conv_first(lr), SLOPE, inplace=True))
        for number, factor in enumerate(self.stages, 1):
            larger = self.get_submodule(f"upconv{number}")(features)
            features = leaky_relu(pixel_shuffle(larger, factor), SLOPE, inplace=True)
        residual = self.conv_last(leaky_relu(self.conv_hr(features), SLOPE, inplace=True))
        return residual + interpolate(lr, scale_factor=self.scale, mode="bilinear", align_corners=False)


def recognise_srresnet(weights: Weights, scale: int | None) -> Recognised | None:
    """SRResNet: blocks of `conv1` and `conv2`, and convolutions `upconvN` before the pixel shuffles."""
    frame = {"conv_first.weight", "body.0.conv1.weight", "upconv1.weight", "conv_hr.weight", "conv_last.weight"}
    if not frame <= weights.keys():
        return None
    channels = weights["conv_first.weight"].shape[0]
    thrice = weights["upconv1.weight"].shape[0] == 9 * channels
    config = SRResNetConfig(
        scale=3 if thrice else 2 ** count(r"upconv\d\.weight", weights),
        blocks=count(r"body\.\d+\.conv1\.weight", weights),
        channels=channels,
    )
    return Recognised("srresnet", config)
