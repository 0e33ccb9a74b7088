"""Tiled equals whole: the property that several well-known tools miss at the first row and column of a tile."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from acutance.errors import RequestError
from acutance.ops.tiles import fixed_windows, paste, tiled, windows

RADIUS = 4  # three 3x3 convolutions in LR and one in SR


def network(scale: int) -> nn.Module:
    torch.manual_seed(scale)
    layers = (
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(),
        nn.Conv2d(8, 8 * scale**2, 3, padding=1), nn.PixelShuffle(scale), nn.Conv2d(8, 3, 3, padding=1),
    )  # fmt: skip
    return nn.Sequential(*layers).requires_grad_(False)


@settings(max_examples=40, deadline=None)
@given(
    height=st.integers(1, 47), width=st.integers(1, 47), scale=st.integers(1, 4), tile=st.integers(1, 31),
    extra=st.integers(0, 5),
)  # fmt: skip
def test_tiled_equals_whole(height: int, width: int, scale: int, tile: int, extra: int) -> None:
    lr, net = torch.rand(2, 3, height, width), network(scale)
    whole = net(lr)
    difference = tiled(net, lr, scale=scale, tile=tile, overlap=RADIUS + extra) - whole
    assert difference.abs().max() < 1e-5


@pytest.mark.parametrize("overlap", [0, 1, 2])
def test_too_small_an_overlap_shows(overlap: int) -> None:
    lr, net = torch.rand(1, 3, 40, 40), network(2)
    assert (tiled(net, lr, scale=2, tile=16, overlap=overlap) - net(lr)).abs().max() > 1e-4


@settings(deadline=None)
@given(
    height=st.integers(1, 99), width=st.integers(1, 99), tile=st.integers(3, 90), overlap=st.integers(0, 40)
)  # fmt: skip
def test_windows_own_every_pixel_once_and_see_it_with_its_surroundings(
    height: int, width: int, tile: int, overlap: int
) -> None:
    owners = torch.zeros(height, width, dtype=torch.int)
    for window in windows(height, width, tile=tile, overlap=overlap):
        owners[window.own] += 1
        for own, seen, length in zip(window.own, window.seen, (height, width), strict=True):
            assert 0 < own.stop - own.start <= tile
            assert (seen.start, seen.stop) == (max(0, own.start - overlap), min(length, own.stop + overlap))
    assert bool((owners == 1).all())


def test_small_picture_takes_one_call() -> None:
    calls: list[tuple[int, ...]] = []

    def counting(lr: Tensor) -> Tensor:
        calls.append(tuple(lr.shape))
        return lr.repeat_interleave(2, -1).repeat_interleave(2, -2)

    tiled(counting, torch.rand(1, 3, 30, 20), scale=2, tile=30, overlap=8)
    assert calls == [(1, 3, 30, 20)]


def test_no_window_is_a_sliver() -> None:
    assert {w.own[0].stop - w.own[0].start for w in windows(65, 10, tile=64, overlap=3)} == {32, 33}


@pytest.mark.parametrize(("tile", "overlap"), [(0, 1), (-3, 1), (4, -1)])
def test_impossible_tiles_are_refused(tile: int, overlap: int) -> None:
    with pytest.raises(RequestError, match=str(min(tile, overlap))):
        windows(10, 10, tile=tile, overlap=overlap)


def test_a_network_of_another_scale_is_refused() -> None:
    with pytest.raises(RequestError, match="24x16 pixels of 12x8"):
        tiled(network(2), torch.rand(1, 3, 8, 12), scale=4, tile=100, overlap=4)


@settings(max_examples=60, deadline=None)
@given(
    sides=st.tuples(st.integers(1, 24), st.integers(1, 24)), extra=st.tuples(st.integers(0, 60), st.integers(0, 60)),
    overlap=st.integers(0, 9),
)  # fmt: skip
def test_windows_of_one_size_cover_every_pixel_once(
    sides: tuple[int, int], extra: tuple[int, int], overlap: int
) -> None:
    height, width = sides[0] + extra[0], sides[1] + extra[1]
    picture, covered = torch.rand(height, width), torch.zeros(height, width)
    copy = torch.full_like(picture, -1)
    for window in fixed_windows(height, width, sides=sides, overlap=overlap):
        assert picture[window.seen].shape == sides
        covered[window.own] += 1
        paste(copy, window, picture[window.seen], 1)
    assert torch.equal(copy, picture)
    assert bool((covered == 1).all())


def test_a_picture_smaller_than_a_window_of_one_size_is_refused() -> None:
    with pytest.raises(RequestError, match="window of 8x16 pixels does not fit into 8x9"):
        fixed_windows(9, 8, sides=(16, 8), overlap=1)
