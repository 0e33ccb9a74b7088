"""RRDBNet against the released one in each of its namings, and what nearest neighbours and dense blocks promise."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from acutance import checkpoints, networks
from acutance.errors import RequestError
from acutance.networks import RRDBNet
from acutance.networks.dense import DenseBlock
from filling import fill
from reaching import reached


@pytest.mark.parametrize("naming", ["new", "mid", "old"])
def test_output_equals_the_released_network(golden, tmp_path, naming):
    """The reference was filled by the names of each naming, so that all three have other weights."""
    keys = json.loads((golden / "spsr" / f"keys_rrdb_{naming}.json").read_text())
    torch.save({key: torch.from_numpy(fill.array_for(key, shape)) for key, shape in keys.items()}, tmp_path / "x.pth")
    reference = np.load(golden / "spsr" / "rrdb_x4.npz")
    network = checkpoints.load(tmp_path / "x.pth")
    with torch.inference_mode():
        sr = network(torch.from_numpy(reference["input"]))
    np.testing.assert_allclose(sr.numpy(), reference[f"output_{naming}_keys"], rtol=1e-4, atol=2e-4)
    assert network.size() == 16_697_987


def test_keys_are_the_released_ones_in_order(golden):
    keys = json.loads((golden / "spsr" / "keys_rrdb_new.json").read_text())
    state = RRDBNet().state_dict()
    assert [(key, list(tensor.shape)) for key, tensor in state.items()] == list(keys.items())


@settings(max_examples=15)
@given(st.sampled_from([(2, 1), (3, 1), (4, 1), (8, 1), (2, 2)]), st.integers(1, 15), st.integers(1, 15))
def test_any_size_becomes_scale_times_larger(kind, height, width):
    scale, unshuffle = kind
    network = networks.create("rrdb", scale=scale, unshuffle=unshuffle, blocks=1, channels=4, growth=2)
    assert network(torch.rand(2, 3, height, width)).shape == (2, 3, height * scale, width * scale)


@pytest.mark.parametrize("scale", [2, 3, 4, 8])
def test_receptive_radius_is_exact(scale):
    network = fill.fill_(networks.create("rrdb", scale=scale, blocks=1, channels=6, growth=3)).double()
    assert reached(network) == network.receptive_radius


def test_network_that_takes_lr_apart_sees_an_odd_window_differently():
    network = fill.fill_(networks.create("rrdb", scale=2, unshuffle=2, blocks=1, channels=6, growth=3))
    assert network.receptive_radius is None
    lr = torch.rand(1, 3, 90, 90)
    with torch.inference_mode():
        whole, odd, even = network(lr), network(lr[..., 1:]), network(lr[..., 2:])
    middle = slice(80, 100)
    assert torch.allclose(whole[..., middle, 80:100], even[..., middle, 76:96], atol=1e-5)
    assert not torch.allclose(whole[..., middle, 80:100], odd[..., middle, 78:98], atol=1e-2)


def test_dense_block_sees_the_oldest_first():
    """The weight of the first convolution's feature comes after those of x, and a tenth of the residual is 0.2."""
    block = fill.fill_(DenseBlock(2, 1)).double()
    x = torch.rand(1, 2, 5, 5, dtype=torch.float64)
    block.conv5.weight.data.zero_()
    block.conv5.weight.data[0, 2, 1, 1] = 1
    block.conv5.bias.data.zero_()
    first = torch.nn.functional.leaky_relu(block.conv1(x), 0.2)
    assert torch.allclose(block(x)[:, :1] - x[:, :1], 0.2 * first)
    assert torch.equal(block(x)[:, 1:], x[:, 1:])


def test_trunk_starts_a_tenth_as_large_and_the_rest_as_pytorch_does():
    network = networks.create("rrdb-light")
    weight = network.get_parameter("body.0.rdb1.conv2.weight")
    assert weight.std().item() == pytest.approx(0.1 * (2 / (48 * 9)) ** 0.5, rel=0.05)
    assert not network.get_parameter("body.0.rdb1.conv2.bias").any()
    assert network.get_parameter("conv_hr.weight").std().item() == pytest.approx((1 / (3 * 32 * 9)) ** 0.5, rel=0.05)
    assert network.get_parameter("conv_hr.bias").any()


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"scale": 5}, "RRDBNet has no scale 5; it has 2, 3, 4, 8"),
        ({"growth": 0}, "RRDBNet needs growth of at least 1, not 0"),
        ({"unshuffle": 2}, "no unshuffle of 2 at scale 4; it is 1, or 2 at scale 2"),
        ({"scale": 2, "unshuffle": 4}, "no unshuffle of 4 at scale 2"),
    ],
)
def test_impossible_config_is_said(config, words):
    with pytest.raises(RequestError, match=words):
        networks.create("rrdb", **config)
