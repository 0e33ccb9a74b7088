"""RCAN: "Image Super-Resolution Using Very Deep Residual Channel Attention Networks" (Zhang et al., 2018).

EDSR's frame around groups of residual blocks, each of which weighs its channels by what they hold on average. At
scale 1 it adds to its input, as the paper's authors had it for denoising.
"""

from dataclasses import dataclass
from typing import ClassVar

from torch import nn

from acutance.networks.base import Network
from acutance.networks.blocks import RESTORING, MeanShift, ResidualGroup, Upsampler, convolution, demand, to_image
from acutance.networks.keys import OF_HAN, Recognised, attentive_groups
from acutance.tensors import Weights
from acutance.types import HighRes, LowRes


@dataclass(frozen=True)
class RCANConfig:
    """RCAN as published by default: `groups` of `blocks`; `rgb_range` is the range that its weights were trained in.

    `bands` are those of its images.
    """

    scale: int = 4
    groups: int = 10
    blocks: int = 20
    channels: int = 64
    reduction: int = 16
    rgb_range: float = 255.0
    bands: int = 3

    def __post_init__(self) -> None:
        counts = {"groups": self.groups, "blocks": self.blocks, "bands": self.bands}
        demand("RCAN", self.scale, RESTORING, channels=self.channels, reduction=self.reduction, **counts)


class RCAN(Network[RCANConfig]):
    """RCAN of any depth and width; state-dict keys as in the released code."""

    paper: ClassVar[str] = (
        "Image Super-Resolution Using Very Deep Residual Channel Attention Networks (Zhang et al., 2018)"
    )

    def __init__(self, config: RCANConfig | None = None) -> None:
        super().__init__()
        self.name = "rcan"
        self.config = config = config or RCANConfig()
        channels = config.channels
        self.sub_mean = MeanShift(config.rgb_range, sign=-1, bands=config.bands)
        self.add_mean = MeanShift(config.rgb_range, sign=+1, bands=config.bands)
        self.head = nn.Sequential(convolution(config.bands, channels))
        groups = [ResidualGroup(config.blocks, channels, config.reduction) for _ in range(config.groups)]
        self.body = nn.Sequential(*groups, convolution(channels, channels))
        self.tail = nn.Sequential(Upsampler(config.scale, channels), to_image(channels, config.bands))

    @property
    def receptive_radius(self) -> None:
        """The whole picture: channels are weighed by their means over it."""
        return

    def forward(self, lr: LowRes) -> HighRes:
        """Return SR, `scale` times as high and wide as `lr`."""
        rgb_range = self.add_mean.rgb_range
        shifted = self.sub_mean(lr * rgb_range)
        features = self.head(shifted)
        made = self.tail(self.body(features) + features)
        return self.add_mean(made + shifted if self.scale == 1 else made) / rgb_range


def recognise_rcan(weights: Weights, scale: int | None) -> Recognised | None:
    """RCAN: groups of blocks with `conv_du`, and no layers attended to, which would be HAN's."""
    size = attentive_groups(weights)
    if size is None or any(key.startswith(OF_HAN) for key in weights):
        return None
    return Recognised("rcan", RCANConfig(**size))
