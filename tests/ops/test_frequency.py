from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from acutance.ops import fourier_map, haar_details


@pytest.mark.parametrize("size", ["even", "odd"])
def test_haar_equals_the_released_front_end(golden: Path, size: str) -> None:
    stored = np.load(golden / "pcl/haar.npz")
    details = haar_details(torch.from_numpy(stored[f"{size}_input"]))
    expected = torch.from_numpy(stored[f"{size}_stack9"])  # of images in 0..255
    torch.testing.assert_close(details, expected, atol=5e-5, rtol=0)


@settings(deadline=None)
@given(height=st.integers(1, 8), width=st.integers(1, 8), seed=st.integers(0, 99))
def test_haar_keeps_the_energy_that_is_not_in_the_average(height: int, width: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    image = torch.rand(1, 3, 2 * height, 2 * width, dtype=torch.float64, generator=generator)
    average = torch.nn.functional.avg_pool2d(image, 2) * 2
    energy = haar_details(image).square().sum() + average.square().sum()
    torch.testing.assert_close(energy, image.square().sum())


def test_haar_names_the_directions() -> None:
    stripes = torch.tensor([0.0, 1.0]).repeat(4).view(1, 1, 8, 1).expand(1, 1, 8, 8)
    horizontal, vertical, diagonal = haar_details(stripes)[0]
    assert (horizontal == -1).all()
    assert (vertical == 0).all()
    assert (diagonal == 0).all()


def test_haar_of_a_constant_is_zero() -> None:
    assert not haar_details(torch.full((1, 3, 7, 9), 0.3)).any()


@pytest.mark.parametrize("view", [haar_details, fourier_map])
def test_views_pass_gradients(view) -> None:
    image = torch.rand(1, 2, 6, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(view, image)


def test_fourier_is_orthonormal_and_complete(golden: Path) -> None:
    image = torch.rand(2, 3, 9, 8)
    parts = fourier_map(image)
    assert parts.shape == (2, 6, 9, 8)
    torch.testing.assert_close(parts.square().sum(), image.square().sum())
    back = torch.fft.ifft2(torch.complex(parts[:, :3], parts[:, 3:]), norm="ortho").real
    torch.testing.assert_close(back, image)


def test_fourier_takes_half_precision() -> None:
    assert fourier_map(torch.rand(1, 3, 5, 7).bfloat16()).dtype == torch.bfloat16
