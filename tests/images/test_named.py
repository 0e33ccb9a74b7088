"""What is not read is named for what it is, with what to do; nothing is read as something else."""

import importlib.util
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
import tifffile
from PIL import Image

from acutance import images
from acutance.errors import PictureError
from acutance.images.source import reported

CASES = Path(__file__).parents[3] / "shared" / "cases" / "pictures"
RGB = np.random.default_rng(0).integers(0, 256, (12, 16, 3), np.uint8)


def reason(path: Path) -> str:
    with pytest.raises(PictureError) as caught, reported(path):
        images.Source.open(path).frames[0].planes()
    assert str(caught.value).startswith(f"{path}: ")
    assert str(caught.value).count("\n") == 0
    return caught.value.reason


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"\xff\x0a" + bytes(30), "JPEG XL"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"v/1\x01" + bytes(30), "OpenEXR"),
        (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n", "Radiance HDR"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "pip install 'acutance[heif]'"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "raw file"),
        (b"II*\0\x10\0\0\0CR\2\0" + bytes(30), "raw file"),
        (b"IIU\0\x18\0\0\0" + bytes(30), "raw file"),
        (b"FUJIFILMCCD-RAW 0201", "raw file"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no pixels"),
        (b"<?xml version='1.0'?><svg/>", "no pixels"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
        (b"PK\x03\x04" + bytes(30), "a ZIP archive"),
        (b"\x1f\x8b\x08" + bytes(30), "a gzip file"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "a video"),
        (b"\x1aE\xdf\xa3" + bytes(30), "a video"),
        (b"\x93NUMPY\1\0", "a NumPy array"),
        (b"SIMPLE  =                    T", "FITS"),
        (b"", "the file is empty"),
        (b"hello, world\n", "not a picture in PNG, JPEG, TIFF, WebP, AVIF, GIF, BMP"),
    ],
)
@pytest.mark.parametrize("suffix", [".png", ".bin", ""])
def test_other_files_are_named_whatever_their_suffix(tmp_path: Path, head: bytes, said: str, suffix: str) -> None:
    if "heif" in said and importlib.util.find_spec("pillow_heif"):
        pytest.skip("pillow-heif is installed, which reads HEIC")
    (tmp_path / f"a{suffix}").write_bytes(head)
    assert said in reason(tmp_path / f"a{suffix}")


def tiff(planes: np.ndarray, **options: Any) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        tifffile.imwrite(path, planes, metadata=None, **options)

    return write


DEEP = RGB.astype(np.uint16) * 257
FIVE = np.dstack([RGB, RGB[..., :2]])


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (tiff(np.dstack([RGB, RGB[..., 0]]), photometric="rgb", extrasamples=["unspecified"]), "4 bands"),
        (tiff(np.dstack([DEEP, DEEP[..., 0]]), photometric="rgb", extrasamples=["unspecified"]), "4 bands"),
        (tiff(FIVE, photometric="rgb", extrasamples=["unspecified"] * 2), "5 bands"),
        (tiff(FIVE, photometric="rgb", extrasamples=["unassalpha", "unspecified"]), "5 bands"),
        (tiff(RGB.astype(np.int16), photometric="rgb"), "signed integers (16 bits)"),
        (tiff(RGB.astype(np.int8), photometric="rgb"), "signed integers (8 bits)"),
        (tiff(RGB.astype(np.uint32), photometric="rgb"), "integers of 32 bits"),
        (tiff((RGB / 255).astype(np.float16), photometric="rgb"), "floats of 16 bits"),
        (tiff(RGB.astype(np.float32), photometric="rgb"), "from 0 to 255"),
        (tiff(RGB[..., 0], photometric="cfa"), "raw file"),
        (tiff(RGB, photometric="ycbcr"), "YCbCr without JPEG"),
        (tiff(np.moveaxis(RGB, 2, 0), photometric="ycbcr", planarconfig="separate"), "YCbCr without JPEG"),
    ],
)
def test_tiff_of_kinds_that_are_not_read(tmp_path: Path, write: Callable[[Path], None], said: str) -> None:
    write(tmp_path / "a.tif")
    assert said in reason(tmp_path / "a.tif")


def test_twelve_bits_a_sample_are_named(tmp_path: Path) -> None:
    pixels = np.arange(16 * 12, dtype=np.uint16).reshape(12, 16)[:, ::2]
    packed = np.packbits(((pixels[..., None] >> np.arange(12)[::-1]) & 1).astype(np.uint8).reshape(12, -1), axis=1)
    entries = {256: 8, 257: 12, 258: 12, 259: 1, 262: 1, 273: 8 + 2 + 9 * 12 + 4, 277: 1, 278: 12, 279: packed.nbytes}
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries.items())
    head = b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + directory + bytes(4)
    (tmp_path / "a.tif").write_bytes(head + packed.tobytes())
    assert "12 bits" in reason(tmp_path / "a.tif")


@pytest.mark.parametrize("precision", [12, 16])
def test_jpeg_of_other_depths_is_named(tmp_path: Path, precision: int) -> None:
    Image.fromarray(RGB).save(tmp_path / "a.jpg")
    whole = bytearray((tmp_path / "a.jpg").read_bytes())
    whole[whole.index(b"\xff\xc0") + 4] = precision
    (tmp_path / "a.jpg").write_bytes(whole)
    assert f"{precision} bits" in reason(tmp_path / "a.jpg")


def test_a_smaller_copy_in_front_of_a_raw_picture_is_not_taken_for_it(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.nef") as file:
        file.write(RGB, photometric="rgb", subfiletype=1, subifds=1, metadata=None)
        file.write(RGB[..., 0], photometric="cfa", metadata=None)
    assert "raw file" in reason(tmp_path / "a.nef")


def test_pages_that_are_smaller_copies_are_left_out_and_said(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(RGB, photometric="rgb", metadata=None)
        file.write(RGB[::2, ::2], photometric="rgb", subfiletype=1, metadata=None)
    source = images.Source.open(tmp_path / "a.tif")
    assert [(frame.width, frame.height) for frame in source.frames] == [(16, 12)]
    assert source.notes == ("1 of its 2 pages are smaller copies or masks and are left out",)


def test_profiles_that_do_not_fit_are_left_out_and_said(tmp_path: Path) -> None:
    cmyk = pyvips.Image.profile_load("cmyk")
    Image.fromarray(RGB).save(tmp_path / "a.png", icc_profile=bytes(cmyk))
    source = images.Source.open(tmp_path / "a.png")
    assert source.metadata.icc is None
    assert "its colour profile is one for CMYK" in source.notes[0]
    images.write(tmp_path / "b.png", images.Picture.of(RGB, icc=bytes(cmyk)))
    assert images.read(tmp_path / "b.png").icc is None


EXPECTED = {
    "flower-rgb-planar-16.tif": ("TIFF", 1, 3, "uint16"),
    "planar16.tif": ("TIFF", 1, 3, "uint16"),
    "tiff_16bit_RGBa.tiff": ("TIFF", 1, 4, "uint16"),
    "seq-1c-12b-47c39b31.tiff": "12 bits",
    "12bit.cropped.rgb.tiff": "12 bits",
    "gradient-1c-32b-float.tiff": ("TIFF", 1, 1, "float32"),
    "gradient-3c-32b-float.tiff": ("TIFF", 1, 3, "float32"),
    "single-black-fp16.tiff": "floats of 16 bits",
    "flower-rgb-contig-32.tif": "integers of 32 bits",
    "int16_rgb.tif": "signed integers (16 bits)",
    "cmyk-3c-16b.tiff": ("TIFF", 1, 3, "uint16"),
    "pil_sample_cmyk.jpg": ("JPEG", 1, 3, "uint8"),
    "BigTIFFMotorolaLongStrips.tif": ("TIFF", 1, 3, "uint8"),
    "planar-yuv444-jpeg-uncompressed.tif": "YCbCr",
    "usda_naip_256_webp_z3.tif": ("TIFF", 1, 4, "uint8"),
    "text.tif": "truncated",
    "rgbnir8.tif": "4 bands",
    "rgbnir16.tif": "4 bands",
    "five8.tif": "5 bands",
    "five16.tif": "5 bands",
    "16-bit-grey-alpha.png": ("PNG", 1, 2, "uint16"),
    "synthetic-10frames.gif": ("GIF", 10, 3, "uint8"),
    "synthetic-10frames.webp": ("WebP", 10, 4, "uint8"),
    "animated-webp-supported.webp": ("WebP", 12, 4, "uint8"),
    "multipage.tiff": ("TIFF", 3, 3, "uint8"),
    "frame_size.mpo": ("JPEG", 1, 3, "uint8"),
    "synthetic-photo.jfif": ("JPEG", 1, 3, "uint8"),
    "hopper.ppm": ("PNM", 1, 3, "uint8"),
    "hopper.ico": ("ICO", 1, 4, "uint8"),
    "200x32_p_bl_raw_origin.tga": ("TGA", 1, 3, "uint8"),
    "16bit.cropped.jp2": ("JPEG 2000", 1, 1, "uint16"),
    "hopper.qoi": ("QOI", 1, 3, "uint8"),
    "plum-blossom-large.profile0.10bpc.yuv420.alpha-full.avif": ("AVIF", 1, 4, "uint16"),
    "zPug_3.heic": "HEIC",
    "input.jxl": "JPEG XL",
    "image1.hdr": "Radiance HDR",
    "overexposed gradient - data window equals display window.exr": "OpenEXR",
    "monkey12.jpg": "12 bits",
    "chunk_no_fctl.png": ("PNG", 1, 4, "uint8"),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_files_of_public_test_suites(name: str) -> None:
    path, expected = CASES / name, EXPECTED[name]
    if not path.exists():
        pytest.skip(f"the awkward pictures are not at {CASES}")
    if isinstance(expected, str):
        assert expected in reason(path)
        return
    source = images.Source.open(path)
    frames = [frame.planes() for frame in source.frames]
    assert (source.format.name, len(frames), frames[0].shape[2], frames[0].dtype.name) == expected
    assert 0 < frames[0].mean() <= np.float64(1 if expected[3] == "float32" else np.iinfo(expected[3]).max)


def test_planes_and_pixels_are_the_same_picture() -> None:
    if not CASES.is_dir():
        pytest.skip(f"the awkward pictures are not at {CASES}")
    one, other = (images.read(CASES / f"{kind}16.tif").pixels for kind in ("planar", "interleaved"))
    np.testing.assert_array_equal(one, other)
