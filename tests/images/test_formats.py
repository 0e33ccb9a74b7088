"""What goes into a file comes out of it: depth, grey, alpha, profile, EXIF."""

from pathlib import Path

import numpy as np
import pytest
import pyvips
from PIL import Image, ImageCms

from acutance import images
from acutance.errors import PictureError, RequestError
from acutance.images import Picture

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
RGB_KINDS = [(3, 8), (4, 8), (3, 16), (4, 16)]
GREY_KINDS = [(1, 8), (2, 8), (1, 16), (2, 16)]


def planes(channels: int, bits: int, height: int = 37, width: int = 53) -> np.ndarray:
    """Return smooth gradients with noise, in every level of the depth."""
    rng = np.random.default_rng(channels * bits)
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    smooth = (y / height + x / width + c / 4) / 3 + 0.05 * rng.standard_normal((height, width, channels))
    return np.round(smooth.clip(0, 1) * (2**bits - 1)).astype(f"uint{bits}")


def photographed() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0132] = "Acme", "2024:02:29 12:00:00"
    exif[0x8769] = {0x9003: "2024:02:29 12:00:00", 0x829A: (1, 125)}
    exif[0x8825] = {1: "N", 2: (47.0, 30.0, 12.5)}
    return exif.tobytes().removeprefix(b"Exif\0\0")


def said(block: bytes | None) -> tuple[object, ...]:
    exif = Image.Exif()
    exif.load(block or b"")
    gps = exif.get_ifd(0x8825)
    return exif.get(0x010F), exif.get(0x0132), exif.get_ifd(0x8769).get(0x9003), gps.get(1), gps.get(2)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".TIFF"])
@pytest.mark.parametrize(("channels", "bits"), RGB_KINDS + GREY_KINDS)
def test_png_and_tiff_lose_nothing(tmp_path: Path, suffix: str, channels: int, bits: int) -> None:
    profile = SRGB if channels > 2 else None
    picture = Picture.of(planes(channels, bits), icc=profile, exif=photographed())
    images.write(tmp_path / f"a{suffix}", picture)
    back = images.read(tmp_path / f"a{suffix}")
    np.testing.assert_array_equal(back.planes, picture.planes)
    assert back.pixels.dtype == f"uint{bits}"
    assert back.grey == (channels < 3)
    assert back.icc == profile
    assert said(back.exif) == said(picture.exif)
    assert said(back.exif)[:2] == ("Acme", "2024:02:29 12:00:00")


@pytest.mark.parametrize(("channels", "bits"), RGB_KINDS)
def test_webp_is_lossless_in_8_bits(tmp_path: Path, channels: int, bits: int) -> None:
    picture = Picture.of(planes(channels, bits), icc=SRGB, exif=photographed())
    images.write(tmp_path / "a.webp", picture)
    back = images.read(tmp_path / "a.webp")
    assert np.abs(back.planes / 255 - picture.planes / (2**bits - 1)).max() <= 0.5 / 255 + 1e-9
    assert (back.icc, said(back.exif)) == (SRGB, said(picture.exif))


@pytest.mark.parametrize(("channels", "bits"), [(3, 8), (3, 16), (1, 8), (1, 16)])
def test_jpeg_is_close_and_keeps_profile_and_exif(tmp_path: Path, channels: int, bits: int) -> None:
    smooth = Picture.of(planes(channels, bits) // 8 * 2, icc=SRGB if channels == 3 else None, exif=photographed())
    images.write(tmp_path / "a.jpg", smooth)
    back = images.read(tmp_path / "a.jpg")
    assert back.grey == smooth.grey
    assert np.abs(back.pixels / 255 - smooth.pixels / (2**bits - 1)).mean() < 0.01
    assert (back.icc, said(back.exif)) == (smooth.icc, said(smooth.exif))


@pytest.mark.parametrize("suffix", [".jpg", ".bmp"])
def test_transparency_is_laid_over_white(tmp_path: Path, suffix: str) -> None:
    clear = np.zeros((16, 16, 4), np.uint8)
    clear[:8, :, 3] = 255
    images.write(tmp_path / f"a{suffix}", clear)
    back = images.read(tmp_path / f"a{suffix}")
    assert back.alpha is None
    assert back.pixels[2].max() < 4
    assert back.pixels[-2].min() > 251


@pytest.mark.parametrize("channels", [1, 3])
def test_bmp_keeps_8_bit_pixels_and_grey(tmp_path: Path, channels: int) -> None:
    images.write(tmp_path / "a.bmp", planes(channels, 8))
    back = images.read(tmp_path / "a.bmp")
    np.testing.assert_array_equal(back.planes, planes(channels, 8))


def test_dark_16_bit_picture_stays_16_bit(tmp_path: Path) -> None:
    # Real-ESRGAN guesses the depth from the largest value.
    dark = planes(3, 16) // 300
    assert dark.max() < 256
    images.write(tmp_path / "dark.png", dark)
    np.testing.assert_array_equal(images.read(tmp_path / "dark.png").pixels, dark)


def test_grey_with_alpha_in_16_bits_keeps_its_values(tmp_path: Path) -> None:
    picture = Picture.of(planes(2, 16))
    images.write(tmp_path / "a.png", picture)
    back = images.read(tmp_path / "a.png")
    np.testing.assert_array_equal(back.pixels, picture.pixels)
    np.testing.assert_array_equal(back.alpha, picture.alpha)
    assert back.grey


def test_palette_transparent_colour_and_animation(tmp_path: Path) -> None:
    paletted = Image.fromarray(planes(3, 8)).quantize(16)
    paletted.save(tmp_path / "p.png", transparency=3)
    back = images.read(tmp_path / "p.png")
    np.testing.assert_array_equal(back.pixels, np.asarray(paletted.convert("RGB")))
    np.testing.assert_array_equal(back.alpha == 0, np.asarray(paletted) == 3)
    paletted.save(tmp_path / "a.gif", save_all=True, append_images=[paletted.rotate(180)])
    np.testing.assert_array_equal(images.read(tmp_path / "a.gif").pixels, np.asarray(paletted.convert("RGB")))
    grey = Image.fromarray(planes(1, 8)[..., 0])
    grey.save(tmp_path / "t.png", transparency=int(planes(1, 8)[5, 5, 0]))
    assert images.read(tmp_path / "t.png").alpha[5, 5] == 0


@pytest.mark.parametrize("suffix", [".tif", ".jpg"])
@pytest.mark.parametrize("own", [True, False])
def test_cmyk_becomes_rgb_by_its_profile_without_keeping_it(tmp_path: Path, suffix: str, own: bool) -> None:
    rgb = planes(3, 8)
    inks = pyvips.Image.new_from_array(rgb).copy(interpretation="srgb").icc_transform("cmyk", input_profile="srgb")
    written = inks if own else inks.copy()
    if not own:
        written.remove("icc-profile-data")
    written.write_to_file(str(tmp_path / f"c{suffix}"))
    source = images.Source.open(tmp_path / f"c{suffix}")
    back = images.read(tmp_path / f"c{suffix}")
    expected = inks.icc_transform("srgb", embedded=True, intent="relative").numpy()
    assert np.abs(back.pixels.astype(int) - expected).mean() < (1 if suffix == ".tif" else 8)
    assert back.icc is None
    assert source.notes == (f"CMYK became sRGB by {'its profile' if own else 'a profile of libvips, as it has none'}",)


def test_profile_that_does_not_fit_is_left_out(tmp_path: Path) -> None:
    Image.fromarray(planes(1, 8)[..., 0]).save(tmp_path / "g.jpg", icc_profile=SRGB)
    assert images.read(tmp_path / "g.jpg").icc is None


@pytest.mark.parametrize("suffix", [".txt", ".heic", ""])
def test_unknown_suffix_is_a_bad_request(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(RequestError, match=r"known are \.avif, \.bmp"):
        images.write(tmp_path / f"a{suffix}", planes(3, 8))
    assert not any(tmp_path.iterdir())


def test_sizes_that_a_format_cannot_hold_are_named(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="16383 pixels a side, not 16384x1"):
        images.write(tmp_path / "a.webp", np.zeros((1, 16384, 3), np.uint8))


@pytest.mark.parametrize("array", [np.zeros((4, 4, 5), np.uint8), np.zeros((4, 4, 3)), np.zeros(4, np.uint8)])
def test_arrays_that_are_no_pictures_are_refused(tmp_path: Path, array: np.ndarray) -> None:
    with pytest.raises(RequestError, match="uint8, uint16 or float32"):
        images.write(tmp_path / "a.png", array)


def test_picture_is_an_array(tmp_path: Path) -> None:
    picture = Picture.of(planes(3, 8))
    assert np.asarray(picture) is picture.pixels
    assert (picture.height, picture.width) == (37, 53)


def test_find_is_sorted_shallow_unless_asked_and_blind_to_hidden_files(tmp_path: Path) -> None:
    for name in ("b.PNG", "a.jpeg", "notes.txt", ".a-1x2y.png", "sub/c.gif", ".cache/d.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in images.find(tmp_path)] == ["a.jpeg", "b.PNG"]
    assert [path.name for path in images.find(tmp_path, recursive=True)] == ["a.jpeg", "b.PNG", "c.gif"]
    with pytest.raises(RequestError, match="no such folder"):
        images.find(tmp_path / "missing")


def test_real_photographs_read_as_pillow_shows_them(shared_data: Path) -> None:
    paths = [*images.find(shared_data / "Set14"), *images.find(shared_data / "BSD200")[:5]]
    for path in paths:
        with Image.open(path) as expected:
            np.testing.assert_array_equal(images.read(path).pixels, np.asarray(expected.convert("RGB")))
    assert [path.stem for path in paths if images.read(path).grey] == ["bridge"]


@pytest.mark.parametrize("suffix", sorted(images.WRITTEN))
def test_the_bytes_of_a_file_are_read_as_the_file_is(tmp_path: Path, suffix: str) -> None:
    images.write(tmp_path / f"a{suffix}", planes(3 if suffix != ".pgm" else 1, 8))
    one = images.Source.open(tmp_path / f"a{suffix}")
    if suffix == ".tga":
        with pytest.raises(PictureError, match="page: this is not a picture"):
            images.Source.open((tmp_path / f"a{suffix}").read_bytes(), name="page")
        return
    other = images.Source.open((tmp_path / f"a{suffix}").read_bytes(), name="page")
    np.testing.assert_array_equal(one.frames[0].planes(), other.frames[0].planes())
    assert one.metadata == other.metadata
