"""How strongly a JPEG was compressed."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import acutance
from acutance.images import jpeg_quality

PHOTO = Path(acutance.__file__).parent / "photos" / "test" / "city.webp"


@pytest.mark.parametrize("quality", [3, 10, 25, 40, 49, 50, 60, 75, 85, 95, 99])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_quality_that_a_picture_was_saved_with_is_found(quality: int, mode: str, tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    Image.open(PHOTO).convert(mode).crop((0, 0, 64, 64)).save(path, quality=quality)
    assert jpeg_quality(path) == quality


def test_progressive_and_by_another_encoder(tmp_path: Path) -> None:
    pixels = np.asarray(Image.open(PHOTO).convert("RGB").crop((0, 0, 64, 64)))
    Image.fromarray(pixels).save(tmp_path / "progressive.jpg", quality=30, progressive=True)
    acutance.images.write(tmp_path / "vips.jpg", pixels, output=acutance.images.Output(quality=30))
    assert {jpeg_quality(path) for path in tmp_path.iterdir()} == {30}


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", b"no picture", b"\xff\xd8\xff\xdb\x00\x02"])
def test_what_is_no_jpeg_has_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(content)
    assert jpeg_quality(path) is None
    assert jpeg_quality(PHOTO) is None
    assert jpeg_quality(tmp_path / "absent.jpg") is None
