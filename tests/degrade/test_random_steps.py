"""Each step of a random degradation does to a picture, on average, what its numbers say."""

from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acutance.degrade import (
    JPEG,
    Blur,
    CameraNoise,
    Chain,
    Fit,
    GaussianNoise,
    OneOf,
    PoissonNoise,
    Resize,
    Sinc,
    Sometimes,
    Step,
    WebP,
)
from acutance.degrade.blur_kernels import FORMS, bell, sinc
from acutance.degrade.camera_noise import demosaiced, mosaic, to_linear, to_srgb
from acutance.errors import RequestError

STEPS: dict[str, Step] = {
    "blur": Blur(),
    "sinc": Sinc(),
    "noise": GaussianNoise(),
    "poisson": PoissonNoise(),
    "camera": CameraNoise(),
    "jpeg": JPEG(),
    "webp": WebP(),
    "resize": Resize(),
    "fit": Fit((20, 30)),
}


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def flat(value: float, side: int = 128, channels: int = 3) -> np.ndarray:
    return np.full((side, side, channels), value, np.float32)


def textured(height: int = 40, width: int = 56, channels: int = 3) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width] / 8
    waves = [np.sin(rows * (1 + each)) * np.cos(columns * (2 - each / 3)) for each in range(channels)]
    return (0.5 + 0.4 * np.stack(waves, axis=2)).astype(np.float32)


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_seed_decides_and_the_picture_that_is_given_stays(step: Step) -> None:
    picture = textured()
    before = picture.copy()
    first, again, other = (step(picture, random(seed)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or isinstance(step, Fit) or (first != other).any()
    np.testing.assert_array_equal(picture, before)
    assert first.dtype == np.float32
    assert 0 <= first.min() <= first.max() <= 1


@pytest.mark.parametrize("channels", [1, 3, 4, 7])
@pytest.mark.parametrize("name", ["blur", "sinc", "noise", "poisson", "resize", "fit"])
def test_what_needs_no_colours_takes_any_channels(name: str, channels: int) -> None:
    for seed in range(6):
        assert STEPS[name](textured(channels=channels), random(seed)).shape[2] == channels


@pytest.mark.parametrize("name", ["jpeg", "webp", "camera"])
def test_what_needs_colours_says_so(name: str) -> None:
    with pytest.raises(RequestError, match="4 channels"):
        STEPS[name](textured(channels=4), random())


@given(
    form=st.sampled_from(FORMS),
    size=st.integers(0, 10).map(lambda radius: 2 * radius + 1),
    sigmas=st.tuples(st.floats(0.2, 4), st.floats(0.2, 4)),
    angle=st.floats(-pi, pi),
    beta=st.floats(0.5, 4),
)
def test_a_kernel_keeps_the_mean_and_its_centre(form, size, sigmas, angle, beta) -> None:
    kernel = bell(form, size, sigmas, angle, beta)
    assert kernel.sum() == pytest.approx(1, abs=1e-5)
    assert kernel.min() >= 0
    np.testing.assert_allclose(kernel, kernel[::-1, ::-1], atol=1e-6)


def test_a_gaussian_has_its_sigmas_along_its_axes() -> None:
    kernel = bell("gaussian", 61, (4.0, 2.0), angle=pi / 6)
    offset = np.arange(61) - 30
    x, y = np.meshgrid(offset, offset)
    along, across = np.cos(pi / 6) * x + np.sin(pi / 6) * y, np.cos(pi / 6) * y - np.sin(pi / 6) * x
    assert sqrt((kernel * along**2).sum()) == pytest.approx(4, rel=1e-3)
    assert sqrt((kernel * across**2).sum()) == pytest.approx(2, rel=1e-3)


def test_beta_of_one_is_a_gaussian_and_a_large_one_a_disc() -> None:
    np.testing.assert_allclose(bell("generalised", 21, (2, 3), 0.3), bell("gaussian", 21, (2, 3), 0.3), atol=1e-7)
    disc = bell("plateau", 21, (4, 4), beta=40.0)
    height = disc.max()
    assert ((disc < 0.1 * height) | (disc > 0.9 * height)).mean() > 0.95
    assert (disc > height / 4).sum() == pytest.approx(pi * 16, rel=0.1)


def test_a_sinc_passes_what_is_below_its_cutoff_and_nothing_above() -> None:
    cutoff = pi / 2
    gain = np.abs(np.fft.fft2(sinc(101, cutoff), (256, 256)))
    frequency = 2 * pi * np.fft.fftfreq(256)
    radius = np.hypot(*np.meshgrid(frequency, frequency))
    assert gain[radius < 0.8 * cutoff].min() > 0.9
    assert gain[radius > 1.2 * cutoff].max() < 0.1


def test_blur_draws_every_size_and_form() -> None:
    blur = Blur(size=(7, 21))
    kernels = [blur.kernel(random(seed)) for seed in range(300)]
    assert {len(kernel) for kernel in kernels} == set(range(7, 22, 2))
    round_ones = sum(np.allclose(kernel, np.rot90(kernel), atol=1e-7) for kernel in kernels)
    assert round_ones / 300 == pytest.approx(0.7, abs=0.1)


@pytest.mark.parametrize("grey", [0, 1])
def test_gaussian_noise_has_its_sigma_in_levels(grey: int) -> None:
    noise = GaussianNoise((20, 20), grey=grey)(flat(0.5), random()) - 0.5
    assert noise.std() * 255 == pytest.approx(20, rel=0.02)
    assert abs(noise.mean()) * 255 < 0.5
    correlation = np.corrcoef(noise[..., 0].ravel(), noise[..., 1].ravel())[0, 1]
    assert correlation == pytest.approx(grey, abs=0.03)


def test_poisson_noise_grows_with_the_root_of_brightness() -> None:
    """A ramp holds all 256 values, so that light is counted in 256 steps: the variance is light / 256."""
    ramp = np.tile(np.linspace(0, 1, 256, dtype=np.float32)[None, :, None], (2000, 1, 3))
    noise = PoissonNoise((1, 1), grey=0)(ramp, random()) - ramp
    for column in (32, 64, 128):
        assert noise[:, column].std() == pytest.approx(sqrt(ramp[0, column, 0] / 256), rel=0.04)


def test_camera_noise_is_that_of_light_and_lies_in_colour_as_a_mosaic_lays_it() -> None:
    light = 0.2
    picture = to_srgb(flat(light, 256))
    noise = to_linear(CameraNoise((0.01, 0.01))(picture, random())) - light
    # Its read noise is exp(2.18 log 0.01 + 1.2) = 1.5e-4 on average; a filled-in value is the mean of two or four.
    assert noise[..., 1].std() == pytest.approx(sqrt((0.01 * light + 1.5e-4) * (1 / 2 + 1 / 2 / 4)), rel=0.06)
    assert abs(noise.mean()) < 0.002
    beside = np.corrcoef(noise[:, :-1, 0].ravel(), noise[:, 1:, 0].ravel())[0, 1]
    assert beside > 0.4


@pytest.mark.parametrize("phase", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_demosaicing_gives_a_plane_back(phase: tuple[int, int]) -> None:
    rows, columns = np.mgrid[:16, :16].astype(np.float32)
    plane = np.stack([rows, 2 * columns, rows + columns], axis=2)
    np.testing.assert_allclose(demosaiced(mosaic(plane, phase), phase)[2:-2, 2:-2], plane[2:-2, 2:-2], atol=1e-5)


@pytest.mark.parametrize("make", [JPEG, WebP])
def test_a_lower_quality_costs_more(make) -> None:
    picture = textured(64, 96)
    errors = [np.abs(make((quality, quality))(picture, random()) - picture).mean() for quality in (95, 50, 5)]
    assert errors == sorted(errors)
    assert errors[0] < 0.03 < errors[2]


def test_jpeg_keeps_the_order_of_channels() -> None:
    red = flat(0) + np.array([0.9, 0.1, 0.1], np.float32)
    np.testing.assert_allclose(JPEG((95, 95))(red, random()), red, atol=0.02)


def test_resizing_goes_up_down_and_nowhere_as_often_as_said() -> None:
    resize = Resize((0.5, 2.0), up=0.2, down=0.5)
    sides = np.array([resize(flat(0.5, 50), random(seed)).shape[0] for seed in range(400)])
    assert (sides > 50).mean() == pytest.approx(0.2, abs=0.06)
    assert (sides < 50).mean() == pytest.approx(0.5, abs=0.07)
    assert 25 <= sides.min() < 27
    assert 95 < sides.max() <= 100


def test_chains_choices_and_chances() -> None:
    black, white = (lambda picture, random, value=value: np.full_like(picture, value) for value in (0.0, 1.0))
    assert Chain(white, black)(flat(0.5), random()).max() == 0
    drawn = np.array([OneOf((black, white), (3, 1))(flat(0.5, 1), random(seed)).max() for seed in range(400)])
    assert drawn.mean() == pytest.approx(0.25, abs=0.06)
    taken = np.array([Sometimes(0.8, white)(flat(0.5, 1), random(seed)).max() for seed in range(400)])
    assert (taken == 1).mean() == pytest.approx(0.8, abs=0.06)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda: Blur(sigma=(3, 1)), "sigma of a blur"),
        (lambda: Blur(size=(6, 8)), "odd"),
        (lambda: Blur(forms=(("gausian", 1.0),)), "did you mean 'gaussian'"),
        (lambda: Sinc(cutoff=(0, 9)), "cutoff"),
        (lambda: GaussianNoise((-1, 3)), "sigma of noise"),
        (lambda: GaussianNoise(grey=2), "probability"),
        (lambda: PoissonNoise((2, 1)), "Poisson"),
        (lambda: JPEG((0, 50)), "quality of JPEG"),
        (lambda: Resize((0.5, 0.9), up=0.5, down=0.5), "both sides of 1"),
        (lambda: Resize(up=0.8, down=0.8), "together at most 1"),
        (lambda: Fit((3, 3), ("bicubik",)), "did you mean 'bicubic'"),
        (lambda: OneOf((JPEG(),), (1, 2)), "as many weights"),
        (lambda: Sometimes(1.5, JPEG()), "probability"),
    ],
)
def test_what_is_impossible_is_named_when_it_is_said(wrong, sentence: str) -> None:
    with pytest.raises(RequestError, match=sentence):
        wrong()
