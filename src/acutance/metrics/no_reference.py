"""What can be said of a picture without its original, beside NIQE: how noisy and how sharp it is, and if it has blocks.

    noise      sqrt(pi / 2) / 6 * mean |Y * N|,  N = (1 -2 1; -2 4 -2; 1 -2 1)           (Immerkaer 1996, Eq. 4)
    sharpness  mean |gradient of Y|
    blocking   mean |difference across the borders of blocks| / mean |difference elsewhere| - 1

None of them is a verdict: noise is sharp, and a blurred picture has neither. Side by side they say what a network does.
"""

import cv2
import numpy as np
from jaxtyping import Float64, UInt8

from acutance.errors import RequestError
from acutance.metrics.luma import luma

Pixels = UInt8[np.ndarray, "_ _ 3"]
LAPLACIANS = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float64)
"""The difference of two Laplacians, which is 0 for what is smooth."""
BLOCK = 8
"""Pixels of a JPEG's block."""


def noise(picture: Pixels, *, border: int) -> float:
    """Return the standard deviation of white noise in Y, in levels of 255; texture counts a little as noise."""
    found = cv2.filter2D(_inner(picture, border), cv2.CV_64F, LAPLACIANS)[1:-1, 1:-1]
    return float(np.sqrt(np.pi / 2) / 6 * np.abs(found).mean())


def sharpness(picture: Pixels, *, border: int) -> float:
    """Return the mean length of the gradient of Y, in levels of 255 a pixel."""
    down, across = np.gradient(_inner(picture, border))
    return float(np.hypot(down, across).mean())


def blocking(picture: Pixels, *, scale: int) -> float:
    """Return by which share neighbours differ more across the borders of JPEG's blocks, enlarged `scale` times.

    0 where there are no blocks; the grid begins at the picture's corner, as in a file that was not cropped.
    """
    plane, block = _inner(picture, 0), BLOCK * scale
    across, elsewhere = list[float](), list[float]()
    for differences in (np.abs(np.diff(plane, axis=0)), np.abs(np.diff(plane, axis=1)).T):
        rows = differences.mean(axis=1)
        at_border = np.arange(1, len(rows) + 1) % block == 0
        across += rows[at_border].tolist()
        elsewhere += rows[~at_border].tolist()
    if not across:
        raise RequestError(f"blocks of {block} pixels are looked for, and the picture is no larger")
    return float(np.mean(across) / max(float(np.mean(elsewhere)), 1e-6) - 1)


def _inner(picture: Pixels, border: int) -> Float64[np.ndarray, "_ _"]:
    plane = luma(picture, rounded=False)
    plane = plane[border : plane.shape[0] - border, border : plane.shape[1] - border]
    if min(plane.shape) < 3:
        raise RequestError(f"3 pixels a side are needed, and {plane.shape[1]}x{plane.shape[0]} are left")
    return plane
