"""Writing a picture file."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from acutance.errors import PictureError, RequestError
from acutance.files import atomic
from acutance.images import deep, exif, tiff
from acutance.images.convert import to_pil
from acutance.images.picture import Picture

JPEG_BLOCK = 65533 - 6
"""Bytes of EXIF that a JPEG file can hold."""
LONGEST = {".jpg": 65535, ".jpeg": 65535, ".webp": 16383}
"""Pixels that a side can have."""


def write(path: str | Path, picture: Picture | np.ndarray) -> None:
    """Write a picture, or an array of (h, w) or (h, w, 1 to 4) in uint8 or uint16, in the format of the suffix.

    The file is whole or not there at all. PNG and TIFF keep 16 bits, alpha, profile and EXIF (PNG keeps no grey with
    alpha in 16 bits: it becomes RGB). JPEG (quality 95, full colour resolution) and BMP have 8 bits and no alpha,
    WebP (lossless) has 8 bits and no grey: 16 bits are rounded to 8, and what is transparent is laid over white.
    BMP keeps neither profile nor EXIF, JPEG no EXIF over 64 kB.

    Raises:
        RequestError: the suffix is not that of a format that is written.
        PictureError: the format cannot hold a picture of this size.
        AcutanceError: the file cannot be written: no space, no permission.
    """
    picture = picture if isinstance(picture, Picture) else Picture.of(picture)
    check_writable(path, picture.height, picture.width)
    try:
        encoded = _ENCODERS[Path(path).suffix.lower()](picture)
    except (ValueError, OSError) as error:
        raise PictureError(path, f"it cannot be written: {error}.") from error
    with atomic(path) as temporary:
        temporary.write_bytes(encoded)


def check_writable(path: str | Path, height: int = 1, width: int = 1) -> None:
    """Raise what `write` would raise of a file's name and a picture's size, before any work is done.

    Raises:
        RequestError: the suffix is not that of a format that is written.
        PictureError: the format cannot hold a picture of this size.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in WRITTEN:
        raise RequestError(
            f"{path}: cannot write {suffix or 'without a suffix'}; known are {', '.join(sorted(WRITTEN))}."
        )
    if max(height, width) > (most := LONGEST.get(suffix, 2**31)):
        raise PictureError(path, f"{suffix} holds at most {most} pixels a side, not {width}x{height}; .png holds more.")


def _png(picture: Picture) -> bytes:
    if picture.pixels.dtype == np.uint16:
        return deep.encode_png(picture)
    return _saved(picture.planes, "PNG", compress_level=4, **_metadata(picture))


def _jpeg(picture: Picture) -> bytes:
    kept = _metadata(picture)
    block = kept.pop("exif", b"")
    if 0 < len(block) <= JPEG_BLOCK:
        kept["exif"] = exif.PREFIX + block
    return _saved(_opaque(picture.in_8_bits()).planes, "JPEG", quality=95, subsampling=0, **kept)


def _webp(picture: Picture) -> bytes:
    # A profile for grey does not fit the RGB that WebP makes of it.
    kept = _metadata(picture) if not picture.grey else _metadata(Picture(picture.pixels, exif=picture.exif))
    return _saved(picture.in_8_bits().planes, "WEBP", lossless=True, exact=True, **kept)


def _bmp(picture: Picture) -> bytes:
    return _saved(_opaque(picture.in_8_bits()).planes, "BMP")


def _saved(planes: np.ndarray, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    to_pil(planes).save(file, kind, **options)
    return file.getvalue()


def _metadata(picture: Picture) -> dict[str, bytes]:
    blocks = {"icc_profile": picture.icc, "exif": picture.exif}
    return {name: block for name, block in blocks.items() if block}


def _opaque(picture: Picture) -> Picture:
    """Return an 8-bit picture laid over white."""
    if picture.alpha is None:
        return picture
    alpha = picture.alpha[..., None].astype(np.uint32)
    pixels = (picture.pixels * alpha + 255 * (255 - alpha) + 127) // 255
    return Picture(pixels.astype(np.uint8), icc=picture.icc, exif=picture.exif, grey=picture.grey)


_ENCODERS: dict[str, Callable[[Picture], bytes]] = {
    ".png": _png,
    ".jpg": _jpeg,
    ".jpeg": _jpeg,
    ".webp": _webp,
    ".tif": tiff.encode,
    ".tiff": tiff.encode,
    ".bmp": _bmp,
}
WRITTEN = frozenset(_ENCODERS)
"""File name suffixes, in lower case, of the formats that are written."""
