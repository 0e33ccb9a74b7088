"""The range of the colours that a model takes and makes: 0 to 1, or 0 to 255."""

from collections.abc import Callable

import numpy as np
import torch

from acutance.engines.session import Unfit
from acutance.ops import bicubic

RANGES = {"0..1": 1.0, "0..255": 255.0}
"""What a file may say of itself, and the value of white."""
CLEARLY = 1.5
"""How many times nearer to bicubic SR has to be in the range to 255, to be taken for made in it.

A network without biases makes the same of both.
"""
NEAR = 0.2
"""How far, as a share of white, SR may be from bicubic on the average."""


def said_range(words: str) -> float | None:
    """Return the value of white for what a file says, such as 0..255; None where it says nothing.

    Raises:
        Unfit: it is neither of `RANGES`.
    """
    if words and words not in RANGES:
        raise Unfit(f"it says that its range is {words!r}, which is none of {' and '.join(RANGES)}")
    return RANGES.get(words)


def probed_range(model: Callable[[np.ndarray], np.ndarray], sides: tuple[int, int], scale: int) -> float:
    """Return the value of white, 1 or 255, with which what a model makes of a picture is like that picture.

    Raises:
        Unfit: it is with neither.
    """
    lr = _picture(*sides)
    expected = bicubic(torch.from_numpy(lr), scale).numpy()
    off = {white: _mean_difference(model(lr * np.float32(white)) / white, expected) for white in RANGES.values()}
    white = 255.0 if CLEARLY * off[255.0] < off[1.0] else 1.0
    if not off[white] < NEAR:
        raise Unfit("what it makes of a picture is like it neither in the range 0 to 1 nor in 0 to 255")
    return white


def _mean_difference(sr: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(sr - expected).mean())


def _picture(height: int, width: int) -> np.ndarray:
    """Return slopes and an edge, 1x3xhxw, all between 0.1 and 0.9."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3].astype(np.float32)
    waves = 0.5 + 0.25 * np.sin(x / 5 + c) * np.cos(y / 7) + 0.15 * np.sign(x + y - (height + width) / 2)
    return np.ascontiguousarray(np.moveaxis(waves, -1, 0)[None], np.float32)
