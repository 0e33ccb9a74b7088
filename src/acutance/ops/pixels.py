"""The one way between pixels, as files and metrics hold them, and images, as networks see them."""

import numpy as np
import torch
from jaxtyping import Float, Shaped
from numpy.typing import DTypeLike
from torch import Tensor

from acutance.types import Image

Pixels = Shaped[np.ndarray, "*b h w c"]


def image_of(pixels: Pixels, dtype: DTypeLike = np.float32) -> Image:
    """Return pixels, (h, w, c) or (b, h, w, c), as images (b, c, h, w) on the CPU, 1 for a single picture.

    The greatest value of an integer type becomes 1; floating-point values stay as they are. `dtype` is float32 or
    float64. The memory stays in the order of the pixels, channels last.
    """
    values = pixels.astype(dtype, order="C") / full_scale(pixels.dtype)
    # A new axis of torch's, as convolutions take another path, and round otherwise, where its stride is numpy's 0.
    image = torch.from_numpy(values).movedim(-1, -3)
    return image if image.ndim == 4 else image[None]


def pixels_of(image: Float[Tensor, "1 c h w"], dtype: DTypeLike = np.uint8) -> Shaped[np.ndarray, "h w c"]:
    """Return an image as pixels of a type: clamped to [0, 1], and rounded to the nearest level where it is an integer.

    >>> pixels_of(image_of(np.full((2, 2, 3), 200, np.uint8)))[0, 0]
    array([200, 200, 200], dtype=uint8)
    """
    values = image[0].detach().to(torch.promote_types(image.dtype, torch.float32))
    return np.ascontiguousarray(np.moveaxis(as_type(values.clamp(0, 1).cpu().numpy(), np.dtype(dtype)), 0, -1))


def full_scale(dtype: np.dtype) -> np.float32:
    """Return the value that stands for 1: the greatest of an integer type, 1 of a floating-point one."""
    return np.float32(np.iinfo(dtype).max if np.issubdtype(dtype, np.integer) else 1)


def as_type(values: Float[np.ndarray, "*shape"], dtype: np.dtype) -> Shaped[np.ndarray, "*shape"]:
    """Return values in [0, 1] in the range of a type, rounded to the nearest integer where it is one."""
    scaled = values * full_scale(dtype)
    if not np.issubdtype(dtype, np.integer):
        return scaled.astype(dtype)
    with np.errstate(invalid="ignore"):  # what a network that diverged makes is no number, and becomes a black pixel
        return np.rint(scaled).astype(dtype)
