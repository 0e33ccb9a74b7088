"""What ESRGAN's generator is made of, and SPSR's after it: dense blocks inside residual blocks, and nearest neighbours.

The released checkpoints name these layers in more than one way; `nested` chooses ESRGAN's first, `RDB1.conv1.0`, which
SPSR kept, and else they are `rdb1.conv1`.
"""

from collections.abc import Iterator
from math import ceil

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from acutance.networks.blocks import Features, convolution, upsampling_stages

SLOPE = 0.2
"""Of every LeakyReLU, below zero."""
RESIDUAL_SCALE = 0.2
BLOCK_REACH = 15
"""Pixels around its own position that a `ResidualDenseBlocks` looks at: one a convolution."""


class DenseBlock(nn.Module):
    """x + 0.2 * conv5(...): five convolutions, each of which sees x and what all before it made, the oldest first."""

    def __init__(self, channels: int, growth: int, *, nested: bool = False) -> None:
        super().__init__()
        self.layers = [f"conv{number}" for number in range(1, 6)]
        for number, name in enumerate(self.layers):
            layer = convolution(channels + number * growth, growth if number < 4 else channels)
            self.add_module(name, nn.Sequential(layer) if nested else layer)

    def forward(self, x: Features) -> Features:
        """Return features of the same shape."""
        *growing, last = (self.get_submodule(name) for name in self.layers)
        features = [x]
        for layer in growing:
            features.append(leaky_relu(layer(torch.cat(features, 1)), SLOPE, inplace=True))
        return x + RESIDUAL_SCALE * last(torch.cat(features, 1))


class ResidualDenseBlocks(nn.Module):
    """x + 0.2 * three dense blocks in a row: ESRGAN's residual in residual dense block."""

    def __init__(self, channels: int, growth: int, *, nested: bool = False) -> None:
        super().__init__()
        self.blocks = [f"{'RDB' if nested else 'rdb'}{number}" for number in (1, 2, 3)]
        for name in self.blocks:
            self.add_module(name, DenseBlock(channels, growth, nested=nested))

    def forward(self, x: Features) -> Features:
        """Return features of the same shape."""
        features: Tensor = x
        for name in self.blocks:
            features = self.get_submodule(name)(features)
        return x + RESIDUAL_SCALE * features


def enlarging(scale: int, channels: int) -> Iterator[nn.Module]:
    """Yield the layers that make features `scale` times as large: nearest neighbours, convolution, LeakyReLU."""
    for factor in upsampling_stages(scale):
        yield nn.Upsample(scale_factor=factor)
        yield convolution(channels, channels)
        yield nn.LeakyReLU(SLOPE, inplace=True)


def enlarged_reach(scale: int, at_hr: int) -> int:
    """Return how many pixels of LR around its own an SR pixel depends on, after nearest-neighbour enlargement.

    Each stage has one convolution, behind its enlargement; `at_hr` more follow at the size of SR.
    """
    reach = at_hr
    for factor in reversed(upsampling_stages(scale)):
        reach = ceil((reach + 1) / factor)
    return reach


@torch.no_grad()
def start_small(module: nn.Module) -> None:
    """Fill every convolution as ESRGAN does: a tenth of Kaiming's normal distribution (fan in), and no bias.

    Residual branches are nearly silent at first, so that a hundred of them in a row can be trained.
    """
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight).mul_(0.1)
            assert layer.bias is not None
            layer.bias.zero_()
