"""The EXIF orientation is applied to the pixels, and written as 1."""

import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from acutance import images
from acutance.images import exif


def oriented(turned: int) -> bytes:
    block = Image.Exif()
    block[0x0112], block[0x010F] = turned, "Acme"
    return block.tobytes()


def stored(path: Path, turned: int, bits: int) -> np.ndarray:
    """Write a picture that says it is turned, with tools that are not ours; return its pixels as stored."""
    pixels = np.random.default_rng(0).integers(0, 2**bits, (16, 24, 3), f"uint{bits}")
    block = oriented(turned)
    if bits == 8:
        Image.fromarray(pixels).save(path, exif=block)
    else:
        image: Any = pyvips.Image.new_from_array(pixels).copy(interpretation="rgb16")
        image.set_type(pyvips.GValue.blob_type, "exif-data", block)
        image.set_type(pyvips.GValue.gint_type, "orientation", turned)
        image.pngsave(str(path))
    return pixels


def seen(pixels: np.ndarray, turned: int) -> np.ndarray:
    """Return what Pillow shows of pixels stored with an orientation."""
    channels = [Image.fromarray(pixels[..., channel].astype(np.int32)) for channel in range(3)]
    for channel in channels:
        channel.getexif()[0x0112] = turned
    return np.dstack([np.asarray(ImageOps.exif_transpose(channel)) for channel in channels])


@pytest.mark.parametrize("turned", range(1, 9))
@pytest.mark.parametrize(("name", "bits"), [("a.png", 8), ("a.tif", 8), ("a.png", 16)])
def test_pixels_come_upright_and_the_tag_is_reset(tmp_path: Path, turned: int, name: str, bits: int) -> None:
    pixels = stored(tmp_path / name, turned, bits)
    picture = images.read(tmp_path / name)
    expected = seen(pixels, turned)
    np.testing.assert_array_equal(picture.pixels, expected)
    images.write(tmp_path / f"b{name}", picture)
    with Image.open(tmp_path / f"b{name}") as written:
        assert written.getexif().get(0x0112, 1) == 1
        assert written.getexif()[0x010F] == "Acme"
    np.testing.assert_array_equal(images.read(tmp_path / f"b{name}").pixels, expected)


@pytest.mark.parametrize("turned", range(1, 9))
@pytest.mark.parametrize("bits", [8, 16])
def test_tiff_of_others_comes_upright(tmp_path: Path, bits: int, turned: int) -> None:
    path, pixels = tmp_path / "a.tif", np.random.default_rng(0).integers(0, 2**bits, (16, 24, 3), f"uint{bits}")
    data = cv2.imencode(".tif", pixels[..., ::-1])[1].tobytes()
    # OpenCV writes no orientation; it goes where the planar configuration stood, which then has its default.
    planar, orientation = struct.pack("<HHII", 284, 3, 1, 1), struct.pack("<HHII", 274, 3, 1, turned)
    assert data.count(planar) == 1
    path.write_bytes(data.replace(planar, orientation))
    np.testing.assert_array_equal(images.read(path).pixels, seen(pixels, turned))


@given(st.binary(max_size=80), st.sampled_from([b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"]))
def test_any_block_has_an_orientation_and_keeps_its_length(noise: bytes, header: bytes) -> None:
    block = header + noise
    assert 1 <= exif.orientation(block) <= 8
    assert len(exif.made_upright(block)) == len(block)
    assert exif.orientation(exif.made_upright(block)) == 1


def test_only_the_orientation_changes() -> None:
    block = oriented(6).removeprefix(exif.PREFIX)
    changed = [new for old, new in zip(block, exif.made_upright(block), strict=True) if old != new]
    assert changed == [1]
