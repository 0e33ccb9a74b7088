"""Small files that claim to be huge are refused before anything is decoded, in little memory and time."""

import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips

from acutance import images
from acutance.errors import PictureError


def png(width: int, height: int, pixels: bytes) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def gif(screen: tuple[int, int], frame: tuple[int, int]) -> bytes:
    head = b"GIF89a" + struct.pack("<HH", *screen) + b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    return head + b"," + struct.pack("<HHHH", 0, 0, *frame) + b"\0\x02\x02D\x01\0;"


def tiff(side: int, compression: int) -> bytes:
    entries = {256: side, 257: side, 258: 8, 259: compression, 262: 1, 273: 8, 278: side, 279: 100}
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries.items())
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + directory + bytes(4)


BOMBS = {
    "screen.gif": gif((65535, 65535), (1, 1)),
    "below-the-limit.gif": gif((16000, 16000), (1, 1)),
    "frame.gif": gif((1, 1), (65535, 65535)),
    "huge.png": png(100_000, 100_000, b""),
    "empty.png": png(16_000, 16_000, b""),
    "zeros.png": png(17_000, 17_000, bytes(1000)),
    "a.bmp": b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + struct.pack("<IiiHH6I", 40, 16000, 16000, 1, 24, *[0] * 6),
    "a.ppm": b"P6\n16000 16000\n255\n",
    "deep.ppm": b"P6\n16000 16000\n65535\n",
    "raw.tif": tiff(16_000, 1),
    "deflate.tif": tiff(16_000, 8),
    "a.qoi": b"qoif" + struct.pack(">IIBB", 16000, 16000, 3, 0) + b"\xfd" * 20,
    "a.tga": bytes([0, 0, 10, *[0] * 9]) + struct.pack("<HHBB", 16000, 16000, 24, 0) + b"\xff\1\2\3" * 9,
}
CHILD = """
import sys
from acutance import images
from acutance.errors import PictureError
for path in sys.argv[1:]:
    try:
        images.read(path)
    except PictureError as error:
        print(error)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def test_bombs_cost_a_sentence(tmp_path: Path) -> None:
    for name, content in BOMBS.items():
        (tmp_path / name).write_bytes(content)
    paths = [str(tmp_path / name) for name in BOMBS]
    began = time.process_time()
    child = subprocess.run([sys.executable, "-c", CHILD, *paths], capture_output=True, text=True, check=True)
    *sentences, peak = child.stdout.splitlines()
    assert time.process_time() - began < 10
    assert len(sentences) == len(BOMBS)
    for path, said in zip(paths, sentences, strict=True):
        assert said.startswith(f"{path}: ")
        assert "pixels" in said or "truncated" in said or "byte count" in said
    if sys.platform == "linux":
        assert int(peak) < 300_000, "kB of memory"


def test_a_limit_of_ones_own(tmp_path: Path) -> None:
    images.write(tmp_path / "a.png", np.zeros((20, 30, 3), np.uint8))
    assert images.Source.open(tmp_path / "a.png", most_pixels=600).frames[0].width == 30
    with pytest.raises(PictureError, match=r"30x20 pixels, .* are the limit"):
        images.Source.open(tmp_path / "a.png", most_pixels=599)


def test_all_frames_count(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (100, 30, 3), np.uint8)
    tall: Any = pyvips.Image.new_from_array(noise).copy(interpretation="srgb")
    tall.set_type(pyvips.GValue.gint_type, "page-height", 20)
    tall.webpsave(str(tmp_path / "a.webp"))
    assert len(images.Source.open(tmp_path / "a.webp", most_pixels=3000).frames) == 5
    with pytest.raises(PictureError, match="in 5 frames"):
        images.Source.open(tmp_path / "a.webp", most_pixels=2999)
    assert len(images.Source.open(tmp_path / "a.webp", most_pixels=2999, first_frame=True).frames) == 1


def test_flat_pictures_that_compress_well_are_none(tmp_path: Path) -> None:
    for suffix in (".png", ".webp", ".tif", ".gif", ".jpg", ".avif", ".qoi", ".jp2", ".tga", ".bmp", ".ppm"):
        images.write(tmp_path / f"a{suffix}", np.zeros((1500, 2000, 3), np.uint8))
        assert images.read(tmp_path / f"a{suffix}").size == (2000, 1500)
