"""RCAN against the released network."""

import json

import numpy as np
import pytest
import torch

from acutance import networks
from acutance.errors import RequestError
from filling import fill

FROZEN = 24
SIZES = {2: 15_444_667, 3: 15_629_307, 4: 15_592_379}


@pytest.mark.parametrize(("file", "gain", "tolerance"), [("rcan_x4_gain05", 0.5, 1e-4), ("rcan_x4", 1.0, 5e-3)])
def test_output_equals_the_released_network(golden, file, gain, tolerance):
    reference = np.load(golden / "pcl" / f"sr_{file}.npz")
    network = fill.fill_(networks.create("rcan"), gain=gain).eval()
    with torch.inference_mode():
        sr = network(torch.from_numpy(reference["input"]) / 255)
    error = np.abs(sr.numpy() * 255 - reference["output"]).max() / reference["output"].std()
    assert error < tolerance


def test_keys_are_the_released_ones_in_order(golden):
    keys = json.loads((golden / "pcl" / "keys_rcan.json").read_text())
    with torch.device("meta"):
        state = networks.create("rcan").state_dict()
    assert [(key, list(tensor.shape)) for key, tensor in state.items()] == list(keys.items())


@pytest.mark.parametrize("scale", SIZES)
def test_size_is_the_released_one(scale):
    with torch.device("meta"):
        assert networks.create("rcan", scale=scale).size() == SIZES[scale] - FROZEN


@pytest.mark.parametrize(("scale", "height", "width"), [(2, 1, 1), (3, 1, 9), (4, 7, 5), (8, 3, 2)])
def test_any_size_becomes_scale_times_larger(scale, height, width):
    network = networks.create("rcan", scale=scale, groups=1, blocks=1, channels=4, reduction=2)
    assert network(torch.rand(2, 3, height, width)).shape == (2, 3, height * scale, width * scale)


def test_channels_are_weighed_by_the_whole_picture():
    network = fill.fill_(networks.create("rcan", scale=2, groups=1, blocks=1, channels=8, reduction=2))
    assert network.receptive_radius is None
    lr = torch.rand(1, 3, 5, 60, requires_grad=True)
    network(lr)[..., :2].sum().backward()
    assert lr.grad[..., -1].any()


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"scale": 5}, "RCAN has no scale 5; it has 1, 2, 3, 4, 8"),
        ({"groups": 0}, "RCAN needs groups of at least 1, not 0"),
        ({"reduction": 0}, "reduction of at least 1"),
        ({"channels": 8}, "RCAN cannot reduce 8 channels 16-fold"),
    ],
)
def test_impossible_config_is_said(config, words):
    with pytest.raises(RequestError, match=words):
        networks.create("rcan", **config)
