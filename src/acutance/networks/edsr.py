"""EDSR: "Enhanced Deep Residual Networks for Single Image Super-Resolution" (Lim et al., 2017).

A head convolution, residual blocks without normalisation, a skip over all of them, and a pixel-shuffle tail. At scale 1
there is no shuffle, and the network adds to its input, as RCAN does: it restores pictures instead of enlarging them.
"""

from dataclasses import dataclass
from math import ceil, prod
from typing import ClassVar

from torch import nn

from acutance.networks.base import Network
from acutance.networks.blocks import (
    RESTORING,
    MeanShift,
    ResidualBlock,
    Upsampler,
    convolution,
    demand,
    to_image,
    upsampling_stages,
)
from acutance.networks.keys import FRAME, Recognised, frame_of, last_of_body
from acutance.tensors import Weights
from acutance.types import HighRes, LowRes

NAMED = {(16, 64): ("edsr-s", 1.0), (32, 256): ("edsr-l", 0.1), (8, 32): ("edsr-light", 1.0)}
"""Blocks and channels -> the name of that EDSR, and its residual scale."""


@dataclass(frozen=True)
class EDSRConfig:
    """EDSR-S, the baseline of the paper, by default; `rgb_range` is the range that its weights were trained in.

    `bands` are those of its images: 3 for RGB, 1 for grey, more for other cameras.
    """

    scale: int = 4
    blocks: int = 16
    channels: int = 64
    residual_scale: float = 1.0
    rgb_range: float = 255.0
    bands: int = 3

    def __post_init__(self) -> None:
        own = {"channels": self.channels, "bands": self.bands, "blocks": self.blocks}
        demand("EDSR", self.scale, RESTORING, **own)


class EDSR(Network[EDSRConfig]):
    """EDSR of any depth and width; state-dict keys as in the released code.

    `EDSR(EDSRConfig(scale=4))` is EDSR-S; 32 blocks of 256 channels with a residual scale of 0.1 are EDSR-L.
    """

    paper: ClassVar[str] = "Enhanced Deep Residual Networks for Single Image Super-Resolution (Lim et al., 2017)"

    def __init__(self, config: EDSRConfig | None = None) -> None:
        super().__init__()
        self.name = "edsr"
        self.config = config = config or EDSRConfig()
        channels = config.channels
        self.sub_mean = MeanShift(config.rgb_range, sign=-1, bands=config.bands)
        self.add_mean = MeanShift(config.rgb_range, sign=+1, bands=config.bands)
        self.head = nn.Sequential(convolution(config.bands, channels))
        blocks = [ResidualBlock(channels, config.residual_scale) for _ in range(config.blocks)]
        self.body = nn.Sequential(*blocks, convolution(channels, channels))
        self.tail = nn.Sequential(Upsampler(config.scale, channels), to_image(channels, config.bands))

    @property
    def receptive_radius(self) -> int:
        """One pixel a convolution; those of the tail count less, as their pixels are smaller."""
        config = self.config
        at_lr = 1 + 2 * config.blocks + 1
        stages = upsampling_stages(config.scale)
        in_tail = sum(1 / prod(stages[:done]) for done in range(len(stages) + 1))
        return at_lr + ceil(in_tail)

    def forward(self, lr: LowRes) -> HighRes:
        """Return SR, `scale` times as high and wide as `lr`."""
        rgb_range = self.add_mean.rgb_range
        shifted = self.sub_mean(lr * rgb_range)
        features = self.head(shifted)
        made = self.tail(self.body(features) + features)
        return self.add_mean(made + shifted if self.scale == 1 else made) / rgb_range


def recognise_edsr(weights: Weights, scale: int | None) -> Recognised | None:
    """EDSR: a body of `body.N.body.0` and `body.N.body.2`, and a plain `body.N` at its end.

    Residual scales leave no trace: they are known of the networks that the paper and Acutance name, by their size.
    """
    strange = any(".conv_" in key for key in weights) or "body.0.body.1.weight" in weights
    if strange or not FRAME | {"body.0.body.2.weight"} <= weights.keys():
        return None
    frame, blocks = frame_of(weights), last_of_body(weights)
    name, residual_scale = NAMED.get((blocks, frame["channels"]), ("edsr", None))
    config = EDSRConfig(**frame, blocks=blocks, residual_scale=residual_scale or 1.0)
    return Recognised(name, config, residual_scale_known=residual_scale is not None)
