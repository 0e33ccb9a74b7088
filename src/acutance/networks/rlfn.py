"""RLFN: "Residual Local Feature Network for Efficient Super-Resolution" (Kong et al., 2022).

Six residual blocks of three convolutions, each closed by a light spatial attention; everything happens at the size
of LR, and one convolution with a pixel shuffle makes SR.
"""

from dataclasses import dataclass
from math import isqrt
from typing import Any, ClassVar

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn
from torch.nn import functional

from acutance.networks.base import Network
from acutance.networks.blocks import RESTORING, Features, convolution, demand, to_image
from acutance.networks.keys import Recognised
from acutance.tensors import Weights
from acutance.types import HighRes, LowRes

SMALLEST = 15
"""Pixels a side that the pooling of the attention needs."""


@dataclass(frozen=True)
class RLFNConfig:
    """The network of the paper; `rgb_range` is the range that its weights were trained in, `bands` those of its images.

    At scale 1 it adds to its input.
    """

    scale: int = 4
    blocks: int = 6
    channels: int = 52
    attention_channels: int = 16
    rgb_range: float = 255.0
    bands: int = 3

    def __post_init__(self) -> None:
        counts = {"blocks": self.blocks, "attention_channels": self.attention_channels, "bands": self.bands}
        demand("RLFN", self.scale, RESTORING, channels=self.channels, **counts)


class SpatialAttention(nn.Module):
    """x times a gate in [0, 1] that looks at x coarsely: pooled to about a sixth, and enlarged again."""

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.conv1 = convolution(channels, inner, 1)
        self.conv_f = convolution(inner, inner, 1)
        self.conv2 = nn.Conv2d(inner, inner, 3, stride=2)
        self.conv3 = convolution(inner, inner)
        self.conv4 = convolution(inner, channels, 1)

    def forward(self, x: Features) -> Features:
        """Return features of the same shape."""
        narrow = self.conv1(x)
        pooled = functional.max_pool2d(self.conv2(narrow), kernel_size=7, stride=3)
        coarse = functional.interpolate(self.conv3(pooled), size=x.shape[-2:], mode="bilinear", align_corners=False)
        return x * self.conv4(coarse + self.conv_f(narrow)).sigmoid()


class LocalFeatureBlock(nn.Module):
    """Three convolutions with a skip, a mixing of the channels, and the attention."""

    def __init__(self, channels: int, attention_channels: int) -> None:
        super().__init__()
        self.c1_r = convolution(channels, channels)
        self.c2_r = convolution(channels, channels)
        self.c3_r = convolution(channels, channels)
        self.c5 = convolution(channels, channels, 1)
        self.esa = SpatialAttention(channels, attention_channels)

    def forward(self, x: Features) -> Features:
        """Return features of the same shape."""
        return self.esa(self.c5(x + self._refined(x)))

    def _refined(self, x: Features) -> Features:
        for layer in (self.c1_r, self.c2_r, self.c3_r):
            x = functional.leaky_relu(layer(x), 0.05, inplace=True)
        return x


class RLFN(Network[RLFNConfig]):
    """RLFN; state-dict keys as in the released code.

    LR smaller than 15 pixels a side, which the released network refuses, is padded with its last row or column, and
    SR cut to size.
    """

    paper: ClassVar[str] = "Residual Local Feature Network for Efficient Super-Resolution (Kong et al., 2022)"

    def __init__(self, config: RLFNConfig | None = None) -> None:
        super().__init__()
        self.name = "rlfn"
        self.config = config = config or RLFNConfig()
        self.rgb_range = config.rgb_range
        self.conv_1 = convolution(config.bands, config.channels)
        self.blocks = [f"block_{number}" for number in range(1, config.blocks + 1)]
        for name in self.blocks:
            self.add_module(name, LocalFeatureBlock(config.channels, config.attention_channels))
        self.conv_2 = convolution(config.channels, config.channels)
        made = to_image(config.channels, config.bands * config.scale**2)
        self.upsampler = nn.Sequential(made, nn.PixelShuffle(config.scale))

    @property
    def phase_convolution(self) -> str | None:
        """The one in the upsampler; at scale 1 it makes what is added to LR."""
        return "upsampler.0" if self.scale > 1 else None

    @property
    def receptive_radius(self) -> None:
        """None: where the attention pools and how it enlarges again depends on the size of the whole picture."""
        return

    def forward(self, lr: LowRes) -> HighRes:
        """Return SR, `scale` times as high and wide as `lr`."""
        height, width = lr.shape[-2:]
        first = features = self.conv_1(_at_least(lr, SMALLEST) * self.rgb_range)
        for name in self.blocks:
            features = self.get_submodule(name)(features)
        sr = self.upsampler(self.conv_2(features) + first) / self.rgb_range
        sr = sr[..., : height * self.scale, : width * self.scale]
        return sr + lr if self.scale == 1 else sr


def _at_least(image: Float[Tensor, "b c h w"], side: int) -> Float[Tensor, "b c H W"]:
    # In a network that is being written for other programs lengths are tensors; the branch would be that of the size
    # at hand.
    if not torch.is_tensor(image.shape[-1]) and min(image.shape[-2:]) >= side:
        return image
    rows, columns = (_repeated(length, side, image.device) for length in image.shape[-2:])
    return image[..., rows[:, None], columns]


def _repeated(length: Any, side: int, device: torch.device) -> Int64[Tensor, " places"]:
    """Return 0, 1, ..., length - 1, and the last again until there are `side`; a tensor's length while it is traced."""
    count = torch.maximum(torch.as_tensor(length), torch.as_tensor(side))
    return torch.arange(count, device=device).clamp(max=length - 1)  # pyright: ignore[reportArgumentType, reportCallIssue]


def recognise_rlfn(weights: Weights, scale: int | None) -> Recognised | None:
    """RLFN: `block_N` with `c1_r` and an attention `esa`, and one convolution in `upsampler`."""
    if not {"conv_1.weight", "block_1.c1_r.weight", "block_1.esa.conv1.weight", "upsampler.0.weight"} <= weights.keys():
        return None
    attention, channels, *_ = weights["block_1.esa.conv1.weight"].shape
    config = RLFNConfig(
        scale=isqrt(weights["upsampler.0.weight"].shape[0] // weights["conv_1.weight"].shape[1]),
        blocks=len({key.split(".")[0] for key in weights if key.startswith("block_")}),
        channels=channels,
        attention_channels=attention,
        bands=weights["conv_1.weight"].shape[1],
    )
    return Recognised("rlfn", config)
