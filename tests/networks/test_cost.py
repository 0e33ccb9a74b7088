"""Multiply-adds against the papers' figures, for an SR of 1280x720, and the stored ones counted again."""

import json
from typing import Any

import pytest

from acutance import catalogue, checkpoints, networks
from acutance.networks.cost import count, multiply_adds, scales_of, shapes_only

STORED = json.loads(catalogue.COSTS.read_text(encoding="utf-8"))
SHALLOW = {
    "edsr": {"blocks": 1},
    "edsr-light": {"blocks": 1},
    "edsr-s": {"blocks": 1},
    "edsr-l": {"blocks": 1},
    "rcan": {"groups": 1, "blocks": 1},
    "han": {"groups": 1, "blocks": 1},
    "nlsn": {"blocks": 1},
    "rlfn": {"blocks": 1},
    "srresnet": {"blocks": 1},
    "rrdb": {"blocks": 1},
    "rrdb-light": {"blocks": 1},
    "spsr": {"blocks": 1},
    "spsr-light": {"blocks": 1},
    "swinir": {"groups": 1, "blocks": 1},
    "swinir-light": {"groups": 1, "blocks": 1},
}
"""What makes a deep design shallow. What a scale costs more than another does not depend on the depth."""
BY_SCALE = ("parameters", "multiply_adds_per_sr_pixel")

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


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_what_is_stored_is_what_is_counted(name):
    """If this fails, `python -m acutance.networks.cost` counts again."""
    counted, stored = count(name, [4]), STORED[name]
    assert list(STORED) == list(networks.NETWORKS)
    assert [int(scale) for scale in stored["parameters"]] == scales_of(name)
    assert stored == {**counted, **{key: stored[key] | counted[key] for key in BY_SCALE}}


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_what_is_stored_for_other_scales_differs_as_it_does_for_shallow_networks(name):
    taps: dict[str, Any] = {"taps": (1,)} if name.startswith("spsr") else {}
    shallow = count(name, **SHALLOW.get(name, {}), **taps)
    for key in BY_SCALE:
        deep, flat = (at_lr(each[key], key) for each in (STORED[name], shallow))
        assert [deep[scale] - deep["4"] for scale in deep] == pytest.approx([flat[scale] - flat["4"] for scale in flat])


def at_lr(values, key):
    """Multiply-adds for each pixel of LR; parameters as they are."""
    by_area = key == "multiply_adds_per_sr_pixel"
    return {scale: value * int(scale) ** 2 if by_area else value for scale, value in values.items()}


@pytest.mark.parametrize("trained", catalogue.trained(), ids=lambda each: each.names[0])
def test_what_ships_is_as_large_as_the_catalogue_says(trained):
    network = checkpoints.load(trained.names[-1])
    assert (network.name, network.scale, network.size()) == (trained.network, trained.scale, trained.parameters)
