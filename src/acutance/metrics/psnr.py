"""Peak signal-to-noise ratio: 10 log10(255^2 / mean (Y_sr - Y_hr)^2), in dB."""

import math

import numpy as np
import torch
from jaxtyping import Float64, UInt8
from torch.nn.functional import avg_pool2d

from acutance.metrics.luma import planes, shaved

AROUND = 15
"""Pixels to each side over which the error's local mean is taken: 31 x 31 in all."""


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


def psnr_of_detail(first: Float64[np.ndarray, "h w"], second: Float64[np.ndarray, "h w"]) -> float:
    """Return the PSNR of two planes with the error's local mean left out, in dB: what a drift of colour does not touch.

    From the error at each pixel its mean over the 31 x 31 pixels around is taken, over those of them that there are
    near a border. So a loss that only holds colour gains nothing here, which PSNR credits it with (docs/log.md).
    """
    error = torch.from_numpy(first - second)[None]
    local = avg_pool2d(error, 2 * AROUND + 1, stride=1, padding=AROUND, count_include_pad=False)
    return _decibels(float((error - local).square().mean()))


def _decibels(error: float) -> float:
    return 10 * math.log10(255**2 / error) if error else math.inf
