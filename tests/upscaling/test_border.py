"""The picture goes on beyond its border as in a mirror, so that flat pictures stay flat to their last pixel."""

from itertools import product

import numpy as np
import pytest
import torch

from acutance import catalogue, load
from acutance.networks import EDSR, EDSRConfig
from acutance.ops.tiles import windows
from acutance.upscaling import upscale
from acutance.upscaling.border import Bordered, mirrored
from acutance.upscaling.canvas import Held

NETWORKS = sorted({model.names[0] for model in catalogue.trained()})
SATURATED = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255), (255, 0, 255), (200, 30, 90)]
COLOURS = [(grey, grey, grey) for grey in (*range(0, 256, 17), 1, 127, 254)] + SATURATED


@pytest.mark.parametrize("size", [(20, 23), (32, 17)])
@pytest.mark.parametrize("name", NETWORKS)
def test_flat_pictures_stay_flat_to_half_a_level_border_and_all(name: str, size: tuple[int, int]) -> None:
    network = load(name)
    for colour in COLOURS:
        flat = np.broadcast_to(np.asarray(colour, np.float32) / np.float32(255), (*size, 3))
        off = np.abs(upscale(np.ascontiguousarray(flat), network) - flat[0, 0]) * 255
        assert off.max() <= 0.5, (colour, off.max())


@pytest.mark.parametrize("name", [name for name in NETWORKS if name.startswith(("real", "sharp"))])
def test_those_with_a_use_keep_every_colour(name: str) -> None:
    network = load(name)
    for colour in product((0, 64, 128, 255), repeat=3):
        flat = np.broadcast_to(np.asarray(colour, np.float32) / np.float32(255), (12, 12, 3))
        off = np.abs(upscale(np.ascontiguousarray(flat), network) - flat[0, 0]) * 255
        assert off.max() <= 0.5, colour


@pytest.mark.parametrize("name", NETWORKS)
def test_flat_pictures_of_8_bits_come_back_equal(name: str) -> None:
    network = load(name)
    for colour in (COLOURS[3], COLOURS[9], SATURATED[6]):
        flat = np.full((17, 19, 3), colour, np.uint8)
        assert np.abs(upscale(flat, network).astype(int) - flat[0, 0]).max() <= 1
        transparent = np.dstack([flat, np.full((17, 19), 77, np.uint8)])
        assert set(upscale(transparent, network)[..., 3].flat) == {77}


def test_windows_see_what_they_would_in_a_mirrored_picture() -> None:
    planes = np.arange(23 * 17, dtype=np.uint16).reshape(23, 17, 1)
    for tile, overlap, border in ((5, 3, 4), (9, 2, 8), (2, 0, 8), (40, 3, 30), (23, 1, 0)):
        whole = np.pad(planes, ((border, border), (border, border), (0, 0)), mode="symmetric")
        view = Bordered(_OnlyForward(planes), border)
        for window in windows(23, 17, tile=tile, overlap=overlap):
            at = [
                slice(seen.start + border * (seen.start > 0), seen.stop + border * (1 + (seen.stop == length)))
                for seen, length in zip(window.seen, (23, 17), strict=True)
            ]
            shown = view.seen(window)
            np.testing.assert_array_equal(shown, whole[*at])
            np.testing.assert_array_equal(shown[view.inner(window, 1)], planes[window.seen])


class _OnlyForward(Held):
    """Refuses to be read anywhere but where the last reading ended."""

    read = 0

    def rows(self, start: int, stop: int) -> np.ndarray:
        assert start == self.read
        self.read = stop
        return super().rows(start, stop)


def test_places_are_mirrored_as_often_as_needed() -> None:
    assert mirrored(-5, 8, 3).tolist() == [1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1]
    assert set(mirrored(-9, 9, 1)) == {0}


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (5, 2), (3, 130)])
def test_pictures_smaller_than_the_border(size: tuple[int, int]) -> None:
    torch.manual_seed(3)
    network = EDSR(EDSRConfig(scale=3, blocks=1, channels=4)).eval()
    pixels = np.random.default_rng(1).random((*size, 3)).astype(np.float32)
    shown = np.pad(pixels, ((8, 8), (8, 8), (0, 0)), mode="symmetric")
    with torch.inference_mode():
        whole = network(torch.from_numpy(shown).movedim(-1, 0)[None])[0].movedim(0, -1).clamp(0, 1).numpy()
    np.testing.assert_allclose(upscale(pixels, network), whole[24:-24, 24:-24], atol=1e-5)


def test_without_a_border_the_network_is_as_in_papers() -> None:
    torch.manual_seed(3)
    network = EDSR(EDSRConfig(scale=2, blocks=1, channels=4)).eval()
    pixels = np.random.default_rng(1).random((12, 15, 3)).astype(np.float32)
    with torch.inference_mode():
        whole = network(torch.from_numpy(pixels).movedim(-1, 0)[None])[0].movedim(0, -1).clamp(0, 1).numpy()
    np.testing.assert_allclose(upscale(pixels, network, border=0), whole, atol=1e-5)
    assert np.abs(upscale(pixels, network) - whole).max() > 1e-3
