import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acutance.errors import RequestError
from acutance.metrics import PROTOCOLS, psnr, ssim


def noise(seed: int, height: int = 24, width: int = 20) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize(("border", "suffix"), [(4, ""), (2, "_border2"), (3, "_border3")])
def test_equals_the_script_of_the_paper(golden: Path, border: int, suffix: str) -> None:
    stored = np.load(golden / "pcl/metrics.npz")
    width = 52 - 52 % border
    sr, hr = stored["sr_rgb"][:, :width], stored["gt_rgb"][:60, :width]
    assert psnr(sr, hr, border=border) == pytest.approx(float(stored["psnr_y" + suffix]), abs=1e-6)
    assert ssim(sr, hr, border=border) == pytest.approx(float(stored["ssim_y" + suffix]), abs=1e-6)


def test_the_pcl_protocol_crops_the_original(golden: Path) -> None:
    stored = np.load(golden / "pcl/metrics.npz")
    scores = PROTOCOLS["pcl"].score(stored["sr_rgb"], stored["gt_rgb"], 4)
    expected = {"psnr": float(stored["psnr_y"]), "ssim": float(stored["ssim_y"])}
    assert scores == pytest.approx(expected, abs=1e-6)


def test_the_spsr_protocol_equals_its_matlab_script(golden: Path) -> None:
    stored = np.load(golden / "spsr/psnr_ssim.npz")
    sr, hr = stored["sr_uint8_crop"], stored["hr_uint8_crop"]
    assert psnr(sr, hr, border=4) == pytest.approx(float(stored["crop_psnr_y_crop4"]), abs=1e-6)
    assert ssim(sr, hr, border=4) == pytest.approx(float(stored["crop_ssim_y_crop4"]), abs=1e-6)
    expected = {"psnr": float(stored["crop_spsr_psnr"]), "ssim": float(stored["crop_spsr_ssim_auto_downsample"])}
    assert PROTOCOLS["spsr"].score(sr, hr, 4) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("size", "factor"), [(383, 1), (384, 2), (640, 3), (896, 4)])
def test_downsampling_averages_the_pixels_that_matlab_does(size: int, factor: int) -> None:
    sr, hr = noise(1, size, size + 5), noise(2, size, size + 5)
    small_sr, small_hr = (box_mean(picture, factor) for picture in (sr, hr))
    assert ssim(sr, hr, border=0, auto_downsample=True) == pytest.approx(reference_ssim(small_sr, small_hr), abs=1e-9)


def luma(picture: np.ndarray) -> np.ndarray:
    return picture @ np.array([65.481, 128.553, 24.966]) / 255 + 16


def box_mean(picture: np.ndarray, factor: int) -> np.ndarray:
    before = (factor - 1) // 2
    padded = np.pad(luma(picture), (before, factor - 1 - before), mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (factor, factor))
    return windows.mean((2, 3))[::factor, ::factor]


def reference_ssim(a: np.ndarray, b: np.ndarray) -> float:
    window = np.exp(-((np.arange(11) - 5) ** 2) / 4.5)
    window = np.outer(window, window) / window.sum() ** 2

    def mean(plane: np.ndarray) -> np.ndarray:
        views = np.lib.stride_tricks.sliding_window_view(plane, (11, 11))
        return np.einsum("ijkl,kl->ij", views, window, optimize=True)

    covariance = mean(a * b) - mean(a) * mean(b)
    variances = mean(a * a) - mean(a) ** 2 + mean(b * b) - mean(b) ** 2
    contrast = (2 * covariance + 58.5225) / (variances + 58.5225)
    return float(((2 * mean(a) * mean(b) + 6.5025) / (mean(a) ** 2 + mean(b) ** 2 + 6.5025) * contrast).mean())


@settings(deadline=None)
@given(first=st.integers(0, 99), second=st.integers(0, 99))
def test_symmetric_and_perfect_for_itself(first: int, second: int) -> None:
    a, b = noise(first), noise(second)
    assert psnr(a, b, border=2) == psnr(b, a, border=2)
    assert ssim(a, b, border=2) == pytest.approx(ssim(b, a, border=2), abs=1e-12)
    assert psnr(a, a, border=2) == math.inf
    assert ssim(a, a, border=2) == pytest.approx(1, abs=1e-12)
    assert ssim(a, b, border=2) <= 1


@settings(deadline=None)
@given(step=st.integers(1, 100))
def test_psnr_of_a_known_error(step: int) -> None:
    dark, light = np.zeros((8, 8, 3), np.uint8), np.full((8, 8, 3), step, np.uint8)
    assert psnr(dark, light, border=0) == pytest.approx(20 * math.log10(255 / (step * 219 / 255)))


def test_the_border_is_not_looked_at() -> None:
    a, b = noise(1), noise(1)
    b[:4], b[-4:], b[:, :4], b[:, -4:] = 0, 0, 0, 0
    assert psnr(a, b, border=4) == math.inf
    assert psnr(a, b, border=3) < math.inf


def test_other_sizes_are_refused_by_name() -> None:
    with pytest.raises(RequestError, match="20x24 with 20x28"):
        psnr(noise(1), noise(1, 28), border=4)
    with pytest.raises(ValueError, match="20x24 with 20x28"):
        PROTOCOLS["pcl"].score(noise(1), noise(1, 28), 4)
    with pytest.raises(RequestError, match="border of 10"):
        psnr(noise(1), noise(1), border=10)
    with pytest.raises(RequestError, match=r"11x11.*10x14"):
        ssim(noise(1), noise(1), border=5)


def test_borders_follow_the_protocol() -> None:
    assert [PROTOCOLS["pcl"].border(scale) for scale in (2, 3, 4)] == [2, 3, 4]
    assert [PROTOCOLS["spsr"].border(scale) for scale in (2, 4)] == [4, 4]


REFUSED = """
import numpy as np
from acutance import metrics
from acutance.errors import RequestError

wrong = [np.zeros((64, 64, 3)), np.zeros((64, 64, 3), np.uint16), np.zeros((64, 64), np.uint8)]
wrong += [np.zeros((64, 64, 4), np.uint8), np.zeros((3, 64, 64), np.uint8)]
for picture in wrong:
    for measure in (metrics.psnr, metrics.ssim, lambda sr, hr, border: metrics.niqe(sr, border=border, parameters=1)):
        try:
            measure(picture, picture, border=4)
        except RequestError as error:
            print(error)
"""


def test_what_is_no_picture_of_8_bits_is_refused_where_types_are_not_checked() -> None:
    said = subprocess.run([sys.executable, "-c", REFUSED], capture_output=True, text=True, check=True).stdout
    lines = said.splitlines()
    assert len(lines) == 15
    for words in ("float64 of shape (64, 64, 3)", "uint16 of", "shape (64, 64)", "(64, 64, 4)", "(3, 64, 64)"):
        assert sum(words in line for line in lines) == 3
