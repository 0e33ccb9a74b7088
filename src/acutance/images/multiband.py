"""Pictures of any number of bands, such as RGB with near infrared: TIFF and .npy, as floats in [0, 1]."""

from pathlib import Path
from typing import Any

import numpy as np
import pyvips
from jaxtyping import Float32

from acutance.errors import PictureError

SUFFIXES = (".npy", ".tif", ".tiff")
WHITE = {"uint8": 255, "uint16": 65535}
"""The value of white by kind of number; floats are in [0, 1]."""
ROUNDING = 1e-4


def read_bands(path: Path, white_level: int | None = None) -> Float32[np.ndarray, "_h _w _c"]:
    """Return a picture (h, w, bands) in [0, 1] of uint8, uint16 or floats; (h, w) is one band.

    Args:
        path: of a TIFF file, or of a .npy file as `numpy.save` writes it.
        white_level: the value of white in integers, where that is not their largest.

    Raises:
        PictureError: the file cannot be read, or holds other numbers, or values outside of their range.
    """
    array = _npy(path) if path.suffix.lower() == ".npy" else _tiff(path)
    planes = array[..., None] if array.ndim == 2 else array
    if planes.ndim != 3 or not planes.size:
        raise PictureError(
            path, f"it is of {'x'.join(map(str, array.shape))}, and a picture is rows x columns x bands."
        )
    if planes.dtype.name in WHITE:
        white = white_level or WHITE[planes.dtype.name]
        return np.clip(planes.astype(np.float32) / white, 0, 1)
    if planes.dtype.kind != "f":
        raise PictureError(path, f"it holds {planes.dtype.name}, and bands are uint8, uint16 or floats in [0, 1].")
    low, high = float(planes.min()), float(planes.max())
    if not (low >= -ROUNDING and high <= 1 + ROUNDING):  # also where one is no number
        raise PictureError(path, f"its floats go from {low:g} to {high:g}; they have to be in [0, 1].")
    return np.clip(planes.astype(np.float32), 0, 1)


def _npy(path: Path) -> np.ndarray:
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise PictureError(path, f"it is no array that numpy reads: {error}.") from error


def _tiff(path: Path) -> np.ndarray:
    try:
        image: Any = pyvips.Image.new_from_file(str(path))
        return image.numpy()
    except pyvips.Error as error:
        raise PictureError(path, f"it cannot be read: {str(error).strip().splitlines()[-1]}.") from error
