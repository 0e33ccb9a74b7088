"""Photoshop's resources, in which JPEG keeps IPTC: a chain of numbered blocks."""

import struct
from collections.abc import Iterator

PREFIX = b"Photoshop 3.0\0"
IPTC, RESOLUTION, THUMBNAILS = 0x0404, 0x03ED, (0x0409, 0x040C)
"""Numbers of resources; what says pixels an inch and what shows the picture small speak of the picture before."""


def resources(block: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield the number of each resource, all of it, and what it holds, as far as the block is whole."""
    place = 0
    while block[place : place + 4] == b"8BIM" and place + 12 <= len(block):
        (number,) = struct.unpack_from(">H", block, place + 4)
        start = place + 6 + (block[place + 6] + 2) // 2 * 2
        if start + 4 > len(block):
            return
        (length,) = struct.unpack_from(">I", block, start)
        stop = start + 4 + length
        if stop > len(block):
            return
        yield number, block[place:stop] + b"\0" * (length % 2), block[start + 4 : stop]
        place = stop + length % 2


def lasting(block: bytes) -> bytes | None:
    """Return the resources that hold for a picture of another size; None where there is none."""
    kept = b"".join(whole for number, whole, _ in resources(block) if number not in (RESOLUTION, *THUMBNAILS))
    return kept or None


def iptc(block: bytes) -> bytes | None:
    """Return the IPTC records in the resources."""
    return next((data for number, _, data in resources(block) if number == IPTC), None)


def holding(records: bytes) -> bytes:
    """Return the resource that holds IPTC records."""
    return b"8BIM" + struct.pack(">HHI", IPTC, 0, len(records)) + records + b"\0" * (len(records) % 2)
