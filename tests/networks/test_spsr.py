"""SPSR's generator against the released one, down to what it makes on the way; and its taps."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from acutance import networks
from acutance.cli.main import main
from acutance.errors import RequestError
from acutance.networks import SPSR, SPSRConfig
from acutance.networks.spsr import evenly
from acutance.ops import gradient_map, tiled
from filling import fill
from reaching import reached

SMALL = {"channels": 6, "growth": 3}
STATIONS = {
    "fea_conv": "model.0",
    "rrdb_5": "model.1.sub.4",
    "rrdb_10": "model.1.sub.9",
    "rrdb_15": "model.1.sub.14",
    "rrdb_20": "model.1.sub.19",
    "sr_feature_HR_conv1_new": "HR_conv1_new",
    "b_fea_conv": "b_fea_conv",
    "b_concat_1": "b_concat_1",
    "b_concat_4": "b_concat_4",
    "b_module": "b_module",
    "f_concat": "f_concat",
}
"""Name in the reference -> the module whose output it is."""


@pytest.mark.parametrize(("scale", "size"), [(2, 24_722_374), (3, 24_722_374), (4, 24_796_230)])
def test_output_equals_the_released_network(golden, scale, size):
    reference = np.load(golden / "spsr" / f"spsr_x{scale}.npz")
    network = fill.fill_(networks.create("spsr", scale=scale)).eval()
    lr = torch.from_numpy(reference["input"])
    made = {}
    for name, place in STATIONS.items():
        network.get_submodule(place).register_forward_hook(lambda *io, name=name: made.__setitem__(name, io[2].clone()))
    with torch.inference_mode():
        prediction = network.predict(lr)
    np.testing.assert_allclose(prediction.sr.numpy(), reference["sr"], rtol=1e-4, atol=2e-4)
    np.testing.assert_allclose(prediction.side["gradient"].numpy(), reference["branch"], rtol=1e-4, atol=2e-4)
    np.testing.assert_allclose(gradient_map(lr, "zeros").numpy(), reference["grad_lr"], rtol=1e-4, atol=1e-6)
    stored = {key.removeprefix("stats_") for key in reference.files if key.startswith("stats_")}
    assert stored == (STATIONS.keys() if scale == 4 else set())
    for name in stored:
        values = made[name].double()
        stats = [values.mean(), values.std(correction=0), values.abs().max()]
        np.testing.assert_allclose(stats, reference[f"stats_{name}"], rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(values.flatten()[:8], reference[f"first8_{name}"], rtol=1e-4, atol=2e-4)
    assert network.size() == size


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_keys_are_the_released_ones_in_order_without_the_second_name(golden, scale):
    keys = json.loads((golden / "spsr" / f"keys_spsr{'' if scale == 4 else f'_x{scale}'}.json").read_text())
    own = {key: shape for key, shape in keys.items() if not key.startswith(("HR_conv0_new.", "get_g_nopadding."))}
    state = networks.create("spsr", scale=scale).state_dict()
    assert [(key, list(tensor.shape)) for key, tensor in state.items()] == list(own.items())


@pytest.mark.parametrize(
    ("blocks", "taps"),
    [
        (23, (5, 10, 15, 20)),
        (20, (5, 10, 15, 20)),
        (16, (4, 8, 12, 16)),
        (8, (2, 4, 6, 8)),
        (4, (1, 2, 3, 4)),
        (2, (1, 2)),
        (1, (1,)),
    ],
)
def test_taps_scale_with_depth(blocks, taps):
    assert SPSRConfig(blocks=blocks).tapped == taps


@given(st.integers(1, 60), st.integers(1, 60))
def test_taps_are_even_rising_and_within_the_trunk(blocks, taps):
    count = min(blocks, taps)
    found = evenly(blocks, count)
    assert len(found) == count
    assert len({after - before for before, after in zip((0, *found), found, strict=False)}) == 1
    assert found[-1] <= blocks < found[-1] + count


def test_branch_looks_at_the_tapped_blocks_and_no_others():
    """Noise behind a block that is not tapped, and behind the last tap, leaves the gradient map alone."""
    network = fill.fill_(networks.create("spsr", blocks=5, taps=[2, 4], **SMALL)).eval()
    lr = torch.rand(1, 3, 8, 8)
    assert network.config.taps == (2, 4)
    with torch.inference_mode():
        before = network.predict(lr)
        for weight in network.model[1].sub[4].parameters():
            weight.add_(1)
        behind = network.predict(lr)
        assert torch.equal(behind.side["gradient"], before.side["gradient"])
        assert not torch.equal(behind.sr, before.sr)
        for weight in network.model[1].sub[3].parameters():
            weight.add_(1)
        assert not torch.equal(network.predict(lr).side["gradient"], before.side["gradient"])


def test_branch_starts_from_the_gradient_map_alone():
    """Without the trunk, LR of one colour is to the branch but the frame that zeros draw round it."""
    network = fill.fill_(networks.create("spsr", scale=2, blocks=1, **SMALL)).eval()
    network.b_block_1.register_forward_pre_hook(lambda _, x: (torch.cat([x[0][:, :6], 0 * x[0][:, 6:]], 1),))
    side = network.receptive_radius * 2 + 9
    with torch.inference_mode():
        dark, light = (network.predict(torch.full((1, 3, side, side), each)).side["gradient"] for each in (0.2, 0.9))
    difference = (dark - light).abs().amax(1)[0]
    assert difference[side, side] < 1e-6
    assert difference[0].max() > 1e-2


@pytest.mark.parametrize("taps", [None, (3,), (1,)])
@pytest.mark.parametrize("scale", [2, 3, 4, 8])
def test_receptive_radius_is_exact(scale, taps):
    """Through the trunk, or where the taps are late, through the gradient branch."""
    network = fill.fill_(networks.create("spsr", scale=scale, blocks=3, taps=taps, **SMALL)).double()
    assert reached(network) == network.receptive_radius


def test_released_network_joins_without_a_seam():
    """The tiles that upscaling cuts, at the released depth: the trunk reaches 353 pixels far."""
    network = fill.fill_(networks.create("spsr", channels=4, growth=2)).eval()
    radius, lr = network.receptive_radius, torch.rand(1, 3, 4, 2 * 353 + 40)
    assert radius == 353
    with torch.inference_mode():
        whole = network(lr)
        assert torch.allclose(whole, tiled(network, lr, scale=4, tile=400, overlap=radius), atol=1e-4)


def test_it_starts_small():
    network = networks.create("spsr-light")
    for name in ("model.0", "b_concat_2.0", "f_HR_conv1.0", "HR_conv1_new.0"):
        weight, bias = (network.get_parameter(f"{name}.{kind}") for kind in ("weight", "bias"))
        assert weight.std().item() == pytest.approx(0.1 * (2 / weight[0].numel()) ** 0.5, rel=0.1)
        assert not bias.any()


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"scale": 5}, "SPSR has no scale 5; it has 2, 3, 4, 8"),
        ({"blocks": 0}, "SPSR needs blocks of at least 1, not 0"),
        ({"taps": (5, 24)}, r"its taps after blocks from 1 to 23, rising, not \(5, 24\)"),
        ({"taps": (0, 5)}, r"not \(0, 5\)"),
        ({"taps": (5, 5)}, r"not \(5, 5\)"),
        ({"taps": (9, 5)}, r"not \(9, 5\)"),
        ({"taps": ()}, r"not \(\)"),
    ],
)
def test_impossible_config_is_said(config, words):
    with pytest.raises(RequestError, match=words):
        networks.create("spsr", **config)


def test_config_rebuilds_the_network():
    network = SPSR(SPSRConfig(scale=2, blocks=6, taps=(2, 6), **SMALL))
    again = networks.create(network.name, **vars(network.config))
    shapes = [{key: tensor.shape for key, tensor in each.state_dict().items()} for each in (network, again)]
    assert shapes[0] == shapes[1]
    assert again.config == network.config


@pytest.mark.slow
def test_models_lists_the_networks_of_the_paper(tmp_path, capsys):
    assert main(["models", "--json", str(tmp_path / "models.json")]) == 0
    listed = {each["name"]: each for each in json.loads((tmp_path / "models.json").read_text())["networks"]}
    sizes = {name: listed[name]["parameters"] for name in ("srresnet", "rrdb", "spsr")}
    assert sizes == {"srresnet": 1_517_571, "rrdb": 16_697_987, "spsr": 24_796_230}
    assert all(listed[name]["scales"] == [2, 3, 4, 8] and listed[name]["exact_tiles"] for name in sizes)
    # Of a convolution 3x3 there is one multiply-add for each weight and pixel: RRDBNet's trunk at 1/16 of SR's.
    trunk = 23 * 719_424 + 36_928 + 1_792 - 64 * (1 + 1) - 23 * 3 * (4 * 32 + 64)
    tail = (36_864 / 4) + 36_864 + 36_864 + 1_728
    assert listed["rrdb"]["multiply_adds_per_sr_pixel"] == pytest.approx(trunk / 16 + tail, rel=1e-6)
    rows = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.endswith("Ma et al., 2021")]
    assert rows[:2] == ["spsr", "spsr-light"]
    assert all(row.endswith("-guided") for row in rows[2:])
