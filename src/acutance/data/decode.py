"""From the files of a picture to what is trained and measured on: HR that the scale divides, and its LR, in 8 bits."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8, UInt16

from acutance import images
from acutance.data.degradation import Degradation
from acutance.data.pairs import Pair
from acutance.errors import PictureError
from acutance.ops import image_of, pixels_of
from acutance.types import Image

Pixels = UInt8[np.ndarray, "h w 3"]
LowPixels = UInt8[np.ndarray, "h2 w2 3"]


def read(path: Path) -> Pixels:
    """Return a picture as RGB of 8 bits: 16 bits are rounded, grey becomes RGB, alpha is dropped."""
    return np.ascontiguousarray(eight_bit(images.read(path).pixels))


def decode(pair: Pair, degradation: Degradation, *, read: Callable[[Path], Pixels] = read) -> tuple[Pixels, LowPixels]:
    """Return HR, cropped at the bottom and right to a multiple of the scale, and LR from its file or from the whole HR.

    `read` is what reads a file; it may refuse some.

    Raises:
        PictureError: a file cannot be read, HR is smaller than one LR pixel, or the LR file is not of the size that
            the cropped HR asks for.
    """
    scale = degradation.scale
    whole = read(pair.hr)
    height, width = (side // scale for side in whole.shape[:2])
    if not height or not width:
        raise PictureError(pair.hr, f"{_size(whole)} pixels are too few for a scale of {scale}.")
    hr = np.ascontiguousarray(whole[: height * scale, : width * scale])
    if pair.lr is None:
        return hr, degrade(hr, degradation)
    lr = read(pair.lr)
    if lr.shape != (height, width, 3):
        raise PictureError(pair.lr, f"it is {_size(lr)}; x{scale} of {pair.hr.name} should be {width}x{height}.")
    return hr, lr


def degrade(hr: Pixels, degradation: Callable[[Image], Image]) -> LowPixels:
    """Return what a degradation, or anything else that takes an image in [0, 1] and returns one, makes of a picture."""
    with torch.inference_mode():
        return pixels_of(degradation(image_of(hr).contiguous()))


def eight_bit(pixels: UInt8[np.ndarray, "h w 3"] | UInt16[np.ndarray, "h w 3"]) -> Pixels:
    """Return the pixels with 16 bits a channel rounded to 8: v / 257, so that full white stays full white."""
    if pixels.dtype == np.uint8:
        return pixels
    return ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _size(pixels: Pixels) -> str:
    return f"{pixels.shape[1]}x{pixels.shape[0]}"
