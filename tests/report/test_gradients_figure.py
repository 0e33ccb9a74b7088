"""The figure of gradient maps, and the chart of spectra."""

import cv2
import numpy as np
import pytest

from acutance.errors import RequestError
from acutance.metrics import radial_spectrum
from acutance.report.gradients import gradient_comparison, gradient_picture
from acutance.report.panels import Box
from acutance.report.spectra import spectra
from photographs import photograph

HR = photograph(4, 96, 120)
LR = cv2.resize(HR, (30, 24), interpolation=cv2.INTER_AREA)
BLURRED = cv2.GaussianBlur(HR, (0, 0), 2)


def test_a_step_of_k_levels_is_drawn_as_k() -> None:
    step = np.zeros((8, 8, 3), np.uint8)
    step[:, 4:] = 90
    drawn = gradient_picture(step)
    assert set(np.unique(drawn[:, 3:5])) == {90}
    assert drawn[:, :3].max() == 0
    assert drawn[:, 5:].max() == 0


def test_what_is_steeper_than_black_to_white_is_white() -> None:
    corner = np.zeros((5, 5, 3), np.uint8)
    corner[2:, 3:] = corner[3:, 2:] = 255
    assert gradient_picture(corner)[2, 2].tolist() == [255, 255, 255]


def test_maps_stand_side_by_side_pixel_by_pixel() -> None:
    box = Box(16, 8, 48, 48)
    maps = [gradient_picture(LR).repeat(4, 0).repeat(4, 1), gradient_picture(BLURRED), gradient_picture(HR)]
    sheet = np.asarray(gradient_comparison(LR, {"net": maps[1]}, HR, crop=box))
    for place, pixels in enumerate(maps):
        left = 20 + place * (480 + 14)
        panel = box.of(pixels).repeat(10, axis=0).repeat(10, axis=1)
        assert np.array_equal(sheet[20:500, left : left + 480], panel)


def test_a_map_of_another_size_is_named() -> None:
    with pytest.raises(RequestError, match="'net' is 119x96, not 120x96"):
        gradient_comparison(LR, {"net": HR[:, 1:]}, HR)


def test_spectra_are_means_over_pictures_and_blur_takes_the_high_ones() -> None:
    other = photograph(5, 96, 120)
    chart = spectra([{"HR": HR, "blurred": BLURRED}, {"HR": other, "blurred": cv2.GaussianBlur(other, (0, 0), 2)}])
    frequencies, sharp = chart.curves["HR", "power"]
    assert np.allclose(sharp, (radial_spectrum(HR) + radial_spectrum(other)) / 2)
    assert (frequencies[0], frequencies[-1]) == (1 / 128, 63 / 128)
    lost = np.subtract(sharp, chart.curves["blurred", "power"][1])
    assert abs(lost[0]) < 1
    assert lost[8:16].min() > 5


def test_a_picture_too_small_for_a_spectrum_is_refused() -> None:
    with pytest.raises(RequestError, match="64 pixels a side"):
        spectra([{"HR": HR[:60]}])
