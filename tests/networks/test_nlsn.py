"""NLSN against the released network, and what its random rotations must not do."""

import json

import numpy as np
import pytest
import torch

from acutance import networks
from acutance.errors import RequestError
from acutance.networks.sparse_attention import SparseAttention
from filling import fill

FROZEN = 24
SIZES = {2: 41_796_187, 3: 44_746_587, 4: 44_156_507}


def small(scale=2, **config):
    config = {"blocks": 4, "every": 2, "channels": 8, "reduction": 2, **config}
    return fill.fill_(networks.create("nlsn", scale=scale, **config)).eval()


def attentions(network):
    return [module for module in network.modules() if isinstance(module, SparseAttention)]


def test_output_equals_the_released_network(golden):
    reference = np.load(golden / "pcl" / "sr_nlsn_x4.npz")
    network = fill.fill_(networks.create("nlsn")).eval()
    for index, attention in enumerate(attentions(network)):
        rotations = torch.from_numpy(reference[f"rotations_{index}"])[0]
        attention.register_forward_pre_hook(lambda _, args, rotations=rotations: (*args, rotations))
    with torch.inference_mode():
        sr = network(torch.from_numpy(reference["input"]))
    error = np.abs(sr.numpy() - reference["output"]).max() / reference["output"].std()
    assert error < 1e-4


def test_keys_are_the_released_ones_in_order(golden):
    keys = json.loads((golden / "pcl" / "keys_nlsn.json").read_text())
    with torch.device("meta"):
        state = networks.create("nlsn").state_dict()
    assert [(key, list(tensor.shape)) for key, tensor in state.items()] == list(keys.items())


@pytest.mark.parametrize("scale", SIZES)
def test_size_is_the_released_one(scale):
    with torch.device("meta"):
        assert networks.create("nlsn", scale=scale).size() == SIZES[scale] - FROZEN


@pytest.mark.parametrize(
    ("scale", "height", "width"), [(2, 1, 1), (3, 1, 9), (4, 11, 13), (2, 3, 100), (8, 12, 12), (2, 17, 23)]
)
def test_any_size_becomes_scale_times_larger(scale, height, width):
    sr = small(scale)(torch.rand(2, 3, height, width))
    assert sr.shape == (2, 3, height * scale, width * scale)
    assert sr.isfinite().all()


def test_small_picture_is_continued_by_its_border():
    network, lr = small(), torch.rand(1, 3, 5, 7)
    continued = torch.nn.functional.pad(lr, (0, 5, 0, 7), mode="replicate")
    with torch.inference_mode():
        assert torch.equal(network(lr), network(continued)[..., :10, :14])


def test_evaluation_is_repeatable_by_its_seed():
    lr = torch.rand(1, 3, 24, 24)
    with torch.inference_mode():
        network = small(rotation_seed=7)
        assert torch.equal(network(lr), network(lr))
        assert torch.equal(network(lr), small(rotation_seed=7)(lr))
        assert not torch.equal(network(lr), small(rotation_seed=8)(lr))
        released = small(rotation_seed=None)
        assert not torch.equal(released(lr), released(lr))


def test_each_attention_has_rotations_of_its_own():
    first, second, third = (attention.fixed for attention in attentions(small()))
    assert first is not None and second is not None and third is not None  # noqa: PT018
    assert not torch.equal(first, second)
    assert not torch.equal(second, third)


@pytest.mark.parametrize(("config", "words"), [({"scale": 6}, "NLSN has no scale 6"), ({"every": 0}, "needs every")])
def test_impossible_config_is_said(config, words):
    with pytest.raises(RequestError, match=words):
        networks.create("nlsn", **config)
