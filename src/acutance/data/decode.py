"""From the files of a picture to what is trained and measured on: HR that the scale divides, and its LR, in 8 bits."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch
from jaxtyping import UInt8

from acutance.data.degradation import Degradation
from acutance.data.depth import Pixels, read
from acutance.data.pairing import BARE
from acutance.data.pairs import Pair
from acutance.errors import PictureError
from acutance.ops import image_of, pixels_of
from acutance.types import Image

LowPixels = UInt8[np.ndarray, "h2 w2 3"]
COLOURED = 4.0
"""Levels by which the channels of a picture with colours differ, beyond what JPEG makes of grey."""


Read = Callable[[Path, int | None], Pixels]
"""What reads a file, given the value of white where one is said; it may refuse some."""


def decode(pair: Pair, degradation: Degradation, *, read: Read = read) -> tuple[Pixels, LowPixels]:
    """Return HR, cropped at the bottom and right to a multiple of the scale, and LR from its file or from the whole HR.

    Raises:
        PictureError: a file cannot be read, HR is smaller than one LR pixel, or the LR file is not of the size that
            the cropped HR asks for, or one of them is grey and the other has colours.
    """
    if pair.lr is not None:
        return decode_files(pair, degradation.scale, read=read)
    hr = cropped(pair.hr, read(pair.hr, pair.white_level), degradation.scale)
    return hr, degrade(hr, degradation)


def decode_files(pair: Pair, scale: int, *, read: Read = read) -> tuple[Pixels, LowPixels]:
    """Return the same where LR has to be a file; raises as `decode`, and PictureError where there is none."""
    if pair.lr is None:
        raise PictureError(pair.hr, BARE)
    whole = read(pair.hr, pair.white_level)
    hr = cropped(pair.hr, whole, scale)
    height, width = (side // scale for side in hr.shape[:2])
    lr = read(pair.lr, pair.white_level)
    if lr.shape != (height, width, 3):
        raise PictureError(
            pair.lr, f"{_misfit(whole, lr, scale)}; x{scale} of {pair.hr.name} should be {width}x{height}."
        )
    if reason := _other_colours(hr, lr):
        raise PictureError(pair.lr, f"{reason} {pair.hr.name}.")
    return hr, lr


def degrade(hr: Pixels, degradation: Callable[[Image], Image]) -> LowPixels:
    """Return what a degradation, or anything else that takes an image in [0, 1] and returns one, makes of a picture."""
    with torch.inference_mode():
        return pixels_of(degradation(image_of(hr).contiguous()))


def cropped(path: Path, whole: UInt8[np.ndarray, "_ _ 3"], scale: int) -> Pixels:
    """Return a picture cut at the bottom and right to a multiple of the scale; PictureError where nothing is left."""
    height, width = (side - side % scale for side in whole.shape[:2])
    if not height or not width:
        raise PictureError(path, f"{_size(whole)} pixels are too few for a scale of {scale}.")
    return np.ascontiguousarray(whole[:height, :width])


def _misfit(hr: Pixels, lr: LowPixels, scale: int) -> str:
    """Say what size LR has, and what that may come from."""
    if hr.shape == lr.shape:
        return f"it is {_size(lr)}, the size of its HR, as LR in RealSR is (pairs:rlfn and others at scale 1 take it)"
    other = next((each for each in (2, 3, 4, 8) if tuple(side // each for side in hr.shape[:2]) == lr.shape[:2]), None)
    by_scale = f", which is x{other}" if other not in (None, scale) else ""
    return f"it is {_size(lr)}{by_scale}"


def _other_colours(hr: Pixels, lr: LowPixels) -> str:
    if is_grey(hr) and _colour(lr) > COLOURED:
        return "it has colours, and none has its HR,"
    if is_grey(lr) and _colour(hr) > COLOURED:
        return "it is grey, and colours has its HR,"
    return ""


def _colour(pixels: UInt8[np.ndarray, "_ _ 3"]) -> float:
    """Return by how many levels the channels differ, in the root mean square; 0 where that is noise alone."""
    channels = pixels.astype(np.float32)
    apart = np.ascontiguousarray(channels[..., ::2] - channels[..., 1:2])
    whole, smooth = (float(np.sqrt((each**2).mean())) for each in (apart, cv2.blur(apart, (5, 5))))
    return smooth if smooth > whole / 2 else 0.0


def is_grey(pixels: UInt8[np.ndarray, "_ _ 3"]) -> bool:
    """Tell whether the three channels are equal everywhere."""
    return bool((pixels[..., :1] == pixels[..., 1:]).all())


def _size(pixels: Pixels) -> str:
    return f"{pixels.shape[1]}x{pixels.shape[0]}"
