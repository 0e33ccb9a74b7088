"""SwinIR against the released network, with weights made from their key names (golden/others/README.md)."""

import json
from math import prod
from zlib import crc32

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from acutance import checkpoints, networks
from acutance.errors import RequestError
from acutance.networks.swinir import reflected
from acutance.networks.windows import APART, cut, joined, shift_mask

CONSTANT = ("relative_position_index", "attn_mask")
TINY = {"groups": 1, "blocks": 2, "channels": 12}


def value(key, shape):
    noise = np.random.Generator(np.random.PCG64(crc32(key.encode()))).standard_normal(shape).astype(np.float32)
    if key.split(".")[-2].startswith("norm") and key.endswith("weight"):
        return 1 + 0.1 * noise
    if key.endswith("bias_table") or len(shape) == 1:
        return 0.02 * noise
    return noise / np.sqrt(prod(shape[1:]))


def filled(network):
    state = network.state_dict()
    weights = {k: torch.from_numpy(np.float32(value(k, t.shape))) for k, t in state.items() if not k.endswith(CONSTANT)}
    network.load_state_dict({**state, **weights})
    return network.eval()


@pytest.mark.parametrize(
    ("name", "file", "scale", "size"),
    [
        ("swinir", "classical_x2", 2, 11_752_487),
        ("swinir", "classical_x4", 4, 11_900_199),
        ("swinir-light", "light_x4", 4, 929_628),
    ],
)
def test_output_equals_the_released_network(golden, name, file, scale, size):
    reference = np.load(golden / "others" / f"swinir_{file}.npz")
    network = filled(networks.create(name, scale=scale))
    with torch.inference_mode():
        sr = network(torch.from_numpy(reference["input"]))
    assert np.abs(sr.numpy() - reference["output"]).max() / reference["output"].std() < 1e-4
    assert network.size() == size


@pytest.mark.parametrize(("name", "file"), [("swinir", "classical"), ("swinir-light", "light")])
def test_keys_are_the_released_ones_in_order(golden, name, file):
    keys = json.loads((golden / "others" / f"keys_swinir_{file}_x4.json").read_text())
    state = networks.create(name, scale=4).state_dict()
    assert [(key, list(tensor.shape)) for key, tensor in state.items()] == list(keys.items())


@pytest.mark.parametrize("wrapper", [None, "params", "params_ema"])
@pytest.mark.parametrize("name", ["swinir", "swinir-light"])
@pytest.mark.parametrize("scale", [2, 3, 4, 8])
def test_released_weights_are_recognised_by_their_keys(tmp_path, name, scale, wrapper):
    released = networks.create(name, scale=scale, groups=2, blocks=3, channels=12, heads=3, patch=64).eval()
    state = released.state_dict()
    torch.save({wrapper: state} if wrapper else state, tmp_path / "released.pth")
    found = checkpoints.load(tmp_path / "released.pth")
    assert (found.name, found.config) == (name, released.config)
    lr = torch.rand(1, 3, 11, 5)
    assert torch.equal(found(lr), released(lr))


@pytest.mark.parametrize("name", ["swinir", "swinir-light"])
def test_whole_released_network_gets_the_config_of_its_name(tmp_path, name):
    network = networks.create(name, scale=3)
    torch.save({"params": network.state_dict()}, tmp_path / "released.pth")
    assert checkpoints.load(tmp_path / "released.pth").config == network.config


@settings(max_examples=12, deadline=None)
@given(st.sampled_from([2, 3, 4, 8]), st.booleans(), st.integers(1, 19), st.integers(1, 19))
def test_any_size_becomes_scale_times_larger(scale, one_step, height, width):
    network = networks.create("swinir", scale=scale, one_step=one_step, **TINY)
    assert network(torch.rand(2, 3, height, width)).shape == (2, 3, height * scale, width * scale)


@given(st.integers(1, 30), st.integers(1, 30))
def test_reflection_is_torch_s_where_that_is_defined_and_goes_on_where_not(height, width):
    image = torch.rand(1, 2, height, width)
    padded = reflected(image, 8)
    assert padded.shape[-2:] == (-(-height // 8) * 8, -(-width // 8) * 8)
    while (rest := (padded.shape[-2] - image.shape[-2], padded.shape[-1] - image.shape[-1])) != (0, 0):
        step = [min(more, length - 1) for more, length in zip(rest, image.shape[-2:], strict=True)]
        if step == [0, 0]:
            break
        image = functional.pad(image, (0, step[1], 0, step[0]), mode="reflect")
    assert torch.equal(padded, image.expand_as(padded))


@given(st.integers(1, 4), st.integers(1, 4), st.sampled_from([2, 4, 8]))
def test_windows_are_the_picture_s_blocks_and_join_to_it(rows, columns, size):
    x = torch.rand(2, rows * size, columns * size, 3)
    windows = cut(x, size)
    assert torch.equal(windows[columns - 1].view(size, size, 3), x[0, :size, -size:])
    assert torch.equal(joined(windows, rows * size, columns * size, size), x)


@pytest.mark.parametrize("height", [8, 16])
def test_mask_parts_what_only_the_wrapping_brought_together(height):
    """Positions of one shifted window see each other where they are as far apart in the picture as in the window."""
    width, size = 16, 8
    places = torch.stack(torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij"), dim=-1).float()
    windows = cut(places.roll((-size // 2, -size // 2), (0, 1))[None], size)
    apart, plain = (each[:, :, None] - each[:, None] for each in (windows, cut(places[None, :size, :size], size)))
    assert torch.equal(shift_mask(height, width, size), torch.where((apart == plain).all(dim=-1), 0.0, APART))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"scale": 5}, "no scale 5"),
        ({"heads": 7}, "180 channels among 7 heads"),
        ({"window": 7}, "patches of 48 into windows of 7"),
        ({"blocks": 0}, "blocks of at least 1"),
    ],
)
def test_wrong_requests_say_what_is_right(wrong, words):
    with pytest.raises(RequestError, match=words):
        networks.create("swinir", **wrong)
