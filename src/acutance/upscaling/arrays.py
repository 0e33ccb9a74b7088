"""Arrays and tensors as pictures: which axis is which, and which values they may hold."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from acutance.errors import RequestError

ROUNDING = 1e-4
"""How far beyond [0, 1] floats may be: what comes of a mean or of float16, and not of another range."""
TENSORS = (torch.uint8, torch.uint16, torch.float16, torch.bfloat16, torch.float32, torch.float64)
CHANNELS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Layout:
    """How a tensor holds its pictures.

    Attributes:
        batched: whether there is an axis of pictures before the others.
        channels: "first", "last", or "none" where there is no axis of them.
    """

    batched: bool
    channels: str

    @staticmethod
    def of(tensor: Tensor) -> "Layout":
        """Return the layout of (h, w), (c, h, w), (h, w, c), (b, c, h, w) or (b, h, w, c), c being 1 to 4.

        Where the axis before rows and columns and the last one could both be channels, those come first, as everywhere
        in PyTorch: (3, 100, 4) are three channels of 100 x 4.

        Raises:
            RequestError: it is none of these.
        """
        shape, batched = tuple(tensor.shape), tensor.ndim == 4
        if tensor.ndim == 2:
            return Layout(False, "none")
        if tensor.ndim in (3, 4):
            first, last = shape[-3], shape[-1]
            if first in CHANNELS or last in CHANNELS:
                return Layout(batched, "first" if first in CHANNELS else "last")
        wanted = "(h, w), (c, h, w), (h, w, c) or (b, c, h, w) of 1 to 4 channels"
        raise RequestError(f"upscale takes a tensor of {wanted}, not of {shape}.")

    def unpacked(self, tensor: Tensor) -> list[Tensor]:
        """Return its pictures, each (h, w, c)."""
        pictures = tensor if self.batched else tensor[None]
        if self.channels == "none":
            return [each[..., None] for each in pictures]
        return [each.movedim(0, -1) if self.channels == "first" else each for each in pictures]

    def packed(self, pictures: list[Tensor]) -> Tensor:
        """Return the tensor of pictures, each (h, w, c)."""
        if self.channels == "none":
            return pictures[0][..., 0]
        tensor = torch.stack(pictures)
        tensor = tensor.movedim(-1, 1).contiguous() if self.channels == "first" else tensor
        return tensor if self.batched else tensor[0]


def planes_of_tensor(tensor: Tensor) -> list[np.ndarray]:
    """Return the pictures of a tensor as `planes_of` does."""
    if tensor.dtype not in TENSORS:
        name = str(tensor.dtype).removeprefix("torch.")
        raise RequestError(f"upscale takes tensors of uint8, uint16 or floats in [0, 1], not of {name}.")
    if not tensor.numel():
        raise RequestError(f"upscale takes no tensor without pixels, of {tuple(tensor.shape)}.")
    plain = tensor.detach().cpu()
    plain = plain.float() if plain.dtype.is_floating_point else plain
    return [planes_of(each.numpy()) for each in Layout.of(plain).unpacked(plain)]


def tensor_of(results: list[np.ndarray], like: Tensor) -> Tensor:
    """Return pictures as a tensor of the same layout and type, on the same device."""
    pictures = [torch.from_numpy(np.ascontiguousarray(planes)) for planes in results]
    return Layout.of(like).packed(pictures).to(like.device, like.dtype)


def planes_of(array: np.ndarray, bands: int = 3) -> np.ndarray:
    """Return an array of (h, w) or (h, w, 1 to 4), or of as many `bands`, as planes (h, w, c).

    They are of uint8, uint16 or float32.

    Raises:
        RequestError: it has another shape or type, or floats that are not in [0, 1].
    """
    planes = array[..., None] if array.ndim == 2 else array
    floating = planes.dtype.kind == "f"
    known = planes.dtype.name in ("uint8", "uint16") or floating
    if planes.ndim != 3 or planes.shape[2] not in (*CHANNELS, bands) or not known or not planes.size:
        wanted = "an array of (h, w) or (h, w, 1 to 4) in uint8, uint16 or floats in [0, 1]"
        raise RequestError(f"upscale takes {wanted}, not {array.dtype} of {array.shape}.{_hint(array)}")
    if not floating:
        return planes.astype(planes.dtype.newbyteorder("="), copy=False)
    _demand_range(planes)
    return planes.astype(np.float32, copy=False)


def _hint(array: np.ndarray) -> str:
    if array.ndim == 3 and array.shape[0] in CHANNELS:
        return " Channels go last: np.moveaxis(array, 0, -1)."
    if array.ndim == 4:
        return " Several pictures go in a list: upscale(list(arrays))."
    return ""


def _demand_range(planes: np.ndarray) -> None:
    low, high = float(planes.min()), float(planes.max())
    if not (low >= -ROUNDING and high <= 1 + ROUNDING):  # also where one of them is no number
        found = "hold values that are no numbers" if np.isnan([low, high]).any() else f"go from {low:g} to {high:g}"
        raise RequestError(f"floats have to be in [0, 1], 0 black and 1 white; these {found}.")
