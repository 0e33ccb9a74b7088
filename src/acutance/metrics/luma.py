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
    first, second = shaved(sr, hr, border)
    return luma(first, rounded), luma(second, rounded)


def shaved(
    sr: UInt8[np.ndarray, "h w 3"], hr: UInt8[np.ndarray, "H W 3"], border: int
) -> tuple[UInt8[np.ndarray, "rows columns 3"], UInt8[np.ndarray, "rows columns 3"]]:
    """Return both pictures less `border` pixels on every side.

    Raises RequestError if the sizes differ or the border leaves nothing.
    """
    demand_equal_sizes(sr, hr)
    return shave(sr, border), shave(hr, border)


def shave(picture: UInt8[np.ndarray, "h w 3"], border: int) -> UInt8[np.ndarray, "rows columns 3"]:
    """Return a picture less `border` pixels on every side. Raises RequestError if nothing is left, or it is none."""
    _demand_picture(picture)
    height, width = picture.shape[:2]
    if border < 0 or 2 * border >= min(height, width):
        raise RequestError(f"cannot leave out a border of {border} pixels of a picture of {_size(picture)}")
    return picture[border : height - border, border : width - border]


def demand_equal_sizes(sr: UInt8[np.ndarray, "h w 3"], hr: UInt8[np.ndarray, "H W 3"]) -> None:
    """Raise RequestError unless both are pictures, of the same size."""
    _demand_picture(sr)
    _demand_picture(hr)
    if sr.shape != hr.shape:
        raise RequestError(f"cannot compare {_size(sr)} with {_size(hr)} pixels: the sizes must be equal")


def _demand_picture(picture: np.ndarray) -> None:
    # An image in [0, 1] would be scored too, and far too high.
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        what = f"{picture.dtype} of shape {tuple(picture.shape)}"
        raise RequestError(f"metrics are of 8-bit RGB pictures, uint8 of shape (height, width, 3), not {what}")


def luma(picture: UInt8[np.ndarray, "h w 3"], rounded: bool) -> Float64[np.ndarray, "h w"]:
    """Return Y of a picture, in [16, 235]; whole numbers if `rounded`, as MATLAB's rgb2ycbcr makes of uint8."""
    plane = cv2.transform(picture.astype(np.float64), BT601) / 255_000 + 16
    return np.floor(plane + 0.5) if rounded else plane


def _size(picture: Picture) -> str:
    return f"{picture.shape[1]}x{picture.shape[0]}"
