"""TIFF files of 8 or 16 bits: OpenCV writes them without profile and EXIF, Pillow without the lower 8 of 16 bits."""

import zlib

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import (
    BITSPERSAMPLE,
    COMPRESSION,
    EXIFIFD,
    EXTRASAMPLES,
    ICCPROFILE,
    IMAGELENGTH,
    IMAGEWIDTH,
    PHOTOMETRIC_INTERPRETATION,
    PREDICTOR,
    ROWSPERSTRIP,
    SAMPLESPERPIXEL,
    STRIPBYTECOUNTS,
    STRIPOFFSETS,
    TILEBYTECOUNTS,
    TILEOFFSETS,
    ImageFileDirectory_v2,
    TiffImageFile,
)

from acutance.images.exif import ORIENTATION, PREFIX
from acutance.images.picture import Picture

GPS = 34853
DESCRIPTIVE = (270, 271, 272, 282, 283, 296, 305, 306, 315, 33432, EXIFIFD, GPS)
"""The tags that say something of the photograph: description, camera, resolution, date, author, EXIF and GPS."""
GREY, RGB = 1, 2
DEFLATE, HORIZONTAL_DIFFERENCES, UNASSOCIATED_ALPHA = 8, 2, 2
HEADER = b"II*\0\x08\0\0\0"
LARGEST = 2**32 - 2**16
"""Bytes that the offsets of a TIFF file can reach, less some for the directory."""


def encode(picture: Picture) -> bytes:
    """Return a TIFF file in one losslessly compressed strip, with profile and EXIF.

    Raises ValueError where the file would pass the format's 4 GiB.
    """
    planes = picture.planes
    strip = zlib.compress(_differences(planes).tobytes())
    if len(strip) > LARGEST:
        raise ValueError("a TIFF file holds at most 4 GiB")
    directory = ImageFileDirectory_v2(HEADER)
    for tag, value in (_described(picture) | _laid_out(planes, len(strip))).items():
        directory[tag] = value
    return HEADER + directory.tobytes(len(HEADER)) + strip


def check_whole(image: TiffImageFile, size: int) -> None:
    """Raise ValueError where a TIFF file of `size` bytes ends before its pixels, of which libtiff would only mutter."""
    tags = image.tag_v2
    for starts, counts in ((STRIPOFFSETS, STRIPBYTECOUNTS), (TILEOFFSETS, TILEBYTECOUNTS)):
        ends = [start + count for start, count in zip(tags.get(starts, ()), tags.get(counts, ()), strict=False)]
        if max(ends, default=0) > size:
            raise ValueError(f"the file is truncated ({max(ends) - size} bytes are missing)")


def exif_of(image: TiffImageFile) -> bytes | None:
    """Return what a TIFF file, not decoded yet, says of its photograph, as an EXIF block with the orientation."""
    block = Image.Exif()
    for tag, value in _descriptive(image.getexif(), (ORIENTATION,)).items():
        block[tag] = value
    return block.tobytes().removeprefix(PREFIX) if len(block) else None


def _differences(planes: np.ndarray) -> np.ndarray:
    """Return each value less its left neighbour's, modulo its depth, which compresses far better."""
    little = planes.astype(planes.dtype.newbyteorder("<"))
    little[:, 1:] -= planes[:, :-1]
    return little


def _laid_out(planes: np.ndarray, size: int) -> dict[int, object]:
    height, width, channels = planes.shape
    tags: dict[int, object] = {
        IMAGEWIDTH: width,
        IMAGELENGTH: height,
        BITSPERSAMPLE: (8 * planes.itemsize,) * channels,
        COMPRESSION: DEFLATE,
        PHOTOMETRIC_INTERPRETATION: GREY if channels < 3 else RGB,
        STRIPOFFSETS: 0,  # Pillow adds the length of what goes before
        SAMPLESPERPIXEL: channels,
        ROWSPERSTRIP: height,
        STRIPBYTECOUNTS: size,
        PREDICTOR: HORIZONTAL_DIFFERENCES,
    }
    return tags | ({EXTRASAMPLES: UNASSOCIATED_ALPHA} if channels in (2, 4) else {})


def _described(picture: Picture) -> dict[int, object]:
    tags: dict[int, object] = {ICCPROFILE: picture.icc} if picture.icc else {}
    if picture.exif:
        block = Image.Exif()
        block.load(picture.exif)
        tags |= _descriptive(block)
    return tags


def _descriptive(block: Image.Exif, more: tuple[int, ...] = ()) -> dict[int, object]:
    known = (tag for tag in (*DESCRIPTIVE, *more) if tag in block)
    return {tag: block.get_ifd(tag) if tag in (EXIFIFD, GPS) else block[tag] for tag in known}
