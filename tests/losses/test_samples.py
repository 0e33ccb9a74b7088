from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from acutance.errors import RequestError
from acutance.losses.samples import PAPER, RELEASED, Samples, blur, enlarge, quantise, sharpen
from acutance.types import Batch

PRESETS = pytest.mark.parametrize("preset", [PAPER, RELEASED], ids=["paper", "released"])


@pytest.fixture
def stored(golden: Path) -> dict[str, Tensor]:
    return {key: torch.from_numpy(value) for key, value in np.load(golden / "pcl/samples.npz").items()}


def batch(count: int = 3) -> Batch:
    generator = torch.Generator().manual_seed(5)
    rough = torch.rand(count, 3, 6, 5, generator=generator)
    hr = torch.nn.functional.interpolate(rough, scale_factor=4, mode="bicubic").clamp(0, 1)
    return Batch(rough, quantise(hr + 0.1 * torch.randn(hr.shape, generator=generator)))


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("index", range(5))
def test_sharpen_equals_the_released_operator(stored: dict[str, Tensor], index: int) -> None:
    result = sharpen(stored["image"] / 255, float(stored["sharp_factors"][index]))
    torch.testing.assert_close(result * 255, stored[f"sharp_{index}_raw"], atol=1e-4, rtol=0)
    levels = (quantise(result) * 255 - stored[f"sharp_{index}_quantized"]).abs()
    assert levels.max() < 1.001
    assert (levels > 0.001).float().mean() < 0.005, "only exact halves may be rounded the other way"


def test_sharpen_takes_a_factor_for_every_image(stored: dict[str, Tensor]) -> None:
    result = quantise(sharpen(stored["image"] / 255, stored["sharp_per_image_factors"]))
    torch.testing.assert_close(result * 255, stored["sharp_per_image"], atol=1e-4, rtol=0)


@pytest.mark.parametrize("index", range(4))
def test_blur_equals_the_released_operator(stored: dict[str, Tensor], index: int) -> None:
    height, width = (int(size) for size in stored["blur_kernel_yx"][index])
    vertical, horizontal = (float(sigma) for sigma in stored["blur_sigma_yx"][index])
    result = blur(stored["image"] / 255, (height, width), (vertical, horizontal))
    torch.testing.assert_close(result * 255, stored[f"blur_{index}_raw"], atol=2e-4, rtol=0)
    torch.testing.assert_close(quantise(result) * 255, stored[f"blur_{index}_quantized"], atol=1e-4, rtol=0)


def test_blur_equals_the_released_draws(stored: dict[str, Tensor]) -> None:
    for draw in range(3):
        size, sigma = (stored[f"official_draws_{what}"][draw].expand(2, 2) for what in ("kernel", "sigma"))
        result = quantise(blur(stored["image"] / 255, size, sigma.float()))
        torch.testing.assert_close(result * 255, stored["official_draws_seed0"][draw], atol=1e-4, rtol=0)


def test_enlarge_equals_the_released_one(stored: dict[str, Tensor]) -> None:
    result = enlarge(stored["lr"] / 255, stored["image"])
    torch.testing.assert_close(result * 255, stored["lr_up_align_true"], atol=2e-4, rtol=0)


def test_quantise_equals_the_released_one(stored: dict[str, Tensor]) -> None:
    torch.testing.assert_close(quantise(stored["quantize_in_1"]), stored["quantize_out_1"], atol=1e-7, rtol=0)


@settings(deadline=None)
@given(seed=st.integers(0, 99), factor=st.floats(0, 5))
def test_sharpening_by_one_changes_nothing_and_the_frame_never_changes(seed: int, factor: float) -> None:
    image = torch.rand(1, 3, 5, 7, generator=generator(seed))
    assert torch.equal(sharpen(image, 1.0), image)
    frame = torch.ones(5, 7, dtype=torch.bool)
    frame[1:-1, 1:-1] = False
    torch.testing.assert_close(sharpen(image, factor)[..., frame], image[..., frame])


@settings(deadline=None)
@given(
    value=st.floats(0, 1),
    size=st.sampled_from([1, 3, 7, 11]),
    sigma=st.floats(0.1, 5),
    factor=st.floats(0, 5),
)
def test_a_constant_stays_constant(value: float, size: int, sigma: float, factor: float) -> None:
    image = torch.full((2, 3, 9, 8), value)
    torch.testing.assert_close(blur(image, size, sigma), image)
    torch.testing.assert_close(sharpen(image, factor), image)


def test_blur_treats_every_image_by_its_own_kernel() -> None:
    image = batch(2).hr
    sizes, sigmas = torch.tensor([[3, 11], [7, 5]]), torch.tensor([[0.5, 1.5], [1.0, 0.3]])
    together = blur(image, sizes, sigmas)
    for index in range(2):
        alone = blur(image[index : index + 1], sizes[index : index + 1], sigmas[index : index + 1])
        torch.testing.assert_close(together[index : index + 1], alone)
    round_ones = blur(image, torch.tensor([3, 9]), torch.tensor([0.5, 2.0]))
    torch.testing.assert_close(round_ones[1:], blur(image[1:], (9, 9), 2))


def test_blur_is_exact_under_autocast() -> None:
    image = batch().hr
    with torch.autocast("cpu", dtype=torch.bfloat16):
        torch.testing.assert_close(blur(image, 7, 1.0), blur(image, 7, 1.0).float())
        inside = blur(image, 7, 1.0)
    assert torch.equal(inside, blur(image, 7, 1.0))


@PRESETS
def test_the_counts_and_the_values(preset: Samples) -> None:
    positives = preset.draw_positives(batch(), generator())
    negatives = preset.draw_negatives(batch(), generator())
    assert positives.shape == (preset.positives + 1, 3, 3, 24, 20)
    assert negatives.shape == (4, 3, 3, 24, 20)
    assert torch.equal(positives[0], batch().hr)
    for drawn in (positives[1:], negatives[1:]):
        assert torch.isin(drawn, torch.arange(256) / 255).all()


@PRESETS
def test_the_generator_alone_decides(preset: Samples) -> None:
    for draw in (preset.draw_positives, preset.draw_negatives):
        source = generator()
        first = draw(batch(), source)
        assert torch.equal(first, draw(batch(), generator()))
        assert not torch.equal(first, draw(batch(), source))


@settings(deadline=None)
@given(seed=st.integers(0, 500))
def test_no_negative_of_the_paper_is_the_original(seed: int) -> None:
    negatives = PAPER.draw_negatives(batch(), generator(seed))
    assert (negatives - batch().hr).abs().amax((2, 3, 4)).min() > 0.9 / 255


@settings(deadline=None)
@given(seed=st.integers(0, 500))
def test_positives_are_sharper_and_negatives_softer(seed: int) -> None:
    plain = replace(PAPER, quantised=False)
    detail = roughness(batch().hr)
    assert (roughness(plain.draw_positives(batch(), generator(seed))) >= detail * 0.9999).all()
    assert (roughness(plain.draw_negatives(batch(), generator(seed))) < detail).all()


def roughness(images: Tensor) -> Tensor:
    return (images[..., 1:, :] - images[..., :-1, :]).square().sum((-1, -2, -3))


def test_blurs_are_shared_as_the_preset_says() -> None:
    same = Batch(torch.rand(2, 3, 6, 5)[:1].repeat(2, 1, 1, 1), batch(1).hr.repeat(2, 1, 1, 1))
    each = PAPER.draw_negatives(same, generator())
    assert (each[:, 0] != each[:, 1]).flatten(1).any(1).all()
    shared = RELEASED.draw_negatives(same, generator())
    assert torch.equal(shared[:, 0], shared[:, 1])
    turned = Batch(same.lr.mT, same.hr.mT)
    torch.testing.assert_close(PAPER.draw_negatives(turned, generator()).mT, each, atol=1.5 / 255, rtol=0)
    assert (RELEASED.draw_negatives(turned, generator()).mT - shared).abs().max() > 2 / 255


def test_either_kind_may_do_without_drawn_samples() -> None:
    alone = Samples(positives=0, negatives=0, with_lr=True)
    assert torch.equal(alone.draw_positives(batch(), generator())[0], batch().hr)
    assert torch.equal(alone.draw_negatives(batch(), generator())[0], enlarge(batch().lr, batch().hr))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sharpen": (3.0, 1.0)}, "rise"),
        ({"sharpen": (-1.0, 1.0)}, "rise"),
        ({"blur_sizes": (3, 4)}, r"\(3, 4\)"),
        ({"blur_sizes": ()}, "some"),
        ({"blur_sigma": (0.0, 1.0)}, "above 0"),
        ({"positives": -1}, "-1"),
        ({"negatives": 0}, "at least one"),
        ({"positives": 0, "with_hr": False}, "at least one"),
    ],
)
def test_impossible_samples_are_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(RequestError, match=says):
        Samples(**change)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(("size", "sigma"), [(4, 1.0), (0, 1.0), (3, 0.0), ((3, 4), 1.0), (41, 1.0)])
def test_impossible_blurs_are_refused(size: int | tuple[int, int], sigma: float) -> None:
    with pytest.raises(RequestError, match="blur"):
        blur(batch().hr, size, sigma)
