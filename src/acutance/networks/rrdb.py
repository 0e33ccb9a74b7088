"""RRDBNet: "ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks" (Wang et al., 2018).

Residual blocks of dense blocks without normalisation, a skip over all of them, and enlargement by nearest neighbours.
"""

from dataclasses import dataclass
from typing import ClassVar

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import interpolate, leaky_relu, pad, pixel_unshuffle

from acutance.errors import RequestError
from acutance.networks.base import Network
from acutance.networks.blocks import convolution, demand, to_image, upsampling_stages
from acutance.networks.dense import BLOCK_REACH, SLOPE, ResidualDenseBlocks, enlarged_reach, start_small
from acutance.types import HighRes, LowRes


@dataclass(frozen=True)
class RRDBConfig:
    """ESRGAN's generator by default.

    `unshuffle=2` is the x2 network of BasicSR and Real-ESRGAN: it makes one pixel of 12 channels of every 2x2 of LR,
    and enlarges four times.
    """

    scale: int = 4
    channels: int = 64
    growth: int = 32
    blocks: int = 23
    unshuffle: int = 1

    def __post_init__(self) -> None:
        demand("RRDBNet", self.scale, channels=self.channels, growth=self.growth, blocks=self.blocks)
        if (self.scale, self.unshuffle) != (2, 2) and self.unshuffle != 1:
            raise RequestError(
                f"RRDBNet has no unshuffle of {self.unshuffle} at scale {self.scale}; it is 1, or 2 at scale 2."
            )


class RRDBNet(Network[RRDBConfig]):
    """RRDBNet of any depth and width; state-dict keys as in BasicSR, the newest of its three namings."""

    paper: ClassVar[str] = "ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks (Wang et al., 2018)"

    def __init__(self, config: RRDBConfig | None = None) -> None:
        super().__init__()
        self.name = "rrdb"
        self.config = config = config or RRDBConfig()
        self.unshuffle = config.unshuffle
        self.stages = upsampling_stages(config.scale * config.unshuffle)
        channels = config.channels
        blocks = [ResidualDenseBlocks(channels, config.growth) for _ in range(config.blocks)]
        self.conv_first = convolution(3 * self.unshuffle**2, channels)
        self.body = nn.Sequential(*blocks)
        self.conv_body = convolution(channels, channels)
        for number in range(1, len(self.stages) + 1):
            self.add_module(f"conv_up{number}", convolution(channels, channels))
        self.conv_hr = convolution(channels, channels)
        self.conv_last = to_image(channels, 3)
        # As BasicSR, which leaves the convolutions around the blocks as PyTorch fills them.
        start_small(self.body)

    @property
    def receptive_radius(self) -> int | None:
        """One pixel a convolution, those behind an enlargement less; None where LR is taken apart.

        A network that takes LR apart sees a window that starts at an odd row or column differently.
        """
        config = self.config
        if config.unshuffle > 1:
            return None
        return 1 + BLOCK_REACH * config.blocks + 1 + enlarged_reach(config.scale, at_hr=2)

    def forward(self, lr: LowRes) -> HighRes:
        """Return SR, `scale` times as high and wide as `lr`."""
        height, width = lr.shape[-2:]
        first = self.conv_first(_taken_apart(lr, self.unshuffle))
        features = first + self.conv_body(self.body(first))
        for number, factor in enumerate(self.stages, 1):
            larger = interpolate(features, scale_factor=factor)
            features = leaky_relu(self.get_submodule(f"conv_up{number}")(larger), SLOPE, inplace=True)
        sr = self.conv_last(leaky_relu(self.conv_hr(features), SLOPE, inplace=True))
        return sr[..., : height * self.scale, : width * self.scale]


def _taken_apart(lr: LowRes, factor: int) -> Float[Tensor, "b c H W"]:
    """Return a pixel of `3 * factor**2` channels for every square of LR, whose last row or column is repeated."""
    if factor == 1:
        return lr
    height, width = lr.shape[-2:]
    return pixel_unshuffle(pad(lr, (0, -width % factor, 0, -height % factor), mode="replicate"), factor)
