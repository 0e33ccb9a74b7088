"""A picture as an object: shown in a notebook, saved, handed to Pillow."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from acutance import images
from acutance.images import Picture, Raster
from photographs import photograph

RGB = photograph(5)


def shown(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture._repr_png_()))


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_8_bits_go_to_pillow_and_to_a_notebook_as_they_are(channels: int) -> None:
    planes = np.dstack([RGB, RGB[..., :1]])[..., :channels] if channels > 2 else RGB[..., :channels]
    picture = Picture.of(planes)
    for image in (picture.to_pil(), shown(picture)):
        assert image.mode == ("L", "LA", "RGB", "RGBA")[channels - 1]
        assert image.size == picture.size == (60, 48)
        assert np.array_equal(np.asarray(image).reshape(planes.shape), planes)


def test_16_bits_are_rounded_but_for_grey() -> None:
    deep = (RGB.astype(np.int64) * 257 - 3 * (RGB > 0)).astype(np.uint16)
    assert np.array_equal(np.asarray(Picture.of(deep).to_pil()), RGB)
    assert np.array_equal(np.asarray(Picture.of(deep[..., 0]).to_pil()), deep[..., 0])
    assert np.array_equal(np.asarray(shown(Picture.of(deep[..., 0]))), RGB[..., 0])


def test_profile_and_exif_go_along() -> None:
    image = Picture.of(RGB, icc=b"profile", exif=b"MM\0*").to_pil()
    assert image.info == {"icc_profile": b"profile", "exif": b"MM\0*"}


def test_a_notebook_is_not_given_a_scan() -> None:
    assert shown(Picture.of(np.zeros((100, 5000, 3), np.uint8))).size == (1600, 32)


def test_it_is_saved_as_written(tmp_path: Path) -> None:
    picture = Picture.of(RGB.astype(np.uint16) * 257)
    picture.save(tmp_path / "a.png")
    images.write(tmp_path / "b.png", picture)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert repr(picture) == "Picture(60x48, RGB, 16 bits)"


def test_floats_stay_within_black_and_white_when_they_are_resized(tmp_path: Path) -> None:
    edge = np.zeros((12, 12, 3), np.float32)
    edge[:, 6:] = 1
    smaller = Raster.of(edge).resized(9, 9).planes()
    assert (smaller.min(), smaller.max(), smaller.dtype) == (0, 1, np.float32)
