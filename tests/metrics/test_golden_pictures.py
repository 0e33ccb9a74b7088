"""Conversions and resizing in 8 bits as MATLAB does them, and scores of pictures that are large enough to be shrunk."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from acutance.metrics import PROTOCOLS, psnr, psnr_rgb, ssim
from acutance.metrics.consistency import reduced
from acutance.metrics.luma import luma
from acutance.scores.benchmark import bicubic_upscaler


def test_y_in_8_bits_equals_matlab(golden: Path) -> None:
    stored = np.load(golden / "spsr/color.npz")
    assert np.array_equal(luma(stored["rgb_uint8"], rounded=True), stored["y_uint8"])
    assert np.abs(luma(stored["rgb_uint8"], rounded=False) / 255 - stored["y_float"]).max() < 1e-6


@pytest.mark.parametrize("name", ["x1_2", "x1_3", "x1_4", "x2", "x3", "x4"])
def test_resized_pictures_in_8_bits_equal_matlab(golden: Path, name: str) -> None:
    stored = np.load(golden / "spsr/imresize_matlab.npz")
    picture, scale = stored["input_uint8"], int(name[-1])
    if name.startswith("x1_"):
        height, width = (length - length % scale for length in picture.shape[:2])
        # A reduction begins with a crop here, and MATLAB's does not: what both see must be the same.
        resized = reduced(picture[:height, :width], scale)
        expected = stored[f"uint8_{name}"][: height // scale - 3, : width // scale - 3]
        resized = resized[: height // scale - 3, : width // scale - 3]
    else:
        resized, expected = bicubic_upscaler(scale)(picture), stored[f"uint8_{name}"]
    difference = np.abs(resized.astype(int) - expected)
    assert difference.max() <= 1
    assert (difference > 0).mean() <= 1e-3


@pytest.fixture
def astronaut(golden: Path, skimage_picture: Callable[[str], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The bicubic enlargement, and the picture itself."""
    return bicubic_upscaler(4)(np.load(golden / "spsr/psnr_ssim.npz")["lr_uint8"]), skimage_picture("astronaut")


def test_a_large_picture_scores_as_in_three_programs(golden: Path, astronaut: tuple[np.ndarray, np.ndarray]) -> None:
    stored, (sr, hr) = np.load(golden / "spsr/psnr_ssim.npz"), astronaut
    found = {
        "full_psnr_y_crop4": psnr(sr, hr, border=4),
        "full_ssim_y_crop4": ssim(sr, hr, border=4),
        "full_psnr_rgb_crop4": psnr_rgb(sr, hr, border=4),
        "full_spsr_psnr": PROTOCOLS["spsr"].score(sr, hr, 4)["psnr"],
        "full_spsr_ssim_auto_downsample": PROTOCOLS["spsr"].score(sr, hr, 4)["ssim"],
        "full_spsr_ssim_no_downsample": ssim(sr, hr, border=4, luma_rounded=True),
    }
    # The enlargement was rounded by another program: a few of its samples differ by one level.
    assert found == pytest.approx({key: float(stored[key]) for key in found}, abs=1e-6)


def test_shrinking_by_three(golden: Path, astronaut: tuple[np.ndarray, np.ndarray]) -> None:
    stored = np.load(golden / "spsr/psnr_ssim.npz")
    sr, hr = (np.tile(picture, (2, 3, 1))[:776, :1032] for picture in astronaut)
    found = PROTOCOLS["spsr"].score(sr, hr, 4)
    assert found["psnr"] == pytest.approx(float(stored["mosaic776x1032_spsr_psnr"]), abs=1e-6)
    assert found["ssim"] == pytest.approx(float(stored["mosaic776x1032_spsr_ssim_auto_downsample"]), abs=1e-6)
