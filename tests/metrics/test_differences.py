"""Gradient maps, spectra, consistency with LR, structure features and RGB PSNR of two pictures."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from acutance.degrade import crop_to_multiple
from acutance.errors import RequestError
from acutance.extractors.structure import StructureExtractor
from acutance.metrics import (
    PROTOCOLS,
    gradient_rmse,
    lr_psnr,
    psnr_rgb,
    radial_spectrum,
    spectrum,
    structure,
)
from acutance.scores.benchmark import bicubic_upscaler


def noise(seed: int, height: int = 80, width: int = 72) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@given(seed=st.integers(0, 99), border=st.integers(0, 4))
def test_equal_pictures_have_no_distance(seed: int, border: int) -> None:
    picture = noise(seed)
    assert gradient_rmse(picture, picture, border=border) == 0
    assert spectrum(picture, picture, border=border) == 0
    assert psnr_rgb(picture, picture, border=border) == math.inf


def test_rgb_psnr_equals_the_reference_over_all_channels_together(golden: Path) -> None:
    pcl, spsr = np.load(golden / "pcl/metrics.npz"), np.load(golden / "spsr/psnr_ssim.npz")
    value = psnr_rgb(pcl["sr_rgb"], np.ascontiguousarray(pcl["gt_rgb"][:60, :52]), border=4)
    assert value == pytest.approx(float(pcl["psnr_rgb"]), abs=1e-6)
    value = psnr_rgb(spsr["sr_uint8_crop"], spsr["hr_uint8_crop"], border=4)
    assert value == pytest.approx(float(spsr["crop_psnr_rgb_crop4"]), abs=1e-6)


@given(step=st.integers(1, 10))
def test_a_ramp_of_twice_the_slope_has_twice_the_gradient(step: int) -> None:
    ramp = np.tile(np.arange(12, dtype=np.uint8)[None, :, None], (9, 1, 3))
    flat, steep = np.zeros_like(ramp), ramp * step
    expected = math.hypot(2 * step, 255e-3) - 255e-3
    assert gradient_rmse(steep, flat, border=0) == pytest.approx(expected, rel=1e-6)


def test_the_border_of_gradients_is_not_looked_at() -> None:
    a, b = noise(1), noise(1)
    b[:4], b[-4:], b[:, :4], b[:, -4:] = 0, 0, 0, 0
    assert gradient_rmse(a, b, border=4) == 0
    assert gradient_rmse(a, b, border=3) > 0


def test_power_of_white_noise_is_its_variance_at_every_frequency() -> None:
    rng = np.random.default_rng(0)
    grey = rng.normal(128, 20, (512, 512)).round().clip(0, 255).astype(np.uint8)
    power = radial_spectrum(np.dstack([grey] * 3))
    variance = (20 * 219 / 255) ** 2
    assert power[1:] == pytest.approx(np.full(31, 10 * math.log10(variance)), abs=0.5)
    assert float(power[4:].mean()) == pytest.approx(10 * math.log10(variance), abs=0.1)


def test_a_wave_stands_in_its_own_ring() -> None:
    x = np.arange(256)
    wave = (128 + 100 * np.sin(2 * np.pi * x * 20.5 / 64)).round().astype(np.uint8)
    picture = np.dstack([np.tile(wave, (256, 1))] * 3)
    assert radial_spectrum(picture).argmax() == math.floor(2 * 32 * 20.5 / 64)
    assert radial_spectrum(picture.swapaxes(0, 1)).argmax() == 20


def test_bicubic_lacks_the_high_frequencies(shared_data: Path) -> None:
    hr = np.asarray(Image.open(sorted((shared_data / "B100").iterdir())[0]).convert("RGB"))
    hr = crop_to_multiple(hr, 4)
    sr = bicubic_upscaler(4)(np.ascontiguousarray(hr[2::4, 2::4]))
    missing = radial_spectrum(hr) - radial_spectrum(sr)
    assert missing[20:].min() > missing[:4].max()
    assert spectrum(sr, hr, border=4) > 3


def test_the_original_is_consistent_with_its_own_reduction(golden: Path) -> None:
    hr = np.load(golden / "spsr/psnr_ssim.npz")["hr_uint8_crop"]
    scores = PROTOCOLS["pcl"].scorer(("lr_psnr",))
    assert scores(hr, hr, 4) == {"lr_psnr": math.inf}
    shifted = np.clip(hr.astype(int) + 8, 0, 255).astype(np.uint8)
    assert scores(shifted, hr, 4)["lr_psnr"] == pytest.approx(20 * math.log10(255 / 8), abs=0.5)


def test_a_drift_of_colour_costs_psnr_and_no_detail(golden: Path) -> None:
    stored = np.load(golden / "spsr/psnr_ssim.npz")
    sr, hr = (stored[f"{which}_uint8_crop"].clip(0, 240) for which in ("sr", "hr"))
    scores = PROTOCOLS["pcl"].scorer(("psnr", "psnr_detail"))
    as_it_is, drifted = scores(sr, hr, 4), scores(sr + np.uint8(10), hr, 4)
    assert drifted["psnr"] < as_it_is["psnr"] - 1.5
    assert drifted["psnr_detail"] == pytest.approx(as_it_is["psnr_detail"], abs=0.01)
    assert scores(hr, hr, 4)["psnr_detail"] == math.inf


def test_an_error_that_alternates_costs_detail_what_it_costs_psnr() -> None:
    hr = np.full((96, 96, 3), 120, np.uint8)
    sr = hr + (np.indices((96, 96)).sum(axis=0) % 2 * 8).astype(np.uint8)[..., None]
    scores = PROTOCOLS["pcl"].scorer(("psnr", "psnr_detail"))(sr, hr, 4)
    assert scores["psnr_detail"] - scores["psnr"] == pytest.approx(10 * math.log10(2), abs=0.01)


def test_consistency_refuses_another_scale() -> None:
    with pytest.raises(RequestError, match="SR has 72x80 pixels, and x3 of LR should have 72x81"):
        lr_psnr(noise(1), noise(2, 27, 24), scale=3)


def test_structure_distance_is_the_mean_of_the_features_over_their_scale() -> None:
    extractor = StructureExtractor.random(1)
    a, b = noise(1), noise(2)
    images = [torch.from_numpy(picture / np.float32(255)).permute(2, 0, 1)[None] for picture in (a, b)]
    first, second = (extractor(image) for image in images)
    distance = structure(a, b, extractor=extractor)
    assert distance == pytest.approx(float((first - second).abs().mean()) / extractor.feature_scale, rel=1e-5)
    extractor.feature_scale *= 2
    assert structure(a, b, extractor=extractor) == pytest.approx(distance / 2)
    assert structure(a, a, extractor=extractor) == 0


@pytest.mark.parametrize("measure", [gradient_rmse, spectrum, psnr_rgb])
def test_sizes_that_cannot_be_compared_are_told(measure) -> None:
    with pytest.raises(RequestError, match="72x80 with 70x80"):
        measure(noise(1), noise(1, 80, 70), border=4)
    with pytest.raises(RequestError, match="border of 40"):
        measure(noise(1), noise(2), border=40)


def test_too_few_pixels_are_told() -> None:
    with pytest.raises(RequestError, match="a spectrum needs 64 pixels a side, and 60x68 are left"):
        spectrum(noise(1), noise(2), border=6)
    with pytest.raises(RequestError, match="a gradient map needs 3x3 pixels or more"):
        gradient_rmse(noise(1), noise(2), border=35)
