"""NLSN: "Image Super-Resolution with Non-Local Sparse Attention" (Mei et al., 2021).

EDSR with a non-local sparse attention first and another after every eighth block.
"""

import re
from dataclasses import dataclass
from math import ceil, sqrt
from typing import ClassVar

from torch import nn
from torch.nn import functional

from acutance.errors import RequestError
from acutance.networks.base import Network
from acutance.networks.blocks import MeanShift, ResidualBlock, Upsampler, convolution, demand, to_image
from acutance.networks.keys import FRAME, Recognised, frame_of, last_of_body
from acutance.networks.sparse_attention import SparseAttention
from acutance.tensors import Weights
from acutance.types import HighRes, LowRes

MOST_ROUNDS = 64
SPARSE_ATTENTION = re.compile(r"body\.(\d+)\.conv_match\.0\.weight")


@dataclass(frozen=True)
class NLSNConfig:
    """NLSN as published by default; `rgb_range` is the range that its weights were trained in.

    `every` is the number of blocks from one attention to the next; `chunk` and `rounds` are how many positions attend
    to each other, and how often they are hashed. `rotation_seed` makes evaluation repeatable; None for rotations
    drawn afresh, as the released code does (`sparse_attention.SparseAttention`).
    """

    scale: int = 4
    blocks: int = 32
    every: int = 8
    channels: int = 256
    reduction: int = 4
    chunk: int = 144
    rounds: int = 4
    residual_scale: float = 0.1
    rotation_seed: int | None = 0
    rgb_range: float = 1.0

    def __post_init__(self) -> None:
        counts = {"blocks": self.blocks, "every": self.every, "chunk": self.chunk, "rounds": self.rounds}
        demand("NLSN", self.scale, channels=self.channels, reduction=self.reduction, **counts)
        if self.rounds > MOST_ROUNDS:
            raise RequestError(f"NLSN hashes in {MOST_ROUNDS} rounds at most, not {self.rounds}.")


class NLSN(Network[NLSNConfig]):
    """NLSN of any depth and width; state-dict keys as in the released code."""

    paper: ClassVar[str] = "Image Super-Resolution with Non-Local Sparse Attention (Mei et al., 2021)"

    def __init__(self, config: NLSNConfig | None = None) -> None:
        super().__init__()
        self.name = "nlsn"
        self.config = config = config or NLSNConfig()
        channels = config.channels
        self.sub_mean = MeanShift(config.rgb_range, sign=-1)
        self.add_mean = MeanShift(config.rgb_range, sign=+1)
        self.head = nn.Sequential(convolution(3, channels))
        self.body = nn.Sequential(*_blocks(config), convolution(channels, channels))
        self.tail = nn.Sequential(Upsampler(config.scale, channels), to_image(channels, 3))
        self.chunk = config.chunk

    @property
    def receptive_radius(self) -> None:
        """The whole picture: a pixel attends to what resembles it, wherever that is."""
        return

    def forward(self, lr: LowRes) -> HighRes:
        """Return SR, `scale` times as high and wide as `lr`.

        An `lr` of fewer pixels than a chunk (12x12), for which the released code fails, is continued to that size by
        its last column and row, and SR is cropped.
        """
        height, width = lr.shape[-2:]
        rgb_range = self.add_mean.rgb_range
        features = self.head(self.sub_mean(self._continued(lr) * rgb_range))
        sr = self.add_mean(self.tail(self.body(features) + features)) / rgb_range
        return sr[..., : height * self.scale, : width * self.scale]

    def _continued(self, lr: LowRes) -> HighRes:
        height, width = lr.shape[-2:]
        if height * width >= self.chunk:
            return lr
        side = ceil(sqrt(self.chunk))
        return functional.pad(lr, (0, max(0, side - width), 0, max(0, side - height)), mode="replicate")


def _blocks(config: NLSNConfig) -> list[nn.Module]:
    """Return attention, `every` blocks, attention, and so on; each attention has rotations of its own."""
    blocks: list[nn.Module] = []
    for index in range(config.blocks + 1):
        if index % config.every == 0:
            blocks.append(_attention(config, index // config.every))
        if index < config.blocks:
            blocks.append(ResidualBlock(config.channels, config.residual_scale))
    return blocks


def _attention(config: NLSNConfig, index: int) -> SparseAttention:
    return SparseAttention(
        config.channels,
        reduction=config.reduction,
        chunk=config.chunk,
        rounds=config.rounds,
        residual_scale=config.residual_scale,
        seed=None if config.rotation_seed is None else config.rotation_seed + index,
    )


def recognise_nlsn(weights: Weights, scale: int | None) -> Recognised | None:
    """NLSN: EDSR's blocks, with `body.N.conv_match` first and after every so many of them.

    Chunks and hashes leave no trace: those of the released networks are taken. Nor do residual scales: that of the
    released size is known.
    """
    places = sorted(int(match[1]) for key in weights if (match := SPARSE_ATTENTION.fullmatch(key)))
    if places[:1] != [0] or not weights.keys() >= FRAME:
        return None
    frame, blocks = frame_of(weights), last_of_body(weights) - len(places)
    every = places[1] - 1 if len(places) > 1 else max(8, blocks + 1)
    reduction = frame["channels"] // weights["body.0.conv_match.0.weight"].shape[0]
    config = NLSNConfig(**frame, blocks=blocks, every=every, reduction=reduction)
    return Recognised("nlsn", config, residual_scale_known=(blocks, config.channels) == (32, 256))
