"""MSRResNet against the released network."""

import json

import numpy as np
import pytest
import torch

from acutance import networks
from acutance.errors import RequestError
from acutance.ops import tiled
from filling import fill
from reaching import reached

SIZES = {2: 1_369_859, 3: 1_554_499, 4: 1_517_571}


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_output_equals_the_released_network(golden, scale):
    reference = np.load(golden / "spsr" / f"msrresnet_x{scale}.npz")
    network = fill.fill_(networks.create("srresnet", scale=scale)).eval()
    with torch.inference_mode():
        sr = network(torch.from_numpy(reference["input"]))
    np.testing.assert_allclose(sr.numpy(), reference["output"], rtol=1e-4, atol=2e-4)
    assert network.size() == SIZES[scale]


def test_keys_are_the_released_ones_in_order(golden):
    keys = json.loads((golden / "spsr" / "keys_msrresnet.json").read_text())
    state = networks.create("srresnet").state_dict()
    assert [(key, list(tensor.shape)) for key, tensor in state.items()] == list(keys.items())


@pytest.mark.parametrize("scale", [2, 3, 4, 8])
def test_receptive_radius_is_exact(scale):
    network = fill.fill_(networks.create("srresnet", scale=scale, blocks=2, channels=6)).double()
    assert reached(network) == network.receptive_radius


def test_whole_network_joins_without_a_seam():
    network, lr = fill.fill_(networks.create("srresnet", scale=2)).eval(), torch.rand(1, 3, 20, 110)
    with torch.inference_mode():
        whole = network(lr)
        parts = tiled(network, lr, scale=2, tile=30, overlap=network.receptive_radius)
    assert torch.allclose(whole, parts, atol=1e-4 * whole.abs().max().item())


def test_fresh_network_is_nearly_bilinear():
    """All convolutions start a tenth as large as Kaiming's."""
    torch.manual_seed(0)
    network, lr = networks.create("srresnet"), torch.rand(1, 3, 9, 9)
    bilinear = torch.nn.functional.interpolate(lr, scale_factor=4, mode="bilinear")
    assert (network(lr) - bilinear).abs().max() < 0.01


@pytest.mark.parametrize(
    ("config", "words"),
    [({"scale": 5}, "SRResNet has no scale 5"), ({"blocks": 0}, "SRResNet needs blocks of at least 1, not 0")],
)
def test_impossible_config_is_said(config, words):
    with pytest.raises(RequestError, match=words):
        networks.create("srresnet", **config)
