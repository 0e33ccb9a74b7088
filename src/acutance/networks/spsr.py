"""SPSR: "Structure-Preserving Image Super-Resolution" (Ma et al., 2021).

RRDBNet's trunk, and beside it a branch that turns the gradient map of LR into that of HR with the help of what the
trunk holds at some depths (the taps); both meet at the size of HR.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from acutance.errors import RequestError
from acutance.networks.base import Network
from acutance.networks.blocks import Features, convolution, demand, to_image
from acutance.networks.dense import BLOCK_REACH, SLOPE, ResidualDenseBlocks, enlarged_reach, enlarging, start_small
from acutance.ops import gradient_map
from acutance.types import HighRes, LowRes, Prediction

Enlarged = Float[Tensor, "b c H W"]

TAPS = 4
MERGE_REACH = BLOCK_REACH + 1
"""Of a block and the convolution behind it, which merge two streams of features."""


def evenly(blocks: int, taps: int) -> tuple[int, ...]:
    """Return after which blocks a trunk is tapped: every `blocks // taps` of them, counted from 1.

    That is 5, 10, 15, 20 of 23, as released; 1, 2, 3, 4 of 4; 4, 8, 12, 16 of 16.
    """
    return tuple(range(blocks // taps, blocks + 1, blocks // taps))[:taps]


@dataclass(frozen=True)
class SPSRConfig:
    """The released generator by default.

    `taps` are the blocks, counted from 1, after which the gradient branch looks at the trunk; None for four of them,
    evenly spread (`evenly`), or one after each block where there are less.
    """

    scale: int = 4
    channels: int = 64
    growth: int = 32
    blocks: int = 23
    taps: Sequence[int] | None = None

    def __post_init__(self) -> None:
        demand("SPSR", self.scale, channels=self.channels, growth=self.growth, blocks=self.blocks)
        if self.taps is not None:
            # A file's header holds a list; a frozen config compares tuples.
            object.__setattr__(self, "taps", tuple(self.taps))
        steps = pairwise((0, *self.tapped, self.blocks + 1))
        if not self.tapped or any(after <= before for before, after in steps):
            raise RequestError(f"SPSR has its taps after blocks from 1 to {self.blocks}, rising, not {self.tapped}.")

    @property
    def tapped(self) -> tuple[int, ...]:
        """The blocks, counted from 1, after which the gradient branch looks at the trunk."""
        return evenly(self.blocks, min(TAPS, self.blocks)) if self.taps is None else tuple(self.taps)


class Trunk(nn.Module):
    """x + conv(blocks(x)), which also returns what some of its blocks made."""

    def __init__(self, config: SPSRConfig) -> None:
        super().__init__()
        blocks = [ResidualDenseBlocks(config.channels, config.growth, nested=True) for _ in range(config.blocks)]
        self.sub = nn.Sequential(*blocks, convolution(config.channels, config.channels))
        self.tapped = config.tapped

    def forward(self, x: Features) -> tuple[Features, list[Features]]:
        """Return features of the same shape, and those after each tapped block."""
        *blocks, last = self.sub
        made = [x]
        for block in blocks:
            made.append(block(made[-1]))
        return x + last(made[-1]), [made[tap] for tap in self.tapped]


class SPSR(Network[SPSRConfig]):
    """SPSR's generator, of SPSR-G, -P and -J alike; it also predicts the gradient map of HR.

    State-dict keys as in the released code, without the second name of a convolution (`HR_conv0_new`) and the fixed
    kernels of the gradient map (`get_g_nopadding`). The gradient map of LR is bordered with zeros, which draws a bright
    frame round it, because the released weights know no other.

    Attributes:
        branch_off: the features of the gradient branch are set to zero before the fusion (Fig. 11).
    """

    paper: ClassVar[str] = "Structure-Preserving Image Super-Resolution (Ma et al., 2021)"

    def __init__(self, config: SPSRConfig | None = None) -> None:
        super().__init__()
        self.name = "spsr"
        self.branch_off = False
        self.config = config = config or SPSRConfig()
        scale, channels, growth = config.scale, config.channels, config.growth
        self.HR_conv1_new = _lone(channels, channels)
        head, end = convolution(3, channels), convolution(channels, channels)
        self.model = nn.Sequential(head, Trunk(config), *enlarging(scale, channels), end, _activation())
        self.b_fea_conv = _lone(3, channels)
        for number in range(1, len(config.tapped) + 1):
            self.add_module(f"b_concat_{number}", _lone(2 * channels, channels))
            self.add_module(f"b_block_{number}", ResidualDenseBlocks(2 * channels, growth, nested=True))
        self.b_LR_conv = _lone(channels, channels)
        last = (convolution(channels, channels), _activation(), convolution(channels, channels))
        self.b_module = nn.Sequential(*enlarging(scale, channels), *last)
        self.conv_w = nn.Sequential(to_image(channels, 3, size=1))
        self.f_concat = _lone(2 * channels, channels)
        self.f_block = ResidualDenseBlocks(2 * channels, growth, nested=True)
        self.f_HR_conv0 = nn.Sequential(convolution(channels, channels), _activation())
        self.f_HR_conv1 = nn.Sequential(to_image(channels, 3))
        start_small(self)

    @property
    def receptive_radius(self) -> int:
        """The longer way, through the trunk or the gradient branch; what happens at HR counts less there."""
        config = self.config
        trunk = 1 + BLOCK_REACH * config.blocks + 1
        # From the gradient map of LR and from each tap through the merges that are left, and one convolution more.
        ways = [2, *(1 + BLOCK_REACH * tap for tap in config.tapped)]
        merges = [len(config.tapped), *range(len(config.tapped), 0, -1)]
        branch = 1 + max(way + MERGE_REACH * left for way, left in zip(ways, merges, strict=True))
        return max(trunk, branch) + enlarged_reach(config.scale, at_hr=2 + MERGE_REACH + 2)

    def forward(self, lr: LowRes) -> HighRes:
        """Return SR, `scale` times as high and wide as `lr`."""
        return self.predict(lr).sr

    def predict(self, lr: LowRes) -> Prediction:
        """Return SR, and on the side `gradient`: the gradient map of HR (`ops.gradient_map`), as large as SR, three
        channels, as far as the network can tell it from `lr`; unclamped."""
        structure, tapped = self._trunk(lr)
        gradient = self._branch(lr, tapped)
        seen = torch.zeros_like(gradient) if self.branch_off else gradient
        merged = self.f_concat(self.f_block(torch.cat([seen, structure], 1)))
        return Prediction(self.f_HR_conv1(self.f_HR_conv0(merged)), {"gradient": self.conv_w(gradient)})

    def _trunk(self, lr: LowRes) -> tuple[Enlarged, list[Features]]:
        """Return features of the picture at HR, and what the trunk holds after its tapped blocks at LR."""
        features, tapped = self.model[1](self.model[0](lr))
        return self.HR_conv1_new(self.model[2:](features)), tapped

    def _branch(self, lr: LowRes, tapped: list[Features]) -> Enlarged:
        """Return features of the gradient map at HR."""
        first = features = self.b_fea_conv(gradient_map(lr, "zeros"))
        for number, tap in enumerate(tapped, 1):
            merge = self.get_submodule(f"b_block_{number}"), self.get_submodule(f"b_concat_{number}")
            features = merge[1](merge[0](torch.cat([features, tap], 1)))
        return self.b_module(self.b_LR_conv(features) + first)


def _lone(inputs: int, outputs: int) -> nn.Sequential:
    """Return a convolution that the released code calls `NAME.0`."""
    return nn.Sequential(convolution(inputs, outputs))


def _activation() -> nn.LeakyReLU:
    return nn.LeakyReLU(SLOPE, inplace=True)
