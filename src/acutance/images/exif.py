"""What an EXIF block says, changed in place: writing the block anew would break maker's notes."""

import struct
from dataclasses import dataclass

PREFIX = b"Exif\0\0"
BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
ORIENTATION, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 0x0112, 0x011A, 0x011B, 0x0128
EXIF_DIRECTORY, PIXELS_ACROSS, PIXELS_DOWN = 0x8769, 0xA002, 0xA003
SHORT, LONG, RATIONAL = 3, 4, 5
CENTIMETRE = 3


@dataclass(frozen=True)
class _Entry:
    """An entry of a directory: where it stands, the type of its value, and the byte order of the block."""

    place: int
    kind: int
    order: str


def orientation(exif: bytes) -> int:
    """Return the orientation in an EXIF block, 1 to 8; 1 (upright) where it says nothing that makes sense."""
    value = _short(exif, _find(exif, ORIENTATION))
    return value if value is not None and 1 <= value <= 8 else 1


def made_upright(exif: bytes) -> bytes:
    """Return the block with the orientation set to 1."""
    entry = _find(exif, ORIENTATION)
    return exif if entry is None else _patched(exif, entry.place + 8, struct.pack(entry.order + "H", 1))


def sized(exif: bytes, width: int, height: int) -> bytes:
    """Return the block with the size of the picture in pixels, where it names one."""
    for tag, length in ((PIXELS_ACROSS, width), (PIXELS_DOWN, height)):
        entry = _find(exif, tag, _directory(exif))
        if entry is not None:
            exif = _patched(exif, entry.place + 2, struct.pack(entry.order + "HII", LONG, 1, length))
    return exif


def resolution(exif: bytes) -> tuple[float, float] | None:
    """Return the pixels an inch that the block names, across and down; None where it names none."""
    across, down = (_rational(exif, _find(exif, tag)) for tag in (X_RESOLUTION, Y_RESOLUTION))
    if not across or not down:
        return None
    inches = 2.54 if _short(exif, _find(exif, RESOLUTION_UNIT)) == CENTIMETRE else 1.0
    return across * inches, down * inches


def _directory(exif: bytes) -> int | None:
    """Return where the EXIF directory proper starts."""
    entry = _find(exif, EXIF_DIRECTORY)
    return None if entry is None else struct.unpack_from(entry.order + "I", exif, entry.place + 8)[0]


def _find(exif: bytes, tag: int, start: int | None = 0) -> _Entry | None:
    """Return the entry of a tag in the directory at `start`, 0 being the first; None where there is none such."""
    order = BYTE_ORDERS.get(exif[:4])
    if order is None or start is None:
        return None
    try:
        first: int = start or struct.unpack_from(order + "I", exif, 4)[0]
        (count,) = struct.unpack_from(order + "H", exif, first)
        for place in range(first + 2, min(first + 2 + 12 * count, len(exif) - 11), 12):
            found, kind = struct.unpack_from(order + "HH", exif, place)
            if found == tag:
                return _Entry(place, kind, order)
    except struct.error:
        return None
    return None


def _short(exif: bytes, entry: _Entry | None) -> int | None:
    return None if entry is None else struct.unpack_from(entry.order + "H", exif, entry.place + 8)[0]


def _rational(exif: bytes, entry: _Entry | None) -> float | None:
    if entry is None or entry.kind != RATIONAL:
        return None
    try:
        (place,) = struct.unpack_from(entry.order + "I", exif, entry.place + 8)
        over, under = struct.unpack_from(entry.order + "II", exif, place)
    except struct.error:
        return None
    return over / under if under else None


def _patched(exif: bytes, place: int, value: bytes) -> bytes:
    return exif[:place] + value + exif[place + len(value) :]
