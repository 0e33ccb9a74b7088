"""Layers that the networks of the EDSR family share, with the key names of their released code."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from acutance.errors import RequestError

Features = Float[Tensor, "b c h w"]

SCALES = (2, 3, 4, 8)
DIV2K_MEAN = (0.4488, 0.4371, 0.4040)
"""Mean RGB of DIV2K's training pictures, as a share of the range."""


def convolution(inputs: int, outputs: int, size: int = 3) -> nn.Conv2d:
    """Return a convolution that keeps height and width (odd `size`, zero padding, bias)."""
    return nn.Conv2d(inputs, outputs, size, padding=size // 2)


class MeanShift(nn.Conv2d):
    """Add `sign` times the mean RGB of DIV2K: a frozen 1x1 convolution, as the released checkpoints hold one."""

    def __init__(self, rgb_range: float, sign: int) -> None:
        super().__init__(3, 3, kernel_size=1)
        self.rgb_range = rgb_range
        assert self.bias is not None
        with torch.no_grad():
            self.weight.copy_(torch.eye(3).view(3, 3, 1, 1))
            self.bias.copy_(sign * rgb_range * torch.tensor(DIV2K_MEAN))
        self.requires_grad_(False)


class ResidualBlock(nn.Module):
    """x + residual_scale * conv(ReLU(conv(x))): EDSR's block, without normalisation."""

    def __init__(self, channels: int, residual_scale: float) -> None:
        super().__init__()
        self.body = nn.Sequential(convolution(channels, channels), nn.ReLU(), convolution(channels, channels))
        self.residual_scale = residual_scale

    def forward(self, x: Features) -> Features:
        """Return features of the same shape."""
        return x + self.residual_scale * self.body(x)


class ChannelAttention(nn.Module):
    """x * sigmoid(conv(ReLU(conv(mean of x)))): channels weighed by their means over the picture (RCAN, Eq. 9)."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        squeezed = channels // reduction
        squeeze, excite = convolution(channels, squeezed, 1), convolution(squeezed, channels, 1)
        self.conv_du = nn.Sequential(squeeze, nn.ReLU(), excite, nn.Sigmoid())

    def forward(self, x: Features) -> Features:
        """Return features of the same shape."""
        return x * self.conv_du(x.mean(dim=(2, 3), keepdim=True))


class AttentiveBlock(nn.Module):
    """x + attention(conv(ReLU(conv(x)))): RCAN's residual channel attention block."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        first, second = convolution(channels, channels), convolution(channels, channels)
        self.body = nn.Sequential(first, nn.ReLU(), second, ChannelAttention(channels, reduction))

    def forward(self, x: Features) -> Features:
        """Return features of the same shape."""
        return x + self.body(x)


class ResidualGroup(nn.Module):
    """x + conv(blocks(x)): the attentive blocks of RCAN between two short skips."""

    def __init__(self, blocks: int, channels: int, reduction: int) -> None:
        super().__init__()
        inner = [AttentiveBlock(channels, reduction) for _ in range(blocks)]
        self.body = nn.Sequential(*inner, convolution(channels, channels))

    def forward(self, x: Features) -> Features:
        """Return features of the same shape."""
        return x + self.body(x)


class Upsampler(nn.Sequential):
    """Convolution and pixel shuffle: once for x3, once for every factor of two otherwise."""

    def __init__(self, scale: int, channels: int) -> None:
        super().__init__()
        for factor in upsampling_stages(scale):
            self.append(convolution(channels, factor**2 * channels))
            self.append(nn.PixelShuffle(factor))


def upsampling_stages(scale: int) -> list[int]:
    """Return the factors whose product is `scale`: [3] for 3, [2, 2] for 4."""
    return [3] if scale == 3 else [2] * (scale.bit_length() - 1)


def demand(network: str, scale: int, *, channels: int, reduction: int = 1, **counts: int) -> None:
    """Raise RequestError where `network` has no such scale, or would be made of less than one of something."""
    if scale not in SCALES:
        raise RequestError(f"{network} has no scale {scale}; it has {', '.join(map(str, SCALES))}.")
    for what, count in {"channels": channels, "reduction": reduction, **counts}.items():
        if count < 1:
            raise RequestError(f"{network} needs {what} of at least 1, not {count}.")
    if reduction > channels:
        raise RequestError(f"{network} cannot reduce {channels} channels {reduction}-fold.")
