"""Every convention side by side, against the values of three programs."""

from pathlib import Path

import numpy as np
import pytest

from acutance.errors import RequestError
from acutance.metrics import PROTOCOLS, conventions


def test_each_label_holds_what_its_program_computes(golden: Path) -> None:
    stored = np.load(golden / "spsr/psnr_ssim.npz")
    values = conventions(stored["sr_uint8_crop"], stored["hr_uint8_crop"], 4)
    expected = {
        "PSNR Y, border 4": "crop_psnr_y_crop4",
        "SSIM Y, border 4": "crop_ssim_y_crop4",
        "PSNR RGB, border 4": "crop_psnr_rgb_crop4",
        "SSIM RGB, border 4": "crop_ssim_rgb_crop4",
        "PSNR Y rounded, border 4": "crop_spsr_psnr",
        "SSIM Y rounded, border 4": "crop_spsr_ssim_no_downsample",
        "SSIM Y rounded, border 4, shrunk first": "crop_spsr_ssim_auto_downsample",
    }
    found = {label: values[label] for label in expected}
    assert found == pytest.approx({label: float(stored[key]) for label, key in expected.items()}, abs=1e-6)


def test_shrinking_first_raises_ssim_of_large_pictures(golden: Path) -> None:
    stored = np.load(golden / "spsr/psnr_ssim.npz")
    sr, hr = (np.tile(stored[key], (4, 3, 1)) for key in ("sr_uint8_crop", "hr_uint8_crop"))
    values = conventions(sr, hr, 4)
    assert values["SSIM Y rounded, border 4, shrunk first"] > values["SSIM Y rounded, border 4"] + 0.02
    assert values["SSIM Y rounded, border 4, shrunk first"] == PROTOCOLS["spsr"].score(sr, hr, 4)["ssim"]


@pytest.mark.parametrize(("scale", "borders"), [(4, (0, 4)), (3, (0, 3, 4)), (2, (0, 2, 4))])
def test_borders_are_none_the_scale_and_four(golden: Path, scale: int, borders: tuple[int, ...]) -> None:
    stored = np.load(golden / "spsr/psnr_ssim.npz")
    values = conventions(stored["sr_uint8_crop"], stored["hr_uint8_crop"], scale)
    colours = ("Y", "Y rounded", "RGB")
    psnr = {f"PSNR {colour}, border {border}" for colour in colours for border in borders}
    ssim = {f"SSIM {colour}, border {border}{end}" for colour in colours for border in borders for end in ENDS}
    assert values.keys() == psnr | ssim


ENDS = ("", ", shrunk first")


def test_other_sizes_are_refused() -> None:
    with pytest.raises(RequestError, match="sizes must be equal"):
        conventions(np.zeros((20, 20, 3), np.uint8), np.zeros((20, 21, 3), np.uint8), 4)
