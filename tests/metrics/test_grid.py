"""A grid that is added shows, whatever its phase; HR itself has none, and sharpness is no grid."""

import numpy as np
import pytest

from acutance import images
from acutance.errors import RequestError
from acutance.losses.samples import sharpen
from acutance.metrics import METRICS, full_names, lpips
from acutance.metrics.compared import Compared
from acutance.metrics.grid import grid
from acutance.ops import image_of, pixels_of


def slope(noise=0.0):
    """A smooth picture, brighter to the right and below, with noise."""
    down, across = np.mgrid[:96, :112]
    drawn = 60 + 0.4 * down + 0.7 * across + noise * np.random.default_rng(0).standard_normal(down.shape)
    return np.repeat(drawn.round().astype(np.uint8)[..., None], 3, 2)


def checkerboard(shape, period, phase=0):
    down, across = np.indices(shape[:2])
    cells = (down + phase) // (period // 2) + across // (period // 2)
    return (2 * (cells % 2) - 1)[..., None]


def plus(picture, amount, period, phase=0):
    return (picture + amount * checkerboard(picture.shape, period, phase)).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("noise", [0.0, 3.0])
def test_hr_itself_has_none(noise):
    assert grid(slope(noise), slope(noise), border=4) == 0


@pytest.mark.parametrize("phase", [0, 1, 2])
@pytest.mark.parametrize("period", [2, 4])
def test_checkerboard_has_about_its_amplitude_at_every_phase(period, phase):
    hr = slope()
    found = [grid(plus(hr, amount, period, phase), hr, border=4) for amount in (1, 2, 4)]
    # Y has 219 of 255 levels.
    assert found == pytest.approx([0.859, 1.718, 3.435], rel=0.15)


def test_stripes_and_dots_show_too():
    hr = slope()
    stripes, dots = hr.copy(), hr.copy()
    stripes[:, ::2] += 3
    dots[::4, ::4] += 8
    assert grid(stripes, hr, border=0) > 1
    assert grid(dots, hr, border=0) > 1


def test_it_looks_where_hr_is_smooth_alone():
    hr, generator = slope(), np.random.default_rng(1)
    hr[:, 40:] = generator.integers(0, 255, hr[:, 40:].shape)
    inside = hr.copy()
    inside[:, 60:] = plus(inside, 20, 2)[:, 60:]
    assert grid(inside, hr, border=0) == 0
    assert grid(plus(hr, 2, 2), hr, border=0) > 1


def test_a_photograph_sharpened_has_less_of_it_than_one_with_a_faint_grid(shared_data):
    hr = images.read(shared_data / "Set5" / "baby.png").pixels
    sharper = pixels_of(sharpen(image_of(hr), 1.5)[None][0])
    assert grid(sharper, hr, border=4) < 0.5 * grid(plus(hr, 2, 2), hr, border=4)


def test_too_small_a_picture_is_refused():
    small = slope()[:20, :20]
    with pytest.raises(RequestError, match="12x12"):
        grid(small, small, border=4)


def test_it_is_a_metric_of_the_table():
    hr = slope()
    pictures = Compared(plus(hr, 2, 2), hr, scale=4, border=4)
    metric = METRICS["grid"]
    assert metric.build(None)(pictures) == grid(pictures.sr, hr, border=4)
    assert not metric.higher_is_better


def test_lpips_over_shifts_is_the_mean_of_what_each_shift_has(shared_data):
    weights, name = shared_data / "weights", "lpips_squeeze_shifted"
    hr = images.read(shared_data / "Set5" / "head.png").pixels[:128, :128]
    sr = plus(hr, 3, 2)
    expected = np.mean([lpips(sr[y:, x:], hr[y:, x:], weights=weights) for y in (0, 1) for x in (0, 1)])
    pictures = Compared(sr, hr, scale=4, border=4)
    assert METRICS[name].build(weights)(pictures) == pytest.approx(float(expected), rel=1e-5)
    assert full_names(["lpips_shifted"], "squeeze") == [name]
