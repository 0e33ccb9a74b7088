"""The segments of a JPEG file before its pixels."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase

from acutance.images import exif, photoshop
from acutance.images.metadata import Metadata

APP0, APP1, APP2, APP13, COM, START_OF_SCAN, END = 0xE0, 0xE1, 0xE2, 0xED, 0xFE, 0xDA, 0xD9
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of the segment that says size and depth."""
LOSSLESS, ARITHMETIC = frozenset({0xC3, 0xC7, 0xCB, 0xCF}), frozenset(range(0xC9, 0xD0))
COMMENT = "Comment"
"""Under which name words in a JPEG file, which have none, are kept."""
JFIF, MULTI_PICTURE = b"JFIF\0", b"MPF\0"
INCH, CENTIMETRE = 1, 2
LARGEST = 65533
"""Bytes that a segment holds."""


@dataclass(frozen=True)
class Segment:
    """A segment's marker, where its content starts in the file, and the content."""

    marker: int
    start: int
    data: bytes


@dataclass(frozen=True)
class Header:
    """What a JPEG file says before its pixels: bits a sample, pixels an inch, number of pictures, IPTC, words."""

    precision: int = 8
    kind: int = 0xC0
    resolution: tuple[float, float] | None = None
    pictures: int = 1
    photoshop: bytes = b""
    comments: tuple[str, ...] = ()


def segments(file: BufferedIOBase) -> Iterator[Segment]:
    """Yield the segments up to the pixels, as far as the file is whole."""
    place = 2
    while True:
        file.seek(place)
        head = file.read(2)
        while len(head) == 2 and head == b"\xff\xff":
            place += 1
            file.seek(place)
            head = file.read(2)
        if len(head) < 2 or head[0] != 0xFF or head[1] in (START_OF_SCAN, END):
            return
        size = file.read(2)
        if len(size) < 2:
            return
        length = struct.unpack(">H", size)[0]
        yield Segment(head[1], place + 4, file.read(max(0, length - 2)))
        place += 2 + max(2, length)


def header(file: BufferedIOBase) -> Header:
    """Return what is said before the pixels."""
    precision, kind, density, pictures, resources = 8, 0xC0, None, 1, b""
    comments: list[str] = []
    for segment in segments(file):
        if segment.marker == APP0 and segment.data.startswith(JFIF):
            density = _density(segment.data)
        elif segment.marker == APP2 and segment.data.startswith(MULTI_PICTURE):
            pictures = _pictures(segment.data[4:])
        elif segment.marker == APP13 and segment.data.startswith(photoshop.PREFIX):
            resources += segment.data.removeprefix(photoshop.PREFIX)
        elif segment.marker == COM:
            comments.append(_text(segment.data))
        elif segment.marker in FRAMES and segment.data:
            precision, kind = segment.data[0], segment.marker
    return Header(precision, kind, density, pictures, resources, tuple(comments))


def rewrite(source: BufferedIOBase, target: BufferedIOBase, said: Metadata) -> None:
    """Copy the head of a JPEG file that was just written, with EXIF, IPTC and pixels an inch as `said` has them.

    An EXIF block that no segment holds is left out. What is left of `source` is its rest.
    """
    target.write(b"\xff\xd8" + _jfif(said.resolution))
    if said.exif and len(said.exif) <= LARGEST - len(exif.PREFIX):
        target.write(_segment(APP1, exif.PREFIX + said.exif))
    room, block = LARGEST - len(photoshop.PREFIX), said.iptc or b""
    for start in range(0, len(block), room):
        target.write(_segment(APP13, photoshop.PREFIX + block[start : start + room]))
    for keyword, words in said.text:
        if keyword == COMMENT and len(words.encode()) <= LARGEST:
            target.write(_segment(COM, words.encode()))
    rest = next(each for each in segments(source) if not each.data.startswith((JFIF, exif.PREFIX)))
    source.seek(rest.start - 4)


def _text(data: bytes) -> str:
    try:
        return data.rstrip(b"\0").decode("utf-8")
    except UnicodeDecodeError:
        return data.rstrip(b"\0").decode("latin-1")


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _jfif(resolution: tuple[float, float] | None) -> bytes:
    across, down = (min(65535, max(1, round(each))) for each in resolution or (1, 1))
    return _segment(APP0, JFIF + struct.pack(">BBBHHBB", 1, 1, INCH if resolution else 0, across, down, 0, 0))


def _density(data: bytes) -> tuple[float, float] | None:
    try:
        unit, across, down = struct.unpack_from(">BHH", data, 7)
    except struct.error:
        return None
    inches = {INCH: 1.0, CENTIMETRE: 2.54}.get(unit)
    return None if inches is None or not across or not down else (across * inches, down * inches)


def _pictures(block: bytes) -> int:
    """Return the number of pictures in the index of a multi-picture file."""
    order = ">" if block.startswith(b"MM") else "<"
    try:
        (start,) = struct.unpack_from(f"{order}I", block, 4)
        (count,) = struct.unpack_from(f"{order}H", block, start)
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(f"{order}HHII", block, place)
            if tag == 0xB001:
                return value
    except struct.error:  # a broken index says nothing, and the picture before it is read all the same
        pass
    return 1
