"""The pictures that are scored, as they are: nothing is converted behind a reader's back."""

from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from acutance import images
from acutance.errors import PictureError
from acutance.images import Picture


def read_scored(path: Path) -> UInt8[np.ndarray, "h w 3"]:
    """Return the RGB pixels of a picture of 8 bits without transparency; grey has three equal channels.

    Raises:
        PictureError: it cannot be read, has 16 bits a channel, or is transparent: a score would be that of another
            picture, made of it in one of several ways.
    """
    return check_plain(path, images.read(path))


def check_plain(path: Path, picture: Picture) -> UInt8[np.ndarray, "h w 3"]:
    """Return the pixels of a picture already read; raises as `read_scored`."""
    if picture.alpha is not None:
        raise PictureError(path, "it has an alpha channel, and scores are of opaque pictures; save it without.")
    if picture.pixels.dtype != np.uint8:
        raise PictureError(path, "it has 16 bits a channel, and scores are of 8-bit pictures; save it with 8.")
    return np.ascontiguousarray(picture.pixels)


def is_grey(pixels: UInt8[np.ndarray, "h w 3"]) -> bool:
    """Tell whether the three channels are equal everywhere."""
    return bool((pixels[..., :1] == pixels[..., 1:]).all())
