import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from acutance.errors import RequestError
from acutance.ops import bicubic

SCALES = {"x1_2": 1 / 2, "x1_3": 1 / 3, "x1_4": 1 / 4, "x2": 2, "x3": 3, "x4": 4}


def picture(golden: Path) -> tuple[Tensor, dict[str, np.ndarray]]:
    stored = dict(np.load(golden / "spsr/imresize_matlab.npz"))
    return torch.from_numpy(stored["input_uint8"]).permute(2, 0, 1)[None] / 255, stored


@pytest.mark.parametrize("name", SCALES)
def test_equals_matlab(golden: Path, name: str) -> None:
    image, stored = picture(golden)
    expected = torch.from_numpy(stored[f"float_{name}"]).permute(2, 0, 1)[None]
    torch.testing.assert_close(bicubic(image, SCALES[name]), expected, atol=5e-6, rtol=0)
    torch.testing.assert_close(bicubic(image.double(), SCALES[name]), expected.double(), atol=5e-6, rtol=0)


@settings(deadline=None)
@given(
    value=st.floats(0, 1),
    height=st.integers(1, 20),
    width=st.integers(1, 20),
    scale=st.sampled_from([1 / 8, 1 / 4, 1 / 3, 0.4, 1 / 2, 1, 1.5, 2, 3, 4, 8]),
)
def test_a_constant_stays_constant(value: float, height: int, width: int, scale: float) -> None:
    result = bicubic(torch.full((1, 2, height, width), value, dtype=torch.float64), scale)
    assert result.shape == (1, 2, math.ceil(round(height * scale, 6)), math.ceil(round(width * scale, 6)))
    torch.testing.assert_close(result, torch.full_like(result, value))


@settings(deadline=None)
@given(size=st.integers(1, 12), scale=st.sampled_from([1 / 4, 1 / 3, 1.5, 2, 4]))
def test_mirroring_commutes(size: int, scale: float) -> None:
    length = size * 12  # a multiple of every divisor, so that the result has no cut-off pixel
    image = torch.rand(1, 1, length, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(size))
    torch.testing.assert_close(bicubic(image.flip(-2), scale), bicubic(image, scale).flip(-2))


def test_large_pictures_stay_exact_at_scale_3() -> None:
    image = torch.rand(1, 1, 3, 1500, generator=torch.Generator().manual_seed(0))
    exact = bicubic(image.double(), 3).float()
    torch.testing.assert_close(bicubic(image, 3), exact, atol=1e-6, rtol=0)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_rounded_once(dtype: torch.dtype) -> None:
    image = torch.rand(1, 3, 9, 9).to(dtype)
    assert torch.equal(bicubic(image, 1 / 3), bicubic(image.float(), 1 / 3).to(dtype))


def test_sends_a_gradient() -> None:
    image = torch.rand(1, 3, 8, 8, requires_grad=True)
    bicubic(image, 1 / 4).sum().backward()
    assert image.grad is not None
    torch.testing.assert_close(image.grad.sum(), torch.tensor(3 * 4.0))


@pytest.mark.parametrize("scale", [0, -2, math.nan, 1000])
def test_impossible_scales_are_refused(scale: float) -> None:
    with pytest.raises(RequestError, match="between"):
        bicubic(torch.rand(1, 3, 8, 8), scale)
