"""What `upscale` takes, and that the same kind comes back: arrays, tensors, files, Pillow's images, lists."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from PIL import Image, ImageCms
from test_upscale import Nearest, picture

from acutance import images
from acutance.errors import PictureError, RequestError
from acutance.images import Metadata, Picture
from acutance.upscaling import upscale

TWICE = Nearest(2)


def repeated(pixels: np.ndarray) -> np.ndarray:
    return pixels.repeat(2, 0).repeat(2, 1)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", ">u2", ">f4", "uint8"])
def test_arrays_keep_their_type(dtype: str) -> None:
    values = picture(9, 7, dtype="float64")
    array = (values * (1 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max)).astype(dtype)
    sr = upscale(array, TWICE)
    assert sr.dtype == array.dtype
    np.testing.assert_allclose(sr.astype(float), repeated(array).astype(float), rtol=1e-3)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize(
    ("shape", "larger"),
    [
        ((9, 7), (18, 14)),
        ((9, 7, 3), (18, 14, 3)),
        ((9, 7, 1), (18, 14, 1)),
        ((3, 9, 7), (3, 18, 14)),
        ((1, 9, 7), (1, 18, 14)),
        ((4, 9, 7), (4, 18, 14)),
        ((2, 3, 9, 7), (2, 3, 18, 14)),
        ((1, 1, 9, 7), (1, 1, 18, 14)),
        ((2, 9, 7, 3), (2, 18, 14, 3)),
        ((3, 9, 3), (3, 18, 6)),  # channels first, as everywhere in PyTorch
        ((4, 9, 4), (4, 18, 8)),
    ],
)
def test_tensors_keep_layout_and_type(shape: tuple[int, ...], larger: tuple[int, ...], dtype: torch.dtype) -> None:
    values = torch.linspace(0.1, 0.9, int(np.prod(shape))).reshape(shape)
    tensor = (values * 255).to(dtype) if dtype == torch.uint8 else values.to(dtype)
    sr = upscale(tensor, TWICE)
    assert (sr.shape, sr.dtype, sr.device) == (larger, dtype, tensor.device)
    for axis, (before, after) in enumerate(zip(shape, larger, strict=True)):
        tensor = tensor.repeat_interleave(after // before, axis)
    colours = tensor if 4 not in larger else sr  # alpha is bicubic
    assert (sr.double() - colours.double()).abs().max() <= (0 if dtype == torch.uint8 else 0.004)


def test_a_tensor_of_a_model_is_taken_and_pictures_of_a_batch_are_apart() -> None:
    batch = torch.rand(2, 3, 8, 9, requires_grad=True)
    sr = upscale(batch, TWICE)
    assert not sr.requires_grad
    for one, whole in zip(batch, sr, strict=True):
        assert torch.equal(upscale(one, TWICE), whole)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.full((4, 4, 3), 255.0), r"in \[0, 1\].* go from 255 to 255"),
        (np.full((4, 4, 3), -0.5, np.float32), r"in \[0, 1\].*-0.5"),
        (np.full((4, 4, 3), np.nan), "no numbers"),
        (np.full((4, 4, 3), np.inf, np.float32), "inf"),
        (np.zeros((4, 4, 3), bool), "not bool"),
        (np.zeros((4, 4, 3), np.int64), "not int64"),
        (np.zeros((4, 4, 3), np.complex64), "not complex64"),
        (np.zeros((3, 40, 40), np.uint8), "Channels go last"),
        (np.zeros((2, 40, 40, 3), np.uint8), "in a list"),
        (np.zeros((4, 0, 3), np.uint8), r"\(4, 0, 3\)"),
        (np.zeros(4, np.uint8), r"\(4,\)"),
        (torch.full((3, 4, 4), 255.0), r"in \[0, 1\]"),
        (torch.full((3, 4, 4), float("nan")), "no numbers"),
        (torch.zeros(3, 4, 4, dtype=torch.bool), "not of bool"),
        (torch.zeros(3, 4, 4, dtype=torch.int64), "not of int64"),
        (torch.zeros(5, 8, 9), r"\(5, 8, 9\)"),
        (torch.zeros(0, 3, 8, 9), "without pixels"),
        (None, "not NoneType"),
        (3.5, "not float"),
        ([np.zeros((4, 4, 3), np.uint8), 7], "not int"),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(values: Any, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        upscale(values, TWICE)


def test_files_are_taken_however_they_come(tmp_path: Path) -> None:
    images.write(tmp_path / "a.png", picture())
    data = (tmp_path / "a.png").read_bytes()

    class Pipe:
        """A file that cannot be sought in."""

        def read(self) -> bytes:
            return data

    with (tmp_path / "a.png").open("rb") as opened:
        stored = [tmp_path / "a.png", str(tmp_path / "a.png"), data, bytearray(data), io.BytesIO(data), Pipe(), opened]
        made = upscale(stored, TWICE)
    for each in made:
        assert isinstance(each, Picture)
        np.testing.assert_array_equal(each.pixels, repeated(picture()))


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("no picture")
    with (tmp_path / "a.png").open("rb") as opened, pytest.raises(PictureError, match=r"a\.png: "):
        upscale(opened, TWICE)
    with (tmp_path / "a.png").open() as opened, pytest.raises(RequestError, match=r"a\.png is open as text"):
        upscale(cast(Any, opened), TWICE)
    with pytest.raises(PictureError):
        upscale(b"", TWICE)


def test_several_come_back_in_a_list() -> None:
    def several() -> Iterator[object]:
        yield picture(5, 6)
        yield Image.fromarray(picture(4, 7))

    every: list[Any] = [list(several()), tuple(several()), several()]
    for pictures in every:
        array, image = upscale(pictures, TWICE)
        assert array.shape == (10, 12, 3)
        assert image.size == (14, 8)
    assert upscale([], TWICE) == []


def test_a_picture_keeps_what_it_says_and_its_sizes_are_renewed(tmp_path: Path) -> None:
    block = Image.Exif()
    block[0x010E] = "words"
    block.get_ifd(0x8769).update({0xA002: 47, 0xA003: 61})
    said = Metadata(exif=block.tobytes().removeprefix(b"Exif\0\0"), xmp=b"<x/>", resolution=(300.0, 300.0))
    sr = upscale(Picture.of(picture(), metadata=said), TWICE)
    assert (sr.metadata.xmp, sr.metadata.resolution) == (b"<x/>", (300.0, 300.0))
    renewed = Image.Exif()
    renewed.load(sr.exif or b"")
    assert (renewed[0x010E], dict(renewed.get_ifd(0x8769))) == ("words", {0xA002: 94, 0xA003: 122})


@pytest.mark.parametrize(
    ("mode", "becomes"),
    [("L", "L"), ("LA", "LA"), ("RGB", "RGB"), ("RGBA", "RGBA"), ("P", "RGB"), ("1", "L"), ("I;16", "I;16"),
     ("F", "F"), ("CMYK", "RGB"), ("YCbCr", "RGB"), ("HSV", "RGB"), ("LAB", "RGB")],
)  # fmt: skip
def test_pillow_images_of_every_mode(mode: str, becomes: str) -> None:
    grey = picture(channels=1)[..., 0]
    if mode == "F":
        image = Image.fromarray(grey.astype(np.float32) / 255)
    elif mode == "I;16":
        image = Image.fromarray(grey.astype(np.uint16) * 257)
    elif mode == "LAB":
        srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        image = ImageCms.profileToProfile(Image.fromarray(picture()), srgb, lab, outputMode="LAB")
    else:
        image = Image.fromarray(picture()).convert(mode)
    image.info["icc_profile"] = b"made for this mode"
    sr = upscale(cast(Image.Image, image), TWICE)
    assert sr.mode == becomes
    assert ("icc_profile" in sr.info) == (mode not in ("CMYK", "LAB"))
    if becomes == "RGB" and mode != "P":  # a palette of 256
        assert np.abs(np.asarray(sr).astype(int) - repeated(picture())).mean() < 4


def test_pillow_images_keep_their_orientation_resolution_and_words(tmp_path: Path) -> None:
    block = Image.Exif()
    block[0x0112] = 6
    block.get_ifd(0x8769).update({0xA002: 47, 0xA003: 61})
    Image.fromarray(picture()).save(tmp_path / "a.jpg", exif=block, dpi=(240, 240), quality=95)
    with Image.open(tmp_path / "a.jpg") as image:
        sr = upscale(image, TWICE)
    assert sr.size == (94, 122)
    assert sr.info["dpi"] == pytest.approx((240, 240))
    assert (sr.getexif()[0x0112], sr.getexif().get_ifd(0x8769)[0xA002]) == (6, 94)
    sr.save(tmp_path / "b.jpg", exif=sr.info["exif"])
    assert images.read(tmp_path / "b.jpg").size == (122, 94)


@pytest.mark.parametrize(
    "image", [Image.new("F", (4, 4), 300), Image.new("I", (4, 4), 70000), Image.new("RGB", (0, 4))]
)
def test_pillow_images_that_are_not_read(image: Image.Image) -> None:
    with pytest.raises(RequestError, match="upscale"):
        upscale(image, TWICE)


def test_sizes_in_every_way() -> None:
    array = picture(40, 60)
    options: list[dict[str, Any]] = [{"scale": 2.5}, {"width": 150}, {"height": 100}, {"fit": (150, 4000)}]
    for option in [*options, {"width": 150, "height": 100}]:
        assert upscale(array, TWICE, **option).shape == (100, 150, 3)
    smooth = np.full((40, 60, 4), (200, 100, 50, 120), np.uint8)
    assert (upscale(smooth, TWICE, scale=1.5) == smooth[0, 0]).all()
    floats = upscale(picture(40, 60, dtype="float32").round(), TWICE, scale=1.7)
    assert floats.min() >= 0
    assert floats.max() <= 1
