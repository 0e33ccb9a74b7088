"""RLFN against the released network with its released weights."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from acutance import checkpoints, networks
from acutance.cli.main import main
from acutance.errors import RequestError
from acutance.ops import tiled


@pytest.mark.parametrize(("scale", "size"), [(2, 526_856), (4, 543_740)])
def test_output_equals_the_released_network(golden, shared_data, scale, size):
    reference = np.load(golden / "others" / f"rlfn_x{scale}_released.npz")
    network = checkpoints.load(shared_data / "weights" / f"rlfn_x{scale}.pth")
    assert (network.name, network.scale, network.size()) == ("rlfn", scale, size)
    assert network.config == networks.create("rlfn", scale=scale).config
    with torch.inference_mode():
        sr = network(torch.from_numpy(reference["input"]) / 255)
    error = np.abs(sr.numpy() * 255 - reference["output"]).max() / reference["output"].std()
    assert error < 1e-4


def test_keys_are_the_released_ones_in_order(golden):
    keys = json.loads((golden / "others" / "keys_rlfn_x4.json").read_text())
    state = networks.create("rlfn", scale=4).state_dict()
    assert [(key, list(tensor.shape)) for key, tensor in state.items()] == list(keys.items())


def test_released_weights_reach_their_score_by_file_name_alone(shared_data, tmp_path):
    weights, scores = shared_data / "weights" / "rlfn_x4.pth", tmp_path / "scores.json"
    options = ["--sets", "Set5", "--protocol", "spsr", "--json", str(scores)]
    assert main(["evaluate", str(weights), "--data", str(shared_data), *options]) == 0
    assert json.loads(scores.read_text())["sets"]["Set5"]["psnr"] == pytest.approx(32.22, abs=0.03)


@settings(max_examples=12, deadline=None)
@given(st.sampled_from([2, 3, 4, 8]), st.integers(1, 25), st.integers(1, 25))
def test_any_size_becomes_scale_times_larger(scale, height, width):
    network = networks.create("rlfn", scale=scale, blocks=1, channels=4, attention_channels=2)
    assert network(torch.rand(2, 3, height, width)).shape == (2, 3, height * scale, width * scale)


def test_small_picture_is_the_corner_of_one_padded_by_its_last_row_and_column():
    network = networks.create("rlfn", scale=2, blocks=2, channels=4).eval()
    lr = torch.rand(1, 3, 9, 20)
    padded = torch.cat([lr, lr[:, :, -1:].expand(-1, -1, 6, -1)], dim=2)
    with torch.inference_mode():
        assert torch.equal(network(lr), network(padded)[:, :, :18])


def test_no_overlap_makes_tiles_exact():
    """The attention's pooled grid follows the tile: this is why the radius is None and tiles are blended."""
    network = networks.create("rlfn", scale=2, blocks=1, channels=6).eval()
    lr = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        assert not torch.allclose(tiled(network, lr, scale=2, tile=32, overlap=31), network(lr), atol=1e-6)
    assert network.receptive_radius is None


@pytest.mark.parametrize(("wrong", "words"), [({"scale": 5}, "no scale 5"), ({"attention_channels": 0}, "at least 1")])
def test_wrong_requests_say_what_is_right(wrong, words):
    with pytest.raises(RequestError, match=words):
        networks.create("rlfn", **wrong)
