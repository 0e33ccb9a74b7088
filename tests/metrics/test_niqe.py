"""NIQE against two other implementations, and what it must be whatever the picture."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from acutance.errors import RequestError
from acutance.metrics import PROTOCOLS, Pristine, niqe
from acutance.scores.benchmark import bicubic_upscaler

TIGHT, FLAT = 2e-3, 0.04
"""Relative; astronaut and its enlargement have flat areas, where NIQE depends on rounding."""
PICTURES = {"chelsea": TIGHT, "coffee": TIGHT, "motorcycle_left": TIGHT, "grass": TIGHT, "astronaut": FLAT}


@pytest.fixture
def parameters(weights: Path) -> Pristine:
    return Pristine.from_folder(weights)


@pytest.mark.parametrize("border", [0, 4])
@pytest.mark.parametrize("name", PICTURES)
def test_equals_others(
    golden: Path, parameters: Pristine, skimage_picture: Callable[[str], np.ndarray], name: str, border: int
) -> None:
    stored = np.load(golden / "spsr/niqe.npz")
    key = {"grass": "grass_gray3"}.get(name, name)
    value = niqe(skimage_picture(name), border=border, parameters=parameters)
    assert value == pytest.approx(float(stored[f"basicsr_{key}_y_crop{border}"]), rel=PICTURES[name])
    assert value == pytest.approx(float(stored[f"pyiqa_{key}_ycbcr_crop{border}"]), rel=PICTURES[name])


@pytest.mark.parametrize("border", [0, 4])
def test_a_bicubic_picture_equals_others_and_is_less_natural(golden: Path, parameters: Pristine, border: int) -> None:
    stored = np.load(golden / "spsr/niqe.npz")
    sr = bicubic_upscaler(4)(np.load(golden / "spsr/psnr_ssim.npz")["lr_uint8"])
    value = niqe(sr, border=border, parameters=parameters)
    assert value == pytest.approx(float(stored[f"basicsr_bicubic_y_crop{border}"]), rel=FLAT)
    assert value > 2 * float(stored[f"basicsr_astronaut_y_crop{border}"])


def test_photographs_are_more_natural_than_their_enlargements(shared_data: Path, parameters: Pristine) -> None:
    for path in sorted((shared_data / "B100").iterdir())[:3]:
        hr = np.asarray(Image.open(path).convert("RGB"))
        sr = bicubic_upscaler(4)(np.ascontiguousarray(hr[2::4, 2::4]))
        assert niqe(hr, border=4, parameters=parameters) < niqe(sr, border=4, parameters=parameters)


def test_what_is_too_small_or_flat_is_refused(parameters: Pristine) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (96, 200, 3), dtype=np.uint8)
    assert np.isfinite(niqe(noise, border=0, parameters=parameters))
    with pytest.raises(RequestError, match="two blocks of 96x96 pixels or more, and only 198x94"):
        niqe(noise, border=1, parameters=parameters)
    with pytest.raises(RequestError, match="that are not flat"):
        niqe(np.full((192, 192, 3), 128, np.uint8), border=0, parameters=parameters)


def test_a_flat_block_is_left_out(parameters: Pristine) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (192, 288, 3), dtype=np.uint8)
    noise[:96, :96] = 128
    assert np.isfinite(niqe(noise, border=0, parameters=parameters))


def test_protocol_takes_it_of_sr_alone(weights: Path, parameters: Pristine) -> None:
    rng = np.random.default_rng(1)
    sr, hr = rng.integers(0, 256, (2, 200, 300, 3), dtype=np.uint8)
    scores = PROTOCOLS["spsr"].scorer(("niqe",), weights=weights)(sr, hr, 4)
    assert scores == {"niqe": niqe(sr, border=4, parameters=parameters)}


def test_the_parameters_are_the_released_ones(weights: Path, tmp_path: Path) -> None:
    stored = dict(np.load(weights / "niqe_pristine_parameters.npz"))
    stored["mu_pris_param"] = stored["mu_pris_param"] + 1e-9
    np.savez(tmp_path / "niqe_pristine_parameters.npz", **stored)
    with pytest.raises(RequestError, match=r"does not hold the statistics .* its checksum begins with"):
        Pristine.from_folder(tmp_path)
