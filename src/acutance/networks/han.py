"""HAN: "Single Image Super-Resolution via a Holistic Attention Network" (Niu et al., 2020).

RCAN's trunk, whose groups are weighed against each other (LAM) and whose last features channel by channel, pixel by
pixel (CSAM).
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from acutance.networks.base import Network
from acutance.networks.blocks import Features, MeanShift, ResidualGroup, Upsampler, convolution, demand, to_image
from acutance.networks.keys import OF_HAN, Recognised, attentive_groups
from acutance.tensors import Weights
from acutance.types import HighRes, LowRes


@dataclass(frozen=True)
class HANConfig:
    """HAN as published by default: `groups` of `blocks`; `rgb_range` is the range that its weights were trained in."""

    scale: int = 4
    groups: int = 10
    blocks: int = 20
    channels: int = 64
    reduction: int = 16
    rgb_range: float = 255.0

    def __post_init__(self) -> None:
        counts = {"groups": self.groups, "blocks": self.blocks}
        demand("HAN", self.scale, channels=self.channels, reduction=self.reduction, **counts)


class LayerAttention(nn.Module):
    """gamma * softmax(max(E) - E) X + X, E = X X^T over the layers: what is unlike a layer is added to it (LAM)."""

    def __init__(self) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, layers: Float[Tensor, "b n c h w"]) -> Float[Tensor, "b n*c h w"]:
        """Return the layers, one behind the other along the channels."""
        # Sums over whole pictures: half precision would lose their differences, float16 the sums themselves.
        with torch.autocast(layers.device.type, enabled=False):
            flat = layers.flatten(2).to(torch.promote_types(layers.dtype, torch.float32))
            energy = flat @ flat.transpose(-1, -2)
            attention = torch.softmax(energy.amax(-1, keepdim=True) - energy, dim=-1)
            attended = self.gamma * (attention @ flat) + flat
        return attended.to(layers.dtype).view_as(layers).flatten(1, 2)


class ChannelSpatialAttention(nn.Module):
    """y * gamma * sigmoid(conv(y)) + y, the convolution over channels, rows and columns alike (CSAM)."""

    def __init__(self) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1))
        self.conv = nn.Conv3d(1, 1, 3, padding=1)

    def forward(self, x: Features) -> Features:
        """Return features of the same shape."""
        return x * (self.gamma * self.conv(x[:, None]).sigmoid()[:, 0]) + x


class HAN(Network[HANConfig]):
    """HAN of any depth and width; state-dict keys as in the released code."""

    paper: ClassVar[str] = "Single Image Super-Resolution via a Holistic Attention Network (Niu et al., 2020)"

    def __init__(self, config: HANConfig | None = None) -> None:
        super().__init__()
        self.name = "han"
        self.config = config = config or HANConfig()
        channels = config.channels
        self.sub_mean = MeanShift(config.rgb_range, sign=-1)
        self.add_mean = MeanShift(config.rgb_range, sign=+1)
        self.head = nn.Sequential(convolution(3, channels))
        groups = [ResidualGroup(config.blocks, channels, config.reduction) for _ in range(config.groups)]
        self.body = nn.Sequential(*groups, convolution(channels, channels))
        self.csa = ChannelSpatialAttention()
        self.la = LayerAttention()
        self.last_conv = convolution((config.groups + 1) * channels, channels)
        self.last = convolution(2 * channels, channels)
        self.tail = nn.Sequential(Upsampler(config.scale, channels), to_image(channels, 3))

    @property
    def receptive_radius(self) -> None:
        """The whole picture: channels and layers are weighed by sums over it."""
        return

    def forward(self, lr: LowRes) -> HighRes:
        """Return SR, `scale` times as high and wide as `lr`."""
        rgb_range = self.add_mean.rgb_range
        features = self.head(self.sub_mean(lr * rgb_range))
        return self.add_mean(self.tail(self._attended(features) + features)) / rgb_range

    def _attended(self, features: Features) -> Features:
        layers = [features]
        for module in self.body:
            layers.append(module(layers[-1]))
        newest_first = torch.stack(layers[:0:-1], dim=1)
        across_layers = self.last_conv(self.la(newest_first))
        return self.last(torch.cat([self.csa(layers[-1]), across_layers], dim=1))


def recognise_han(weights: Weights, scale: int | None) -> Recognised | None:
    """HAN: RCAN's groups, with layers attended to."""
    size = attentive_groups(weights)
    if size is None or not any(key.startswith(OF_HAN) for key in weights):
        return None
    return Recognised("han", HANConfig(**size))
