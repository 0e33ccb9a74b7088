"""What rarer files say beside their pixels: comments, blocks kept as text, alpha multiplied in, frames passed over."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image, PngImagePlugin

from acutance import images
from acutance.errors import PictureError
from acutance.images import Metadata, Raster
from photograph_forms import IPTC, PHOTOSHOP, SRGB, XMP, exif
from photographs import photograph

RGB = photograph(3, 24, 30)


def kept(source: Path, target: Path) -> Image.Image:
    images.write(target, images.read(source))
    return Image.open(target)


def test_the_comment_of_a_jpeg_goes_on(tmp_path: Path) -> None:
    Image.fromarray(RGB).save(tmp_path / "a.jpg", comment="naïve café".encode())
    assert kept(tmp_path / "a.jpg", tmp_path / "b.jpg").info["comment"] == "naïve café".encode()


def test_blocks_that_imagemagick_keeps_as_text_are_found(tmp_path: Path) -> None:
    def raw(name: str, block: bytes) -> str:
        digits = block.hex()
        lines = "\n".join(digits[start : start + 72] for start in range(0, len(digits), 72))
        return f"\n{name}\n{len(block):8d}\n{lines}\n"

    words = PngImagePlugin.PngInfo()
    words.add_text("Raw profile type exif", raw("exif", exif(3)), zip=True)
    words.add_text("Raw profile type xmp", raw("xmp", XMP))
    words.add_text("Raw profile type iptc", raw("iptc", PHOTOSHOP))
    Image.fromarray(RGB).save(tmp_path / "a.png", pnginfo=words)
    picture = images.read(tmp_path / "a.png")
    np.testing.assert_array_equal(picture.pixels, RGB[::-1, ::-1])
    assert picture.metadata.xmp == XMP
    written = kept(tmp_path / "a.png", tmp_path / "b.png")
    assert written.getexif()[0x010F] == "Acme"
    assert written.getexif().get(0x0112, 1) == 1
    assert IPTC.hex() in written.info["Raw profile type iptc"].replace("\n", "")
    assert "Raw profile type exif" not in written.info


def test_a_makers_note_keeps_its_bytes_and_its_place(tmp_path: Path) -> None:
    block = Image.Exif()
    block[0x010F] = "Acme"
    block[0x8769] = {0x927C: bytes(range(200)), 0xA002: 30, 0xA003: 24}
    for suffix in (".jpg", ".png", ".webp"):
        Image.fromarray(RGB).save(tmp_path / f"a{suffix}", exif=block.tobytes())
        before = images.read(tmp_path / f"a{suffix}").exif
        images.write(tmp_path / f"b{suffix}", images.read(tmp_path / f"a{suffix}"))
        assert images.read(tmp_path / f"b{suffix}").exif == before
        assert before == block.tobytes().removeprefix(b"Exif\0\0")


def test_no_exif_and_no_resolution_are_made_up(tmp_path: Path) -> None:
    for suffix in (".jpg", ".png", ".webp", ".tif", ".avif"):
        images.write(tmp_path / f"a{suffix}", RGB)
        with Image.open(tmp_path / f"a{suffix}") as image:
            assert not image.info.get("exif")
            assert "dpi" not in image.info or image.format == "TIFF"
        metadata = images.read(tmp_path / f"a{suffix}").metadata
        assert (metadata.resolution, metadata.icc, metadata.xmp) == (None, None, None)


def test_alpha_multiplied_into_an_avif_is_taken_out(tmp_path: Path) -> None:
    alpha = np.full(RGB.shape[:2], 128, np.uint8)
    whole = Image.fromarray(np.dstack([RGB // 4 * 2, alpha]))
    whole.save(tmp_path / "straight.avif", quality=100, subsampling="4:4:4")
    # Pillow multiplies as it writes.
    whole.save(tmp_path / "multiplied.avif", quality=100, subsampling="4:4:4", alpha_premultiplied=True)
    one, other = (images.read(tmp_path / f"{name}.avif").planes.astype(int) for name in ("straight", "multiplied"))
    assert abs(one - other).mean() < 2


def test_an_avif_that_moves_says_that_its_first_picture_is_taken(tmp_path: Path) -> None:
    moving = [Image.fromarray(255 - RGB)]
    Image.fromarray(RGB).save(tmp_path / "a.avif", save_all=True, append_images=moving, duration=100)
    source = images.Source.open(tmp_path / "a.avif")
    assert source.notes == ("it is a sequence of pictures; the first is taken",)


def test_text_files_of_more_than_8_bits_keep_them(tmp_path: Path) -> None:
    deep = RGB.astype(np.uint16) * 4
    lines = "\n".join(" ".join(map(str, row.ravel())) for row in deep)
    (tmp_path / "a.ppm").write_text(f"P3\n# by hand\n30 24\n1023\n{lines}\n")
    np.testing.assert_array_equal(
        images.read(tmp_path / "a.ppm").pixels, np.round(deep / 1023 * 65535).astype(np.uint16)
    )
    head = b"P5 30 24 1023\n" + deep[..., 0].astype(">u2").tobytes()
    (tmp_path / "a.pgm").write_bytes(head)
    np.testing.assert_array_equal(images.read(tmp_path / "a.pgm").planes[..., 0], np.round(deep[..., 0] / 1023 * 65535))


@pytest.mark.parametrize("suffix", [".webp", ".png"])
def test_animations_that_are_stored_turned_come_upright(tmp_path: Path, suffix: str) -> None:
    second = Image.fromarray(255 - RGB)
    options: dict[str, Any] = {"lossless": True} if suffix == ".webp" else {}
    path = tmp_path / f"a{suffix}"
    Image.fromarray(RGB).save(path, save_all=True, append_images=[second], duration=50, exif=exif(6), **options)
    frames = [frame.planes()[..., :3] for frame in images.Source.open(path).frames]
    np.testing.assert_array_equal(frames[0], np.rot90(RGB, 3))
    np.testing.assert_array_equal(frames[1], np.rot90(255 - RGB, 3))


def test_pages_keep_each_its_own_depth_and_profile(tmp_path: Path) -> None:
    deep = (RGB[..., 0].astype(np.uint16) * 257)[..., None]
    images.encode(tmp_path / "a.tif", [Raster.of(RGB), Raster.of(deep)], Metadata(icc=SRGB))
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        assert [page.asarray().dtype for page in file.pages] == [np.uint8, np.uint16]
        assert [bool(getattr(page, "iccprofile", None)) for page in file.pages] == [True, False]
    assert [frame.dtype for frame in images.Source.open(tmp_path / "a.tif").frames] == [np.uint8, np.uint16]


def test_pages_of_different_profiles_are_refused(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(RGB, photometric="rgb", metadata=None, iccprofile=SRGB)
        file.write(RGB, photometric="rgb", metadata=None)
    with pytest.raises(PictureError, match="different colour profiles"):
        images.Source.open(tmp_path / "a.tif")
    assert images.Source.open(tmp_path / "a.tif", first_frame=True).metadata.icc == SRGB


def test_all_pages_count_as_pixels(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(RGB, photometric="rgb", metadata=None)
        file.write(RGB[:6], photometric="rgb", metadata=None)
    assert len(images.Source.open(tmp_path / "a.tif", most_pixels=30 * 30).frames) == 2
    with pytest.raises(PictureError, match="2 pages"):
        images.Source.open(tmp_path / "a.tif", most_pixels=30 * 30 - 1)
