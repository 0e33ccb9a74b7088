"""How strong a grid a network draws on smooth parts: the amplitude at periods of two and four pixels, less HR's.

Y is cut into blocks of 16 pixels a side, each overlapping its neighbours by half, and the quarter of them in which HR
varies least is looked at. Under a Hann window, which keeps slopes out, the Fourier transform at the fifteen frequencies
of 0, 1/4 and 1/2 cycle a pixel in both directions, the mean left out, holds whatever repeats every two or every four
pixels. The measure is ours: SqueezeNet's first convolution strides by two, and LPIPS with its features hardly sees a
checkerboard (docs/log.md).
"""

import numpy as np
from jaxtyping import Float64, UInt8
from numpy.lib.stride_tricks import sliding_window_view

from acutance.errors import RequestError
from acutance.metrics.luma import luma, shaved

BLOCK = 16
"""Pixels a side: four whole periods of the longer grid."""
SMOOTH = 0.25
"""The share of the blocks that is looked at: those in which HR varies least."""
WINDOW = np.outer(np.hanning(BLOCK + 1)[:-1], np.hanning(BLOCK + 1)[:-1])
MODES = np.exp(-0.5j * np.pi * np.outer(np.arange(4), np.arange(BLOCK)))
"""The oscillations of 0, 1/4, 1/2 and 3/4 cycle a pixel."""


def grid(sr: UInt8[np.ndarray, "h w 3"], hr: UInt8[np.ndarray, "H W 3"], *, border: int) -> float:
    """Return the amplitude of what repeats every two or four pixels in SR less that in HR, in levels of 0 to 255.

    It is the root mean square of that part of Y, averaged over the smooth blocks: about 1 for a checkerboard of +-1
    level that is added, 0 for HR itself, and below 0 where SR is smoother than HR, whose noise has a little of
    everything. `border` pixels on every side are left out. Raises RequestError if the sizes differ or fewer than 16
    pixels a side are left.
    """
    first, second = (_blocks(luma(picture, rounded=False)) for picture in shaved(sr, hr, border))
    varying = second.std(axis=(1, 2))
    smooth = np.argsort(varying, kind="stable")[: max(1, round(SMOOTH * len(varying)))]
    return float(_amplitude(first[smooth]).mean() - _amplitude(second[smooth]).mean())


def _blocks(plane: Float64[np.ndarray, "rows columns"]) -> Float64[np.ndarray, "n 16 16"]:
    if min(plane.shape) < BLOCK:
        raise RequestError(f"a grid needs {BLOCK} pixels a side, and {plane.shape[1]}x{plane.shape[0]} are left")
    windows = sliding_window_view(plane, (BLOCK, BLOCK))[:: BLOCK // 2, :: BLOCK // 2]
    return windows.reshape(-1, BLOCK, BLOCK)


def _amplitude(blocks: Float64[np.ndarray, "n 16 16"]) -> Float64[np.ndarray, " n"]:
    """Return the root mean square of the periodic part of each block, a sum over its oscillations."""
    windowed = (blocks - blocks.mean(axis=(1, 2), keepdims=True)) * WINDOW / WINDOW.sum()
    found = np.abs(np.einsum("ai,nij,bj->nab", MODES, windowed, MODES)) ** 2
    return np.sqrt(found.sum(axis=(1, 2)) - found[:, 0, 0])
