"""Multiply-adds against the figures of the papers, which are for an SR of 1280x720."""

import pytest

from acutance import networks
from acutance.networks.cost import multiply_adds, shapes_only

PUBLISHED = {("rlfn", 4): 29.8, ("rlfn", 2): 115.4, ("edsr-s", 4): 114.0, ("rcan", 4): 917.6}
"""In billions, as the papers' tables of light networks have them."""


def cost(name, scale, **config):
    with shapes_only():
        return multiply_adds(networks.create(name, scale=scale, **config).eval())


@pytest.mark.parametrize(("name", "scale"), PUBLISHED)
def test_multiply_adds_are_the_published_ones(name, scale):
    assert cost(name, scale) * 1280 * 720 / 1e9 == pytest.approx(PUBLISHED[name, scale], rel=3e-3)


def test_attention_counts():
    """A block of SwinIR for each position: 8 c^2 for its layers, and twice a window's positions times c."""
    channels, window = 12, 8
    one, two = (cost("swinir", 2, groups=1, blocks=blocks, channels=channels) for blocks in (1, 2))
    assert (two - one) * 4 == 8 * channels**2 + 2 * window**2 * channels


def test_values_make_no_difference():
    network = networks.create("edsr", blocks=1, channels=4).eval()
    assert multiply_adds(network) == cost("edsr", 4, blocks=1, channels=4)
