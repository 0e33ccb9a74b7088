"""From two pictures to the two planes that are compared: Y, without its border."""

import cv2
import numpy as np
from jaxtyping import Float64, UInt8

from acutance.errors import RequestError

Picture = UInt8[np.ndarray, "h w 3"]

BT601 = np.array([[65481.0, 128553.0, 24966.0]])
"""Times 255,000, so that sums of 8-bit values stay whole and halves are rounded as MATLAB rounds them."""


def planes(
    sr: UInt8[np.ndarray, "h w 3"], hr: UInt8[np.ndarray, "H W 3"], border: int, rounded: bool
) -> tuple[Float64[np.ndarray, "rows columns"], Float64[np.ndarray, "rows columns"]]:
    """Return Y of both pictures, in [16, 235], less `border` pixels on every side.

    Raises RequestError if the sizes differ or the border leaves nothing.
    """
    if sr.shape != hr.shape:
        raise RequestError(f"cannot compare {_size(sr)} with {_size(hr)} pixels: the sizes must be equal")
    if border < 0 or 2 * border >= min(sr.shape[:2]):
        raise RequestError(f"cannot leave out a border of {border} pixels of a picture of {_size(sr)}")
    return _luma(sr, border, rounded), _luma(hr, border, rounded)


def _size(picture: Picture) -> str:
    return f"{picture.shape[1]}x{picture.shape[0]}"


def _luma(picture: Picture, border: int, rounded: bool) -> Float64[np.ndarray, "rows columns"]:
    height, width = picture.shape[:2]
    shaved = picture[border : height - border, border : width - border]
    luma = cv2.transform(shaved.astype(np.float64), BT601) / 255_000 + 16
    return np.floor(luma + 0.5) if rounded else luma
