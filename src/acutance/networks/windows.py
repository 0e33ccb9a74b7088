"""Attention within windows, as in the Swin Transformer (Liu et al., 2021), with the key names of SwinIR's code.

A map (b, h, w, c) is cut into windows of size x size positions, and each position attends to those of its own window.
In every second block the windows lie half a window further right and down, wrapped round the edges of the map; a mask
keeps positions apart that became neighbours only by the wrapping.
"""

from typing import Any

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn
from torch.nn import functional

Map = Float[Tensor, "b h w c"]
Windows = Float[Tensor, "n p c"]
"""All windows of a batch, picture by picture and row by row; p = size ** 2 positions."""
Mask = Float[Tensor, "windows p p"]
Length = Any
"""An int; a tensor while the network is traced, to be written for other programs."""
APART = -100.0
"""Added to the attention between positions that must not see each other."""


def cut(features: Map, size: int) -> Windows:
    """Return the windows of a map whose height and width are multiples of `size`."""
    return features.unflatten(2, (-1, size)).unflatten(1, (-1, size)).transpose(2, 3).flatten(3, 4).flatten(0, 2)


def joined(windows: Windows, height: Length, width: Length, size: int) -> Map:
    """Return the map whose windows these are."""
    rows = windows.unflatten(0, (-1, height // size, width // size)).unflatten(3, (size, size))
    return rows.transpose(2, 3).flatten(3, 4).flatten(1, 2)


def shift_mask(height: Length, width: Length, size: int, *, device: torch.device | None = None) -> Mask:
    """Return for each shifted window 0 where two positions are neighbours in the map, `APART` where they are not."""
    rows, columns = (_sides(length, size, device) for length in (height, width))
    region = cut((2 * rows[:, None] + columns)[None, ..., None].float(), size).squeeze(-1)
    return torch.where(region[:, None, :] == region[:, :, None], 0.0, APART)


def _sides(length: Length, size: int, device: torch.device | None) -> Int64[Tensor, " length"]:
    """Return 1 for the positions that wrap round, else 0."""
    return (torch.arange(length, device=device) >= length - size // 2).long()


def relative_positions(size: int) -> Int64[Tensor, "p p"]:
    """Return for each pair of positions the row of the bias table that belongs to the way from one to the other."""
    place = torch.arange(size)
    away = place[:, None] - place + size - 1
    index = away[:, None, :, None] * (2 * size - 1) + away[None, :, None, :]
    return index.reshape(size**2, size**2)


class WindowAttention(nn.Module):
    """Attention of several heads within each window, with a learned bias for each relative position."""

    relative_position_index: Tensor

    def __init__(self, channels: int, heads: int, size: int) -> None:
        super().__init__()
        self.heads = heads
        self.relative_position_bias_table = nn.Parameter(torch.empty((2 * size - 1) ** 2, heads))
        self.register_buffer("relative_position_index", relative_positions(size))
        self.qkv = nn.Linear(channels, 3 * channels)
        self.proj = nn.Linear(channels, channels)
        nn.init.normal_(self.relative_position_bias_table, std=0.02)

    def forward(self, windows: Windows, mask: Mask | None = None) -> Windows:
        """Return windows of the same shape; `mask` holds one slice for each window of a picture."""
        query, key, value = self.qkv(windows).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        bias = self._bias()[None]
        if mask is not None:
            pictures = len(windows) // len(mask)
            bias = (bias + mask[:, None]).expand(pictures, -1, -1, -1, -1).flatten(0, 1)
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        return self.proj(attended.transpose(1, 2).flatten(2))

    def _bias(self) -> Float[Tensor, "heads p p"]:
        return self.relative_position_bias_table.T[:, self.relative_position_index]
