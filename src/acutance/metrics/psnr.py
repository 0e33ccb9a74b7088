"""Peak signal-to-noise ratio: 10 log10(255^2 / mean (Y_sr - Y_hr)^2), in dB."""

import math

import numpy as np
from jaxtyping import Float64, UInt8

from acutance.metrics.luma import planes, shaved


def psnr(
    sr: UInt8[np.ndarray, "h w 3"], hr: UInt8[np.ndarray, "H W 3"], *, border: int, luma_rounded: bool = False
) -> float:
    """Return the PSNR of two RGB pictures on Y of BT.601, in dB; infinity if they are equal.

    `border` pixels on every side are left out. Y is not rounded unless `luma_rounded`, as MATLAB's rgb2ycbcr does to
    uint8 pictures. Raises RequestError if the sizes differ or the border leaves nothing.
    """
    return psnr_of_planes(*planes(sr, hr, border, luma_rounded))


def psnr_rgb(sr: UInt8[np.ndarray, "h w 3"], hr: UInt8[np.ndarray, "H W 3"], *, border: int) -> float:
    """Return the PSNR of two RGB pictures over all three channels together, in dB; infinity if they are equal.

    `border` pixels on every side are left out. Raises RequestError if the sizes differ or the border leaves nothing.
    """
    first, second = shaved(sr, hr, border)
    return _decibels(float(np.square(first.astype(np.int32) - second).mean()))


def psnr_of_planes(first: Float64[np.ndarray, "h w"], second: Float64[np.ndarray, "h w"]) -> float:
    """Return the PSNR of two planes whose peak is 255, in dB; infinity if they are equal."""
    return _decibels(float(np.square(first - second).mean()))


def _decibels(error: float) -> float:
    return 10 * math.log10(255**2 / error) if error else math.inf
