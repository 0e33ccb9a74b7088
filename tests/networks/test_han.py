"""HAN against the released network."""

import json

import numpy as np
import pytest
import torch

from acutance import networks
from acutance.errors import RequestError
from filling import fill

FROZEN = 24
SIZES = {2: 15_924_057, 3: 16_108_697, 4: 16_071_769}


@pytest.mark.parametrize(("file", "gain", "tolerance"), [("han_x4_gain05", 0.5, 1e-4), ("han_x4", 1.0, 5e-3)])
def test_output_equals_the_released_network(golden, file, gain, tolerance):
    reference = np.load(golden / "pcl" / f"sr_{file}.npz")
    network = fill.fill_(networks.create("han"), gain=gain).eval()
    with torch.inference_mode():
        sr = network(torch.from_numpy(reference["input"]) / 255)
    error = np.abs(sr.numpy() * 255 - reference["output"]).max() / reference["output"].std()
    assert error < tolerance


def test_keys_are_the_released_ones_in_order(golden):
    keys = json.loads((golden / "pcl" / "keys_han.json").read_text())
    with torch.device("meta"):
        state = networks.create("han").state_dict()
    assert [(key, list(tensor.shape)) for key, tensor in state.items()] == list(keys.items())


@pytest.mark.parametrize("scale", SIZES)
def test_size_is_the_released_one(scale):
    with torch.device("meta"):
        assert networks.create("han", scale=scale).size() == SIZES[scale] - FROZEN


@pytest.mark.parametrize(("scale", "height", "width"), [(2, 1, 1), (3, 1, 9), (4, 7, 5), (8, 3, 2)])
def test_any_size_becomes_scale_times_larger(scale, height, width):
    network = networks.create("han", scale=scale, groups=2, blocks=1, channels=4, reduction=2)
    assert network(torch.rand(2, 3, height, width)).shape == (2, 3, height * scale, width * scale)


def test_layers_are_told_apart_by_their_age():
    """The newest comes first: moving the last group's part of `last_conv` is not moving the first group's."""
    network = fill.fill_(networks.create("han", scale=2, groups=2, blocks=1, channels=4, reduction=2)).eval()
    seen = []
    network.la.register_forward_pre_hook(lambda _, layers: seen.append(layers[0]))
    with torch.inference_mode():
        lr = torch.rand(1, 3, 6, 6)
        network(lr)
        oldest = network.body[0](network.head(network.sub_mean(lr * 255)))
        newest = network.body[2](network.body[1](oldest))
    assert torch.equal(seen[0][:, -1], oldest)
    assert torch.equal(seen[0][:, 0], newest)


@pytest.mark.parametrize(("config", "words"), [({"scale": 1}, "HAN has no scale 1"), ({"blocks": 0}, "needs blocks")])
def test_impossible_config_is_said(config, words):
    with pytest.raises(RequestError, match=words):
        networks.create("han", **config)
