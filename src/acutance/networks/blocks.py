"""Layers that the networks of the EDSR family share, with the key names of their released code."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from acutance.errors import RequestError

Features = Float[Tensor, "b c h w"]

SCALES = (2, 3, 4, 8)
RESTORING = (1, *SCALES)
"""Of networks that also work without their upsampler, at the size of LR."""
MOST_BANDS = 512
"""Of the images that a network takes; hyperspectral cameras have some two hundred."""
MOST = 10_000
"""Of anything that a network is made of."""
DIV2K_MEAN = (0.4488, 0.4371, 0.4040)
"""Mean RGB of DIV2K's training pictures, as a share of the range."""


def convolution(inputs: int, outputs: int, size: int = 3) -> nn.Conv2d:
    """Return a convolution that keeps height and width (odd `size`, zero padding, bias)."""
    return nn.Conv2d(inputs, outputs, size, padding=size // 2)


class ImageConvolution(nn.Conv2d):
    """A convolution that makes an image or takes one: in 32 bits even where autocast asks for 16.

    A bright level and the next are neighbours in bf16, so that SR would come rounded to whole levels.
    """

    def forward(self, input: Float[Tensor, "b _c h w"]) -> Features:
        """Return the convolution, (b, c, h, w)."""
        if not torch.is_autocast_enabled(input.device.type):
            return super().forward(input)
        with torch.autocast(input.device.type, enabled=False):
            return super().forward(input.to(self.weight.dtype))


def to_image(inputs: int, outputs: int, size: int = 3) -> ImageConvolution:
    """Return the last convolution of a network, which keeps height and width as `convolution` does."""
    return ImageConvolution(inputs, outputs, size, padding=size // 2)


def mean_of(bands: int) -> Float[Tensor, " bands"]:
    """Return the mean of DIV2K by band: that of RGB; of one band or another number of them, the mean of its colours."""
    mean = torch.tensor(DIV2K_MEAN)
    return mean if bands == 3 else mean.mean().expand(bands)


class MeanShift(ImageConvolution):
    """Add `sign` times the mean RGB of DIV2K: a frozen 1x1 convolution, as the released checkpoints hold one."""

    def __init__(self, rgb_range: float, sign: int, bands: int = 3) -> None:
        super().__init__(bands, bands, kernel_size=1)
        self.rgb_range = rgb_range
        assert self.bias is not None
        with torch.no_grad():
            self.weight.copy_(torch.eye(bands).view(bands, bands, 1, 1))
            self.bias.copy_(sign * rgb_range * mean_of(bands))
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
    """Return the factors whose product is `scale`: [3] for 3, [2, 2] for 4, none for 1."""
    return [3] if scale == 3 else [2] * (scale.bit_length() - 1)


def demand(
    network: str,
    scale: int,
    scales: tuple[int, ...] = SCALES,
    /,
    *,
    channels: int,
    reduction: int = 1,
    bands: int = 3,
    **counts: int,
) -> None:
    """Raise RequestError where `network` has no such scale, or would have less than one or too many of something."""
    if scale not in scales:
        raise RequestError(f"{network} has no scale {scale}; it has {', '.join(map(str, scales))}.")
    if not 1 <= bands <= MOST_BANDS:
        raise RequestError(f"{network} takes images of 1 to {MOST_BANDS} bands, not {bands}.")
    for what, count in {"channels": channels, "reduction": reduction, **counts}.items():
        if count < 1:
            raise RequestError(f"{network} needs {what} of at least 1, not {count}.")
        if count > MOST:
            raise RequestError(f"{network} takes {what} of at most {MOST}, not {count}.")
    if reduction > channels:
        raise RequestError(f"{network} cannot reduce {channels} channels {reduction}-fold.")
