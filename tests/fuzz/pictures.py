"""Small pictures in every format that is read, and reading one to its last row."""

import io
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from acutance import images
from acutance.images import Source
from acutance.images.source import reported
from fuzz.inputs import Seed
from photograph_forms import GREY, RGB, forms

MOST_PIXELS = 30_000_000
"""As --max-pixels: the 300 million of the default, where a file truly holds them, are beyond the memory of a child."""
XPM = b'/* XPM */\nstatic char *a[] = {\n"2 2 2 1",\n"a c #ff0000",\n"b c #00ff00",\n"ab",\n"ba"\n};\n'
STRIP, SMALL = 64, 100_000
"""Rows that are read at once, and pixels up to which a picture is written again, with all that it says."""
BY_PILLOW = {".pcx": "PCX", ".sgi": "SGI", ".dds": "DDS", ".j2k": "JPEG2000"}
LARGEST = 20_000
"""Bytes of a valid file, so that damage meets what means something: a profile of CMYK has a hundred times as many."""


def seeds() -> list[Seed]:
    """Return a file in each format, and in each form of the usual ones."""
    with tempfile.TemporaryDirectory() as place:
        for form in forms():
            form.write(Path(place) / form.name)
        written = [Seed(path.name, path.read_bytes()) for path in sorted(Path(place).iterdir())]
    return [each for each in (*written, *_rare()) if len(each.content) <= LARGEST]


def attempt(path: Path) -> None:
    """Read all frames from top to bottom, as `acutance upscale` does, and write them, with all that is said beside."""
    source = Source.open(path, most_pixels=MOST_PIXELS)
    for frame in source.frames:
        with reported(path):
            for start in range(0, frame.height, STRIP):
                frame.rows(start, min(frame.height, start + STRIP))
    first = Source.open(path, most_pixels=MOST_PIXELS, first_frame=True)
    if first.frames[0].width * first.frames[0].height <= SMALL:
        target, _ = images.nearest(path.with_stem("written"))
        with reported(path):
            raster = images.Raster.of(first.frames[0].planes())
        images.encode(target, [raster], first.metadata.resized(raster.width, raster.height), like=first)


def _rare() -> Iterator[Seed]:
    rgb, grey = Image.fromarray(RGB), Image.fromarray(GREY)
    for suffix, known in BY_PILLOW.items():
        yield Seed(f"rare{suffix}", _by_pillow(rgb, known))
    yield Seed("black.xbm", _by_pillow(grey.convert("1"), "XBM"))
    yield Seed("black.pbm", _by_pillow(grey.convert("1"), "PPM"))
    yield Seed("floats.pfm", _by_pillow(grey.convert("F").point(lambda level: level * (1 / 255)), "PPM"))
    yield Seed("inks.tif", _by_pillow(rgb.convert("CMYK"), "TIFF"))
    yield Seed("inks.jpg", _by_pillow(rgb.convert("CMYK"), "JPEG"))
    yield Seed("ascii.ppm", b"P3\n# by hand\n4 2\n255\n" + b" ".join(b"%d" % each for each in range(24)))
    yield Seed("ascii-deep.pgm", b"P2 3 2 4095\n0 4095 17 3000 1 2\n")
    yield Seed("sun.ras", struct.pack(">8I", 0x59A66A95, 32, 24, 24, 32 * 24 * 3, 1, 0, 0) + RGB.tobytes())
    head = b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, 24, 32, 8, 3)
    yield Seed("layered.psd", head + bytes(12) + b"\0\0" + RGB.transpose(2, 0, 1).tobytes())
    yield Seed("colours.xpm", XPM)
    yield from _icons(rgb.resize((32, 32)))


def _icons(square: Image.Image) -> Iterator[Seed]:
    yield Seed("sizes.ico", _by_pillow(square, "ICO", sizes=[(16, 16), (32, 32)]))
    bitmap = _by_pillow(square, "ICO", sizes=[(16, 16)], bitmap_format="bmp")
    yield Seed("bitmap.ico", bitmap)
    yield Seed("pointer.cur", b"\0\0\2\0" + bitmap[4:])
    inside = _by_pillow(square, "PNG")
    parts = b"icp5" + struct.pack(">I", len(inside) + 8) + inside
    yield Seed("inside.icns", b"icns" + struct.pack(">I", len(parts) + 8) + parts)


def _by_pillow(image: Image.Image, known: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, known, **options)
    return file.getvalue()
