"""A photograph in every form: what is made of it has its pixels, depth, colours, frames and all that was said."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pyvips
import tifffile
from PIL import Image

import acutance
from acutance.upscaling import upscale_files
from photograph_forms import DPI, IPTC, XMP, Form, forms

FORMS = {form.name: form for form in forms()}
LOSSY = {".jpg": 0.02, ".jpeg": 0.02, ".avif": 0.03, ".gif": 0.03}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every form at twice its size, by name; all in one batch."""
    folder = tmp_path_factory.mktemp("forms")
    for form in FORMS.values():
        form.write(folder / form.name)
    outcomes = upscale_files([folder], folder / "out", scale=2, name="{stem}-{suffix}")
    return {outcome.source.name: outcome.target for outcome in outcomes if outcome.error is None}


def test_there_are_enough_of_them() -> None:
    assert len(FORMS) >= 60


def read(path: Path, frame: int = 0) -> np.ndarray:
    """Return the pixels of a file by a library that did not write them where there is another one."""
    suffix = path.suffix.lower()
    if suffix in (".tif", ".tiff"):
        with tifffile.TiffFile(path) as file:
            return at_least_3d(file.pages[frame].asarray())
    if suffix == ".png" and frame == 0 and not getattr(Image.open(path), "is_animated", False):
        return at_least_3d(pyvips.Image.pngload(str(path)).numpy())
    if suffix == ".avif":
        return pyvips.Image.heifload(str(path)).numpy()
    if suffix in (".ppm", ".pgm"):
        return netpbm(path.read_bytes())
    with Image.open(path) as image:
        image.seek(frame)
        plain = image.mode if image.mode in ("L", "LA", "RGB", "RGBA", "I;16") else "RGB"
        return at_least_3d(np.asarray(image.convert(plain)))


def at_least_3d(planes: np.ndarray) -> np.ndarray:
    return planes[..., None] if planes.ndim == 2 else planes


def netpbm(data: bytes) -> np.ndarray:
    kind, size, white, pixels = data.split(b"\n", 3)
    width, height = map(int, size.split())
    dtype = ">u2" if int(white) > 255 else "u1"
    return (
        np.frombuffer(pixels, dtype).reshape(height, width, 3 if kind == b"P6" else 1).astype(dtype.replace(">", "="))
    )


@pytest.mark.parametrize("name", FORMS)
def test_pixels_and_depth(name: str, made: dict[str, Path]) -> None:
    form, path = FORMS[name], made[name]
    assert path.suffix == (form.out or Path(name).suffix)
    seen = read(path)
    expected = acutance.upscale(form.planes, scale=2)
    if seen.shape[2] == 3 and expected.shape[2] == 1:
        expected = np.repeat(expected, 3, axis=2)
    assert seen.shape == expected.shape
    assert seen.dtype == expected.dtype
    white = 1.0 if seen.dtype.kind == "f" else np.iinfo(seen.dtype).max
    error = np.abs(seen.astype(np.float64) - expected) / white
    assert (
        error.mean() <= form.loss + LOSSY.get(path.suffix, 0.02 if form.loss and path.suffix == ".webp" else 0) + 1e-6
    )


@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if form.frames > 1])
def test_frames_and_their_times(name: str, made: dict[str, Path]) -> None:
    with Image.open(made[name]) as image:
        assert getattr(image, "n_frames", 1) == 2
        image.seek(1)
        assert image.size != (32, 24)
        if made[name].suffix in (".gif", ".webp", ".png"):
            durations: list[float] = []
            for frame in range(2):
                image.seek(frame)
                image.load()
                durations.append(image.info["duration"])
            assert durations == [70, 130]
            assert image.info["loop"] == 3


CHECKS: dict[str, Callable[[Image.Image, Form], bool]] = {
    "icc": lambda image, form: image.info.get("icc_profile") == form.icc,
    "exif": lambda image, form: said(image, form),
    "xmp": lambda image, form: XMP in (image.info.get("xmp") or image.info.get("XML:com.adobe.xmp", "").encode()),
    "dpi": lambda image, form: np.allclose(image.info["dpi"], DPI, atol=0.5),
    "text": lambda image, form: (image.info["Title"], image.info["Author"]) == ("cat", "無名"),
    "gamma": lambda image, form: image.info["gamma"] == 0.625,
    "iptc": lambda image, form: IPTC in Path(str(getattr(image, "filename", ""))).read_bytes(),
}


def said(image: Image.Image, form: Form) -> bool:
    exif = image.getexif()
    size = exif.get_ifd(0x8769).get(0xA002), exif.get_ifd(0x8769).get(0xA003)
    place = exif.get_ifd(0x8825)
    upright = exif.get(0x0112, 1) == 1
    known = exif.get(0x010F) == "Acme" and exif.get_ifd(0x8769)[0x9003] == "2024:02:29 12:00:00"
    return upright and known and size == image.size and place[1] == "N" and place[2] == (47.0, 30.0, 12.5)


@pytest.mark.parametrize(
    ("name", "kept"), [(name, kept) for name, form in FORMS.items() for kept in sorted(form.keeps)]
)
def test_what_was_said_beside(name: str, kept: str, made: dict[str, Path]) -> None:
    with Image.open(made[name]) as image:
        assert CHECKS[kept](image, FORMS[name])
