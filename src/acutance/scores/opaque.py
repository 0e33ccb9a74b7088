"""The pictures that are scored, as they are: nothing is converted behind a reader's back."""

from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from acutance import images
from acutance.data.depth import eight_bit
from acutance.errors import PictureError
from acutance.images import Picture


def read_scored(path: Path, white_level: int | None = None) -> UInt8[np.ndarray, "h w 3"]:
    """Return the RGB pixels of a picture of 8 bits without transparency; grey has three equal channels.

    Where the value of white is said, a picture of 16 bits is taken too, and rounded to 8.

    Raises:
        PictureError: it cannot be read, has 16 bits a channel, or is transparent: a score would be that of another
            picture, made of it in one of several ways.
    """
    return check_plain(path, images.read(path), white_level)


def check_plain(path: Path, picture: Picture, white_level: int | None = None) -> UInt8[np.ndarray, "h w 3"]:
    """Return the pixels of a picture already read; raises as `read_scored`."""
    if picture.alpha is not None:
        raise PictureError(path, "it has an alpha channel, and scores are of opaque pictures; save it without.")
    if picture.pixels.dtype == np.uint16 and white_level is not None:
        return np.ascontiguousarray(eight_bit(picture.pixels, white_level, path))
    if picture.pixels.dtype != np.uint8:
        bits = 8 * picture.pixels.itemsize
        raise PictureError(
            path,
            f"it has {bits} bits a channel, and scores are of 8-bit pictures; save it with 8"
            + (", or say what is white with --white-level 65535." if bits == 16 else "."),
        )
    return np.ascontiguousarray(picture.pixels)
