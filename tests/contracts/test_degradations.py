"""What every degradation promises. A new one is one row of `DEGRADATIONS`."""

import numpy as np
import pytest
import torch

from acutance.data import Degradation
from acutance.degrade import Bicubic
from acutance.errors import RequestError

DEGRADATIONS = {"bicubic": Bicubic}
each = pytest.mark.parametrize("make", DEGRADATIONS.values(), ids=DEGRADATIONS)


@each
@pytest.mark.parametrize("scale", [2, 3, 4, 8])
def test_lr_is_scale_times_smaller_and_of_eight_bits(make, scale):
    lr = make(scale)(torch.rand(2, 3, 50, 41))
    assert lr.shape == (2, 3, 50 // scale, 41 // scale)
    levels = lr.numpy() * 255
    assert np.abs(levels - levels.round()).max() < 1e-4
    assert 0 <= lr.min() <= lr.max() <= 1


@each
def test_flat_picture_stays_flat(make):
    lr = make(4)(torch.full((1, 3, 24, 24), 102 / 255))
    assert torch.allclose(lr, torch.full_like(lr, 102 / 255))


@each
def test_it_is_told_apart_by_its_repr_and_equal_by_its_settings(make):
    assert isinstance(make(2), Degradation)
    assert repr(make(2)) != repr(make(3))
    assert make(2) == make(2)


@each
def test_picture_smaller_than_a_pixel_of_lr_is_refused(make):
    with pytest.raises(RequestError):
        make(4)(torch.rand(1, 3, 3, 20))
