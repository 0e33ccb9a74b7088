"""Released RRDBNet, MSRResNet and SPSR: recognised by their keys, told apart, and given back bit by bit."""

import json

import pytest
import torch

from acutance import checkpoints, networks
from acutance.errors import RequestError
from acutance.exporting import export
from acutance.networks import ours, recognise
from filling import fill

SMALL = {"channels": 8, "growth": 4}
FILES = {
    "keys_rrdb_new": ("rrdb", 4, "official"),
    "keys_rrdb_mid": ("rrdb", 4, "official-mid"),
    "keys_rrdb_old": ("rrdb", 4, "official-old"),
    "keys_msrresnet": ("srresnet", 4, "official"),
    "keys_spsr": ("spsr", 4, "official"),
    "keys_spsr_x2": ("spsr", 2, "official"),
    "keys_spsr_x3": ("spsr", 3, "official"),
}


def released(golden, name):
    """A whole released file, with filled weights: SPSR's has one tensor under two names, and its fixed kernels."""
    keys = json.loads((golden / "spsr" / f"{name}.json").read_text())
    weights = {key: torch.from_numpy(fill.array_for(key, shape)) for key, shape in keys.items()}
    if name.startswith("keys_spsr"):
        last = 8 if "model.8.weight" in weights else 5
        for kind in ("weight", "bias"):
            weights[f"HR_conv0_new.0.{kind}"] = weights[f"model.{last}.{kind}"]
        across = torch.tensor([[0.0, 0, 0], [-1, 0, 1], [0, 0, 0]])
        weights["get_g_nopadding.weight_h"] = across[None, None]
        weights["get_g_nopadding.weight_v"] = across.T[None, None]
    return weights


def equal(one, other):
    return list(one) == list(other) and all(torch.equal(one[key], other[key]) for key in other)


@pytest.mark.parametrize("name", FILES)
def test_released_file_is_recognised_and_comes_back_bit_equal(golden, tmp_path, name):
    weights, (network, scale, layout) = released(golden, name), FILES[name]
    torch.save(weights, tmp_path / "released.pth")
    found = checkpoints.load(tmp_path / "released.pth", scale=scale)
    assert found.config == networks.create(network, scale=scale).config
    checkpoints.save(tmp_path / "ours.safetensors", found)
    export(checkpoints.load(tmp_path / "ours.safetensors"), tmp_path / "again.pth", layout=layout)
    again = torch.load(tmp_path / "again.pth", weights_only=True)
    assert equal(again.get("params", again), weights)


@pytest.mark.parametrize("wrapper", [None, "params", "params_ema"])
@pytest.mark.parametrize("naming", ["new", "mid", "old"])
@pytest.mark.parametrize("scale", [2, 3, 4, 8])
def test_rrdb_of_any_naming_scale_and_wrapper(tmp_path, scale, naming, wrapper):
    network = fill.fill_(networks.create("rrdb", scale=scale, blocks=2, **SMALL)).eval()
    weights = checkpoints.released(network, naming)
    weights = weights.get("params", weights)
    torch.save({wrapper: weights} if wrapper else weights, tmp_path / "released.pth")
    found = checkpoints.load(tmp_path / "released.pth", scale=scale)
    assert (found.name, found.config) == ("rrdb", network.config)
    lr = torch.rand(1, 3, 9, 7)
    with torch.inference_mode():
        assert torch.equal(found(lr), network(lr))


def test_average_goes_before_the_last_weights(tmp_path):
    """Released GAN files hold both; `params_ema` is what their authors show."""
    last, average = (networks.create("rrdb-light") for _ in range(2))
    torch.save({"params": last.state_dict(), "params_ema": average.state_dict()}, tmp_path / "both.pth")
    assert equal(checkpoints.load(tmp_path / "both.pth").state_dict(), average.state_dict())


def test_rrdb_that_takes_lr_apart_is_read_off_its_first_convolution(tmp_path):
    network = networks.create("rrdb", scale=2, blocks=1, unshuffle=2, **SMALL)
    torch.save({"params_ema": network.state_dict()}, tmp_path / "x2plus.pth")
    found = checkpoints.load(tmp_path / "x2plus.pth")
    assert (found.name, found.config) == ("rrdb", network.config)


def test_rrdb_that_does_not_enlarge_is_refused_in_words(tmp_path):
    weights = networks.create("rrdb", blocks=1, **SMALL).state_dict()
    torch.save({**weights, "conv_first.weight": torch.zeros(8, 48, 3, 3)}, tmp_path / "x1.pth")
    with pytest.raises(RequestError, match=r"x1\.pth holds an ESRGAN at scale 1, which restores"):
        checkpoints.load(tmp_path / "x1.pth")


@pytest.mark.parametrize("scale", [2, 3, 4, 8])
def test_srresnet_of_any_size(tmp_path, scale):
    network = networks.create("srresnet", scale=scale, blocks=3, channels=6)
    torch.save(network.state_dict(), tmp_path / "released.pth")
    found = checkpoints.load(tmp_path / "released.pth")
    assert (found.name, found.config) == ("srresnet", network.config)


@pytest.mark.parametrize(
    ("blocks", "taps"),
    [(1, None), (3, None), (4, None), (9, None), (20, None), (23, None), (4, (2, 4)), (6, (6,)), (24, (5, 10, 15, 20))],
)
def test_spsr_of_any_depth_and_width(tmp_path, blocks, taps):
    network = networks.create("spsr", scale=4, blocks=blocks, taps=taps, channels=4, growth=2)
    torch.save(checkpoints.released(network), tmp_path / "released.pth")
    found = checkpoints.load(tmp_path / "released.pth")
    assert (found.name, found.config) == ("spsr", network.config)


@pytest.mark.parametrize("name", ["rrdb-light", "spsr-light"])
def test_recognised_network_gets_its_own_name(tmp_path, name):
    network = networks.create(name)
    torch.save(checkpoints.released(network), tmp_path / "weights.pth")
    found = checkpoints.load(tmp_path / "weights.pth")
    assert (found.name, found.config) == (name, network.config)


@pytest.mark.parametrize("name", ["rrdb", "spsr"])
def test_x3_is_x2_unless_it_is_asked_for(tmp_path, name):
    """Nearest neighbours have no weights, so that nothing in the file says how far they enlarge."""
    network = networks.create(name, scale=3, blocks=1, **SMALL)
    torch.save(checkpoints.released(network), tmp_path / "x3.pth")
    assert checkpoints.load(tmp_path / "x3.pth").scale == 2
    assert checkpoints.load(tmp_path / "x3.pth", scale=3).scale == 3
    with pytest.raises(RequestError, match="scale 2, not 4"):
        checkpoints.load(tmp_path / "x3.pth", scale=4)


def test_second_name_of_a_convolution_gives_way_to_the_first(golden):
    weights = released(golden, "keys_spsr")
    weights["HR_conv0_new.0.weight"] = torch.zeros(64, 64, 3, 3)
    kept = ours(weights)
    assert torch.equal(kept["model.8.weight"], weights["model.8.weight"])
    assert weights.keys() - kept.keys() == {
        "HR_conv0_new.0.weight",
        "HR_conv0_new.0.bias",
        "get_g_nopadding.weight_h",
        "get_g_nopadding.weight_v",
    }


@pytest.mark.parametrize("dropped", ["f_HR_conv1.", "b_fea_conv.", "f_", "b_block_2.RDB1.conv3.0."])
def test_broken_spsr_is_never_taken_for_old_esrgan(tmp_path, dropped):
    weights = checkpoints.released(networks.create("spsr-light"))
    torch.save({key: each for key, each in weights.items() if not key.startswith(dropped)}, tmp_path / "cut.pth")
    with pytest.raises(RequestError, match=rf"does not fit spsr-light x\d: it lacks {dropped}"):
        checkpoints.load(tmp_path / "cut.pth")


def test_spsr_without_its_first_convolution_is_nobodys(tmp_path):
    weights = dict(checkpoints.released(networks.create("spsr-light")))
    del weights["model.0.weight"]
    torch.save(weights, tmp_path / "cut.pth")
    with pytest.raises(RequestError, match="no network that Acutance knows"):
        checkpoints.load(tmp_path / "cut.pth")


@pytest.mark.parametrize(
    ("name", "key", "words"),
    [
        ("rrdb-light", "conv_last.bias", "does not fit rrdb-light x4: it lacks conv_last.bias"),
        ("rrdb-light", "body.1.rdb2.conv3.weight", "does not fit rrdb-light x4: it lacks body.1.rdb2.conv3.weight"),
        ("srresnet", "body.3.conv2.bias", "does not fit srresnet x4: it lacks body.3.conv2.bias"),
    ],
)
def test_what_is_missing_is_named(tmp_path, name, key, words):
    weights = networks.create(name).state_dict()
    del weights[key]
    torch.save(weights, tmp_path / "cut.pth")
    with pytest.raises(RequestError, match=words):
        checkpoints.load(tmp_path / "cut.pth")


def test_grey_network_is_refused_in_words(tmp_path):
    weights = networks.create("rrdb-light").state_dict()
    grey = {"conv_first.weight": torch.zeros(32, 1, 3, 3)}
    torch.save({**weights, **grey}, tmp_path / "grey.pth")
    with pytest.raises(RequestError, match=r"grey\.pth holds an ESRGAN for grey pictures, while Acutance takes RGB"):
        checkpoints.load(tmp_path / "grey.pth")


def test_other_families_keep_their_names():
    for name in ("edsr-light", "rlfn", "swinir-light"):
        weights = networks.create(name).state_dict()
        assert ours(weights) is weights
        assert recognise(weights).name == name
