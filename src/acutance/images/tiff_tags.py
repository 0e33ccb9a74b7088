"""The directories of a TIFF file, classic or BigTIFF: what its pages are, and tags that are added to a file."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from io import BufferedIOBase

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, SAMPLES = 256, 257, 258, 259, 262, 277
REDUCED, SUB_DIRECTORIES, INK_SET = 254, 330, 332
MAX_SAMPLE, PLANAR, EXTRA_SAMPLES, SAMPLE_FORMAT = 281, 284, 338, 339
STRIP_OFFSETS, STRIP_BYTES, TILE_OFFSETS, TILE_BYTES = 273, 279, 324, 325
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 282, 283, 296
RESOLUTION = frozenset({X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT})
XMP, IPTC, PHOTOSHOP = 700, 33723, 34377
DNG = 50706
KINDS = {
    1: "B",
    3: "H",
    4: "I",
    5: "II",
    6: "b",
    7: "B",
    8: "h",
    9: "i",
    10: "ii",
    11: "f",
    12: "d",
    13: "I",
    16: "Q",
    18: "Q",
}
"""How the values of each type are stored, those that are numbers."""
MOST_PAGES, MOST_VALUES = 10_000, 1 << 20


@dataclass(frozen=True)
class Layout:
    """How a file keeps its numbers: byte order, and the wider ones of BigTIFF."""

    order: str
    big: bool

    @property
    def offset(self) -> str:
        """Code of an offset."""
        return self.order + ("Q" if self.big else "I")

    @property
    def count(self) -> str:
        """Code of a directory's number of entries."""
        return self.order + ("Q" if self.big else "H")

    @property
    def entry(self) -> int:
        """Bytes of an entry."""
        return 20 if self.big else 12


Directory = Mapping[int, tuple[float, ...]]
"""The tags of a page that are numbers, those of rationals as quotients."""


def layout(head: bytes) -> Layout | None:
    """Return the layout by the first bytes of a file; None where it is no TIFF."""
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 4:
        return None
    version = struct.unpack_from(order + "H", head, 2)[0]
    return Layout(order, version == 43) if version in (42, 43) else None


def directories(file: BufferedIOBase) -> list[Directory]:
    """Return the tags of every page; raise ValueError where the file is no TIFF or broken."""
    file.seek(0)
    head = file.read(16)
    laid = layout(head)
    if laid is None:
        raise ValueError("it is no TIFF file")
    found: list[Directory] = []
    seen: set[int] = set()
    try:
        (place,) = struct.unpack_from(laid.offset, head, 8 if laid.big else 4)
        while place and place not in seen and len(found) < MOST_PAGES:
            seen.add(place)
            tags, place = _directory(file, place, laid)
            found.append(tags)
    except struct.error:
        raise ValueError("the file is truncated: a directory of its pages is missing") from None
    if not found:
        raise ValueError("it has no page")
    return found


def add(file: BufferedIOBase, entries: Mapping[int, bytes], without: frozenset[int]) -> None:
    """Give a file of one page other tags, each an entry of 12 or 20 bytes whose offsets hold already; drop some.

    The directory is written anew at the end, and the file made to point there.
    """
    laid = _written(file)
    at = 8 if laid.big else 4
    file.seek(at)
    (place,) = struct.unpack(laid.offset, file.read(struct.calcsize(laid.offset)))
    old, after = _entries(file, place, laid)
    kept = {tag: entry for tag, entry in old.items() if tag not in without} | dict(entries)
    start = end(file)
    ordered = [kept[tag] for tag in sorted(kept)]
    file.write(struct.pack(laid.count, len(ordered)) + b"".join(ordered) + struct.pack(laid.offset, after))
    file.seek(at)
    file.write(struct.pack(laid.offset, start))


def end(file: BufferedIOBase) -> int:
    """Go to the end of a file, filled up to where a directory may begin, and return the place."""
    place = file.seek(0, 2)
    return place + file.write(b"\0" * (-place % 8))


def appended(file: BufferedIOBase, tag: int, data: bytes) -> bytes:
    """Append bytes to a file, and return the entry of a tag that holds them."""
    laid = _written(file)
    place = end(file)
    file.write(data)
    entry = struct.pack(laid.order + "HH" + laid.offset[1], tag, 1, len(data)) + struct.pack(laid.offset, place)
    room = struct.calcsize(laid.offset)
    return entry if len(data) > room else entry[:-room] + data.ljust(room, b"\0")


def _written(file: BufferedIOBase) -> Layout:
    """Return the layout of a file that was just written as TIFF."""
    file.seek(0)
    laid = layout(file.read(16))
    assert laid is not None, "the file was just written as TIFF"
    return laid


def _entries(file: BufferedIOBase, place: int, laid: Layout) -> tuple[dict[int, bytes], int]:
    """Return the entries of a directory as they are stored, by tag, and where the next one is."""
    file.seek(place)
    width = struct.calcsize(laid.count)
    (count,) = struct.unpack(laid.count, file.read(width))
    if count > 65535:
        raise ValueError("a directory of its pages is broken")
    raw = file.read(count * laid.entry)
    (after,) = struct.unpack(laid.offset, file.read(struct.calcsize(laid.offset)))
    parts = (raw[start : start + laid.entry] for start in range(0, len(raw), laid.entry))
    return {struct.unpack_from(laid.order + "H", part)[0]: part for part in parts}, after


def _directory(file: BufferedIOBase, place: int, laid: Layout) -> tuple[Directory, int]:
    entries, after = _entries(file, place, laid)
    values = {tag: value for tag, entry in entries.items() if (value := _values(file, entry, laid)) is not None}
    return values, after


def _values(file: BufferedIOBase, entry: bytes, laid: Layout) -> tuple[float, ...] | None:
    kind, count = struct.unpack_from(laid.order + "H" + laid.offset[1], entry, 2)
    code = KINDS.get(kind)
    if code is None or count > MOST_VALUES:
        return None
    size, room = count * struct.calcsize("<" + code), laid.entry - 4 - struct.calcsize(laid.offset)
    data = entry[-room:][:size]
    if size > room:
        file.seek(struct.unpack(laid.offset, entry[-room:])[0])
        data = file.read(size)
    try:
        numbers = struct.unpack(laid.order + count * code, data)
    except struct.error:
        return None
    if len(code) == 2:
        return tuple(over / under if under else 0.0 for over, under in zip(numbers[::2], numbers[1::2], strict=True))
    return numbers
