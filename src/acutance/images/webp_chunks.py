"""EXIF in a WebP file: libvips writes the block anew, which breaks maker's notes, and makes one where there is none."""

import shutil
import struct
from io import BufferedIOBase

from acutance.images.metadata import Metadata

EXIF_FLAG, ALPHA_FLAG = 0x08, 0x10
EXTENDED, LOSSLESS = b"VP8X", b"VP8L"


def rewrite(source: BufferedIOBase, target: BufferedIOBase, said: Metadata, size: tuple[int, int]) -> None:
    """Copy a WebP file that was just written, of `size` (width, height), with the EXIF block of `said` behind it."""
    block = said.exif or b""
    head = source.read(30)
    if head[12:16] == EXTENDED:
        target.write(head[:20] + bytes([head[20] | EXIF_FLAG]) + head[21:])
    else:
        flags = EXIF_FLAG | (ALPHA_FLAG if head[12:16] == LOSSLESS and head[24] & 0x10 else 0)
        canvas = b"".join(struct.pack("<I", side - 1)[:3] for side in size)
        target.write(head[:12] + EXTENDED + struct.pack("<I4B", 10, flags, 0, 0, 0) + canvas + head[12:])
    shutil.copyfileobj(source, target, 1 << 20)
    target.write(b"EXIF" + struct.pack("<I", len(block)) + block + b"\0" * (len(block) % 2))
    end = target.tell()
    target.seek(4)
    target.write(struct.pack("<I", end - 8))
    target.seek(end)
