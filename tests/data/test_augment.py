from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from acutance.data import symmetry
from acutance.ops import bicubic

EIGHT = torch.tensor(list(product([False, True], repeat=3)))


def picture(side: int, count: int = 1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(side)
    return torch.randint(0, 256, (count, 3, side, side), dtype=torch.uint8, generator=generator)


def test_each_bit_does_what_its_place_says() -> None:
    image = picture(5)
    turned = {name: symmetry(image, bits[None]) for name, bits in zip("hvt", torch.eye(3).bool(), strict=True)}
    assert torch.equal(turned["h"], image.flip(-1))
    assert torch.equal(turned["v"], image.flip(-2))
    assert torch.equal(turned["t"], image.transpose(-1, -2))


def test_the_eight_are_distinct_and_closed_and_each_can_be_undone() -> None:
    image = picture(4)
    eight = {symmetry(image, bits[None]).numpy().tobytes() for bits in EIGHT}
    twice = [[symmetry(symmetry(image, a[None]), b[None]) for b in EIGHT] for a in EIGHT]
    assert len(eight) == 8
    assert {both.numpy().tobytes() for row in twice for both in row} == eight
    assert all(sum(torch.equal(both, image) for both in row) == 1 for row in twice)


@given(side=st.integers(1, 9), bits=st.lists(st.sampled_from(range(8)), min_size=1, max_size=6))
def test_each_patch_of_a_batch_is_turned_by_its_own_bits(side: int, bits: list[int]) -> None:
    batch = picture(side, len(bits))
    whole = symmetry(batch, EIGHT[bits])
    for number, setting in enumerate(bits):
        assert torch.equal(whole[number : number + 1], symmetry(batch[number : number + 1], EIGHT[[setting]]))


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_turning_and_shrinking_may_change_places(scale: int) -> None:
    hr = picture(8 * scale, 8)
    turned = symmetry(hr, EIGHT)
    first, last = bicubic(turned.double(), 1 / scale), bicubic(hr.double(), 1 / scale)
    rounded = (last.round().clamp(0, 255).byte(), first.round().clamp(0, 255).byte())
    assert (symmetry(rounded[0], EIGHT).int() - rounded[1].int()).abs().max() <= 1
    assert (symmetry(rounded[0], EIGHT) != rounded[1]).float().mean() < 0.01
