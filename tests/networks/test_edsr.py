"""EDSR against the released network, and what every network promises."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from acutance import networks
from acutance.errors import RequestError
from filling import fill

SIZES = {"edsr-s": {2: 1_369_859, 3: 1_554_499, 4: 1_517_571}, "edsr-l": {4: 43_089_923}}


@pytest.mark.parametrize(("name", "scale"), [("edsr-s", 2), ("edsr-s", 3), ("edsr-s", 4), ("edsr-l", 4)])
def test_output_equals_the_released_network(golden, name, scale):
    reference = np.load(golden / "pcl" / f"sr_{name.replace('-', '_')}_x{scale}.npz")
    network = fill.fill_(networks.create(name, scale=scale)).eval()
    with torch.inference_mode():
        sr = network(torch.from_numpy(reference["input"]) / 255)
    error = np.abs(sr.numpy() * 255 - reference["output"]).max() / reference["output"].std()
    assert error < 1e-4
    assert network.size() == SIZES[name][scale]


@pytest.mark.parametrize("name", ["edsr-s", "edsr-l"])
def test_keys_are_the_released_ones_in_order(golden, name):
    keys = json.loads((golden / "pcl" / f"keys_{name.replace('-', '_')}.json").read_text())
    state = networks.create(name, scale=4).state_dict()
    assert [(key, list(tensor.shape)) for key, tensor in state.items()] == list(keys.items())


@settings(max_examples=12, deadline=None)
@given(st.sampled_from([2, 3, 4, 8]), st.integers(1, 19), st.integers(1, 19))
def test_any_size_becomes_scale_times_larger(scale, height, width):
    network = networks.create("edsr", scale=scale, blocks=1, channels=4)
    assert network(torch.rand(2, 3, height, width)).shape == (2, 3, height * scale, width * scale)


@pytest.mark.parametrize("scale", [2, 3, 4, 8])
def test_receptive_radius_is_exact(scale):
    """Moving one LR pixel changes SR up to the radius, somewhere at it, and nowhere beyond."""
    network = networks.create("edsr", scale=scale, blocks=2, channels=6).double()
    radius = network.receptive_radius
    assert radius is not None
    side = 2 * radius + 5
    lr = torch.rand(1, 3, side, side, dtype=torch.float64, requires_grad=True)
    middle = side // 2 * scale
    reached = torch.zeros(side, side)
    for offset in range(scale):
        (gradient,) = torch.autograd.grad(network(lr)[0, :, middle + offset, middle + offset].sum(), lr)
        reached += gradient[0].abs().sum(0)
    rows = reached.sum(1).nonzero().flatten() - side // 2
    assert max(rows.abs()) in (radius, radius - 1)


def test_colour_mean_is_frozen():
    network = networks.create("edsr-light")
    frozen = {name for name, parameter in network.named_parameters() if not parameter.requires_grad}
    assert frozen == {"sub_mean.weight", "sub_mean.bias", "add_mean.weight", "add_mean.bias"}


def test_config_rebuilds_the_network():
    network = networks.create("edsr-light", scale=3, channels=8)
    again = networks.create(network.name, **vars(network.config))
    assert {key: t.shape for key, t in network.state_dict().items()} == {
        k: t.shape for k, t in again.state_dict().items()
    }
    assert (again.scale, again.name, again.config) == (3, "edsr-light", network.config)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: networks.create("edsr-m"), "did you mean 'edsr-"),
        (lambda: networks.create("edsr-s", chanels=3), "did you mean 'channels'"),
        (lambda: networks.create("edsr-s", scale=5), "no scale 5"),
        (lambda: networks.create("edsr-s", blocks=0), "blocks of at least 1"),
    ],
)
def test_wrong_requests_say_what_is_right(call, words):
    with pytest.raises(RequestError, match=words):
        call()
