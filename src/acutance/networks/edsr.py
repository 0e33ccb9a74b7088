"""EDSR: "Enhanced Deep Residual Networks for Single Image Super-Resolution" (Lim et al., 2017).

A head convolution, residual blocks without normalisation, a skip over all of them, and a pixel-shuffle tail.
"""

from dataclasses import dataclass
from math import ceil, prod
from typing import ClassVar

from torch import nn

from acutance.errors import RequestError
from acutance.networks.base import Network
from acutance.networks.blocks import SCALES, MeanShift, ResidualBlock, Upsampler, convolution, upsampling_stages
from acutance.networks.keys import FRAME, Recognised, frame_of, last_of_body
from acutance.tensors import Weights
from acutance.types import HighRes, LowRes


@dataclass(frozen=True)
class EDSRConfig:
    """EDSR-S, the baseline of the paper, by default; `rgb_range` is the range that its weights were trained in."""

    scale: int = 4
    blocks: int = 16
    channels: int = 64
    residual_scale: float = 1.0
    rgb_range: float = 255.0

    def __post_init__(self) -> None:
        if self.scale not in SCALES:
            raise RequestError(f"EDSR has no scale {self.scale}; it has {', '.join(map(str, SCALES))}.")
        if self.blocks < 1 or self.channels < 1:
            raise RequestError(f"EDSR needs a block and a channel at least, not {self.blocks} and {self.channels}.")


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
        self.sub_mean = MeanShift(config.rgb_range, sign=-1)
        self.add_mean = MeanShift(config.rgb_range, sign=+1)
        self.head = nn.Sequential(convolution(3, channels))
        blocks = [ResidualBlock(channels, config.residual_scale) for _ in range(config.blocks)]
        self.body = nn.Sequential(*blocks, convolution(channels, channels))
        self.tail = nn.Sequential(Upsampler(config.scale, channels), convolution(channels, 3))

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
        features = self.head(self.sub_mean(lr * rgb_range))
        return self.add_mean(self.tail(self.body(features) + features)) / rgb_range


def recognise_edsr(weights: Weights, scale: int | None) -> Recognised | None:
    """EDSR: a body of `body.N.body.0` and `body.N.body.2`, and a plain `body.N` at its end.

    Residual scales leave no trace: the released wide networks use 0.1, the narrow ones 1.
    """
    strange = any(".conv_" in key for key in weights) or "body.0.body.1.weight" in weights
    if strange or not FRAME | {"body.0.body.2.weight"} <= weights.keys():
        return None
    frame, blocks = frame_of(weights), last_of_body(weights)
    channels = frame["channels"]
    name = {(16, 64): "edsr-s", (32, 256): "edsr-l", (8, 32): "edsr-light"}.get((blocks, channels), "edsr")
    return Recognised(name, EDSRConfig(**frame, blocks=blocks, residual_scale=0.1 if channels >= 256 else 1.0))
