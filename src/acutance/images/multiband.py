"""Pictures of any number of bands, such as RGB with near infrared: TIFF and .npy, as floats in [0, 1]."""

from math import prod
from pathlib import Path

import numpy as np
import pyvips
from jaxtyping import Float32, Shaped

from acutance.errors import AcutanceError, PictureError
from acutance.files import atomic
from acutance.images import tiff_reading, vips_reading
from acutance.images.formats import TIFF
from acutance.images.raster import Raster, native

Stored = Shaped[np.ndarray, "_h _w _c"]
"""Of uint8, uint16 or float32."""

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
    planes = read_planes(path)
    if planes.dtype == np.float32:
        return planes
    white = white_level or WHITE[planes.dtype.name]
    return np.clip(planes.astype(np.float32) / white, 0, 1)


def read_planes(path: Path, most_pixels: int | None = None) -> Stored:
    """Return the same as it is stored: uint8 or uint16 as they are, and every kind of float as float32 in [0, 1].

    Raises:
        PictureError: as `read_bands`, or it has more than `most_pixels`, which is told before they are decoded.
    """
    array = (_npy if path.suffix.lower() == ".npy" else _tiff)(path, most_pixels)
    planes = array[..., None] if array.ndim == 2 else array
    if planes.ndim != 3 or not planes.size:
        raise PictureError(
            path, f"it is of {'x'.join(map(str, array.shape))}, and a picture is rows x columns x bands."
        )
    if planes.dtype.name in WHITE:
        return planes.astype(planes.dtype.newbyteorder("="), copy=False)
    if planes.dtype.kind != "f":
        raise PictureError(path, f"it holds {planes.dtype.name}, and bands are uint8, uint16 or floats in [0, 1].")
    low, high = float(planes.min()), float(planes.max())
    if not (low >= -ROUNDING and high <= 1 + ROUNDING):  # also where one is no number
        raise PictureError(path, f"its floats go from {low:g} to {high:g}; they have to be in [0, 1].")
    return np.clip(planes.astype(np.float32), 0, 1)


def write_planes(path: Path, planes: Stored) -> None:
    """Write a picture (h, w, bands) of uint8, uint16 or float32 as .npy or, without loss, as TIFF.

    Raises:
        AcutanceError: the file cannot be written.
    """
    with atomic(path) as temporary:
        if path.suffix.lower() == ".npy":
            np.save(temporary, planes)
            return
        image = Raster.of(planes).image.copy(interpretation="multiband")
        try:
            image.tiffsave(native(temporary), compression="deflate", predictor="none")
        except pyvips.Error as error:
            raise AcutanceError(f"cannot write {path}: {str(error).strip().splitlines()[-1]}.") from error


def _npy(path: Path, most_pixels: int | None) -> np.ndarray:
    try:
        mapped = np.lib.format.open_memmap(path, mode="r")
        _demand_few(path, mapped.shape[:2], most_pixels)
        return np.array(mapped)
    except (OSError, ValueError, EOFError) as error:
        raise PictureError(path, f"it is no array that numpy reads: {error}.") from error


def _tiff(path: Path, most_pixels: int | None) -> np.ndarray:
    try:
        with path.open("rb") as file:
            orientation = tiff_reading.orientation_of_bands(file, path.stat().st_size)
        image = vips_reading.load(TIFF, path, access="random")
        _demand_few(path, (image.height, image.width), most_pixels)
        return vips_reading.upright(image, orientation).numpy()
    except (OSError, ValueError, pyvips.Error) as error:
        raise PictureError(path, f"it cannot be read: {str(error).strip().splitlines()[-1]}.") from error


def _demand_few(path: Path, size: tuple[int, ...], most_pixels: int | None) -> None:
    if most_pixels is not None and prod(size) > most_pixels:
        raise PictureError(path, f"it has {prod(size)} pixels, more than the {most_pixels} of --max-pixels.")
