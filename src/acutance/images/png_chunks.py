"""The chunks of a PNG file: what is said beside the pixels, read from anywhere in the file and put in again."""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BufferedIOBase

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = ("gAMA", "cHRM", "sRGB", "cICP")
"""Chunks that say which colours are meant, where there is no profile."""
XMP = "XML:com.adobe.xmp"
RAW_PROFILE = "Raw profile type "
ELSEWHERE = (XMP, *(RAW_PROFILE + kind for kind in ("exif", "APP1", "xmp", "icc", "icm")))
"""Keywords of texts that are no words but blocks that go on in their own place."""
LARGEST = 16 << 20
"""Bytes of a chunk that is read, and of what a compressed one may become."""
INCHES = 0.0254
"""Metres in an inch."""


@dataclass(frozen=True)
class Chunk:
    """A chunk's name, and where its content lies in the file."""

    name: str
    start: int
    length: int


def chunks(file: BufferedIOBase) -> Iterator[Chunk]:
    """Yield the chunks of a PNG file, as far as it is whole."""
    place = len(SIGNATURE)
    while True:
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:
            return
        length, name = struct.unpack(">I4s", head)
        yield Chunk(name.decode("latin-1"), place + 8, length)
        place += 12 + length


def content(file: BufferedIOBase, chunk: Chunk) -> bytes:
    """Return what is in a chunk; nothing of one that is too large to be words or a profile."""
    if chunk.length > LARGEST:
        return b""
    file.seek(chunk.start)
    return file.read(chunk.length)


def words(name: str, data: bytes) -> tuple[str, str] | None:
    """Return the keyword and the text of a tEXt, zTXt or iTXt chunk; None where it is broken."""
    try:
        keyword, _, rest = data.partition(b"\0")
        if name == "tEXt":
            return keyword.decode("latin-1"), rest.decode("latin-1")
        if name == "zTXt":
            return keyword.decode("latin-1"), _inflated(rest[1:]).decode("latin-1")
        packed, rest = rest[0], rest[2:]
        text = rest.split(b"\0", 2)[2]
        return keyword.decode("latin-1"), (_inflated(text) if packed else text).decode("utf-8")
    except (UnicodeDecodeError, zlib.error, IndexError, ValueError):
        return None


def profile(data: bytes) -> bytes | None:
    """Return the colour profile in an iCCP chunk; None where it is broken."""
    try:
        return _inflated(data.partition(b"\0")[2][1:])
    except zlib.error:
        return None


def raw_profile(text: str) -> bytes | None:
    """Return the bytes that ImageMagick keeps as hexadecimal text: a line feed, a name, a length, digits."""
    found = re.fullmatch(r"\s*\w+\s+(\d+)\s+([0-9a-fA-F\s]+)", text)
    if found is None:
        return None
    data = bytes.fromhex("".join(found[2].split()))
    return data if len(data) == int(found[1]) else None


def resolution(data: bytes) -> tuple[float, float] | None:
    """Return the pixels an inch in a pHYs chunk, across and down; None where it only names a ratio."""
    if len(data) != 9 or data[8] != 1:
        return None
    across, down = struct.unpack(">II", data[:8])
    return (across * INCHES, down * INCHES) if across and down else None


def built(name: str, data: bytes) -> bytes:
    """Return a chunk."""
    body = name.encode("latin-1") + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def text_chunk(keyword: str, text: str, *, unicode: bool = False) -> bytes:
    """Return a chunk of text, whatever script it is in; `unicode` keeps it in UTF-8 though Latin-1 would do."""
    try:
        if not unicode:
            return built("tEXt", keyword.encode("latin-1") + b"\0" + text.encode("latin-1"))
    except UnicodeEncodeError:  # tEXt is Latin-1; iTXt holds the rest
        pass
    return built("iTXt", keyword.encode("latin-1", "replace") + b"\0\0\0\0\0" + text.encode("utf-8"))


def profile_chunk(icc: bytes) -> bytes:
    """Return the iCCP chunk of a colour profile."""
    return built("iCCP", b"icc\0\0" + zlib.compress(icc))


def resolution_chunk(resolution: tuple[float, float]) -> bytes:
    """Return the pHYs chunk of pixels an inch."""
    return built("pHYs", struct.pack(">IIB", *(round(each / INCHES) for each in resolution), 1))


def rewrite(source: BufferedIOBase, target: BufferedIOBase, added: Mapping[str, list[bytes]]) -> None:
    """Copy a PNG file with other chunks before its pixels: those of the names in `added` are replaced by what is there.

    The file is one that was just written, so that it is whole.
    """
    every = list(chunks_before_pixels(source))
    source.seek(0)
    header = every[0].start + every[0].length + 4
    target.write(source.read(header))
    for blocks in added.values():
        target.writelines(blocks)
    for chunk in every[1:]:
        if chunk.name not in added:
            source.seek(chunk.start - 8)
            target.write(source.read(chunk.length + 12))
    source.seek(every[-1].start + every[-1].length + 4)


def chunks_before_pixels(file: BufferedIOBase) -> Iterator[Chunk]:
    """Yield the chunks up to the first of pixels."""
    for chunk in chunks(file):
        if chunk.name == "IDAT":
            return
        yield chunk


def _inflated(data: bytes) -> bytes:
    return zlib.decompressobj().decompress(data, LARGEST)
