"""From pixels to images and back."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from acutance.ops import image_of, pixels_of, quantise

SIDES = st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 4))


@given(
    st.sampled_from([np.uint8, np.uint16, np.float32]).flatmap(
        lambda kind: arrays.arrays(kind, SIDES, elements=st.floats(0, 1, width=32) if kind == np.float32 else None)
    )
)
def test_there_and_back_is_nothing(pixels: np.ndarray) -> None:
    image = image_of(pixels)
    assert image.shape == (1, pixels.shape[2], *pixels.shape[:2])
    assert image.dtype == torch.float32
    again = pixels_of(image, pixels.dtype)
    assert again.dtype == pixels.dtype
    assert again.flags.c_contiguous
    assert np.array_equal(again, pixels)


def test_levels_are_divided_by_the_greatest_and_a_batch_stays_one() -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(4, 8, 8, 1)
    assert torch.equal(image_of(levels).flatten(), torch.arange(256) / 255)
    assert image_of(levels).shape == (4, 1, 8, 8)
    assert float(image_of(np.full((1, 1, 1), 65535, np.uint16))) == 1
    double = image_of(levels[0], np.float64)
    assert torch.equal(double.flatten(), torch.arange(64, dtype=torch.float64) / 255)


def test_rounding_is_that_of_an_8_bit_file() -> None:
    image = torch.linspace(-0.5, 1.5, 3 * 40 * 40).reshape(1, 3, 40, 40)
    assert torch.equal(image_of(pixels_of(image)), quantise(image))
    assert pixels_of(image.bfloat16()).dtype == np.uint8


@pytest.mark.filterwarnings("error")
def test_what_is_no_number_becomes_a_pixel_without_a_word() -> None:
    assert pixels_of(torch.full((1, 3, 2, 2), float("nan"))).shape == (2, 2, 3)
