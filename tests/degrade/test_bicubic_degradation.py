from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from acutance.degrade import Bicubic, crop_to_multiple
from acutance.errors import RequestError


def test_equals_matlab_saved_as_a_png(golden: Path) -> None:
    stored = np.load(golden / "spsr/imresize_matlab.npz")
    hr = torch.from_numpy(stored["input_uint8"]).permute(2, 0, 1)[None, :, :60, :44] / 255
    lr = Bicubic(4)(hr)[0].permute(1, 2, 0).mul(255).round().byte().numpy()
    # The stored result is of the uncropped picture: only what its last columns and rows cannot reach is comparable.
    assert (lr[:13, :9] == stored["uint8_x1_4"][:13, :9]).mean() > 0.999


@settings(deadline=None)
@given(height=st.integers(1, 30), width=st.integers(1, 30), scale=st.integers(1, 8), seed=st.integers(0, 9))
def test_the_result_is_an_8_bit_image_of_the_right_size(height: int, width: int, scale: int, seed: int) -> None:
    hr = torch.randn(1, 3, height, width, generator=torch.Generator().manual_seed(seed))
    if min(height, width) < scale:
        with pytest.raises(RequestError, match=f"{height}x{width}.*{scale}"):
            Bicubic(scale)(hr)
        return
    lr = Bicubic(scale)(hr)
    assert lr.shape == (1, 3, height // scale, width // scale)
    assert torch.isin(lr, torch.arange(256) / 255).all()


def test_cropping_looks_at_the_right_axes() -> None:
    assert crop_to_multiple(torch.zeros(2, 3, 9, 11), 4).shape == (2, 3, 8, 8)
    assert crop_to_multiple(np.zeros((9, 11, 3)), 4).shape == (8, 8, 3)
    assert crop_to_multiple(np.arange(9).reshape(3, 3), 2).tolist() == [[0, 1], [3, 4]]


def test_scale_zero_is_refused() -> None:
    with pytest.raises(RequestError, match="at least 1"):
        Bicubic(0)
