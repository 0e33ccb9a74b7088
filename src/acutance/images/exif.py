"""The orientation in an EXIF block, which is changed in place: writing the block anew would break maker's notes."""

import struct

import numpy as np

PREFIX = b"Exif\0\0"
ORIENTATION = 0x0112
BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}


def orientation(exif: bytes) -> int:
    """Return the orientation in an EXIF block, 1 to 8; 1 (upright) where it says nothing that makes sense."""
    if (place := _place(exif)) is None:
        return 1
    offset, order = place
    (value,) = struct.unpack_from(order + "H", exif, offset)
    return value if 1 <= value <= 8 else 1


def made_upright(exif: bytes) -> bytes:
    """Return the block with the orientation set to 1."""
    if (place := _place(exif)) is None:
        return exif
    offset, order = place
    return exif[:offset] + struct.pack(order + "H", 1) + exif[offset + 2 :]


def turn_upright(pixels: np.ndarray, turned: int) -> np.ndarray:
    """Return an array (h, w, ...), stored with the EXIF orientation `turned`, as it is to be looked at."""
    if turned in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if turned in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if turned in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _place(exif: bytes) -> tuple[int, str] | None:
    """Return where the orientation's value stands in the first directory, and the byte order."""
    if (order := BYTE_ORDERS.get(exif[:4])) is None:
        return None
    try:
        (start,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, start)
        entries = range(start + 2, start + 2 + 12 * count, 12)
        tags = [struct.unpack_from(order + "H", exif, entry)[0] for entry in entries]
        place = entries[tags.index(ORIENTATION)] + 8
        struct.unpack_from(order + "H", exif, place)
    except (struct.error, ValueError):
        return None
    return place, order
