"""The network in whatever training put round it: wrappers, prefixes, averages, and what is kept beside it."""

import argparse
import pathlib
from collections import OrderedDict, defaultdict

import numpy as np
import pytest
import torch

from acutance import checkpoints, networks
from acutance.errors import RequestError
from filling import fill

NETWORK = fill.fill_(networks.create("edsr-light", scale=2)).eval()
MEANT = dict(NETWORK.state_dict())
OTHER = {key: tensor + 1 for key, tensor in MEANT.items()}
"""A network of the same design that must not be taken."""
CRITIC = {
    "features.0.weight": torch.rand(8, 3, 3, 3),
    "features.0.bias": torch.rand(8),
    "classifier.weight": torch.rand(1, 8),
}
OPTIMIZER = {
    "state": {0: {"step": torch.tensor(3.0), "exp_avg": torch.rand(8, 3, 3, 3)}},
    "param_groups": [{"lr": 1e-4}],
}


def behind(prefix, weights=MEANT):
    return {prefix + key: tensor for key, tensor in weights.items()}


LIGHTNING = {
    "epoch": 3,
    "pytorch-lightning_version": "2.4.0",
    "state_dict": {**behind("model."), **behind("loss.vgg.", CRITIC), "psnr.total": torch.zeros(1)},
    "optimizer_states": [OPTIMIZER],
    "callbacks": {"ModelCheckpoint": {"best_model_score": torch.tensor(31.0), "best_model_path": "x"}},
    "hyper_parameters": {
        "namespace": argparse.Namespace(channels=32),
        "path": pathlib.PurePosixPath("data"),
        "defaults": defaultdict(list, {"a": [1]}),
        "learning_rate": np.float32(1e-4),
    },
}
WRAPPED = {
    "torch.compile": behind("_orig_mod."),
    "compiled within DataParallel": behind("module._orig_mod."),
    "one layer compiled": {key.replace("body.", "body._orig_mod.", 1): tensor for key, tensor in MEANT.items()},
    "Lightning": LIGHTNING,
    "Lightning, compiled": {"state_dict": behind("model._orig_mod.")},
    "model_state_dict": {"model_state_dict": MEANT, "optimizer_state_dict": OPTIMIZER, "loss": np.float64(0.3)},
    "numbers of NumPy": {
        "net": behind("module."),
        "epoch": np.int64(3),
        "best": np.float64(31),
        "curve": np.arange(3.0),
    },
    "among them": {**MEANT, "epoch": np.int64(3), "name": "x", "step": torch.tensor(7)},
    "generator and discriminator": {"generator": MEANT, "discriminator": OTHER},
    "netG and netD": {**behind("netG."), **behind("netD.", OTHER)},
    "gen and dis": {"gen": MEANT, "dis": CRITIC},
    "params": {"params": MEANT},
    "params_ema": {"params": OTHER, "params_ema": MEANT},
    "params-ema": {"params-ema": MEANT, "params": OTHER},
    "g_ema": {"g": OTHER, "d": CRITIC, "g_ema": MEANT, "g_optim": OPTIMIZER},
    "state_dict_ema": {"state_dict": OTHER, "state_dict_ema": MEANT, "arch": "edsr"},
    "model and ema": {"model": OTHER, "ema": MEANT, "ema_decay": torch.tensor(0.999)},
    "ema and its network": {**behind("online_model.", OTHER), **behind("ema_model."), "initted": torch.tensor([True])},
    "ema beside bare keys": {**OTHER, **behind("ema.")},
    "averaged model": {"n_averaged": torch.tensor(9), **behind("module.")},
    "an ordered dict of parameters": OrderedDict((key, torch.nn.Parameter(tensor)) for key, tensor in MEANT.items()),
    "one in another": {"checkpoint": {"model": {"params": behind("module.net_g.")}}},
    "a name of one's own": behind("my_upscaler."),
    "beside a loss": {**behind("my_upscaler."), **behind("vgg.", CRITIC)},
    "student of a teacher": {"student": MEANT, "teacher": OTHER},
}


@pytest.mark.parametrize("name", WRAPPED)
def test_the_network_that_is_meant_is_read(tmp_path, name):
    torch.save(WRAPPED[name], tmp_path / "wrapped.pth")
    found = checkpoints.load(tmp_path / "wrapped.pth")
    assert found.config == NETWORK.config
    assert all(torch.equal(tensor, MEANT[key]) for key, tensor in found.state_dict().items())


@pytest.mark.parametrize("name", ["params_ema", "netG and netD", "Lightning"])
def test_it_starts_a_network_too(tmp_path, name):
    torch.save(WRAPPED[name], tmp_path / "wrapped.pth")
    network = networks.create("edsr-light", scale=2)
    assert checkpoints.start(network, tmp_path / "wrapped.pth").fresh == 0
    assert all(torch.equal(tensor, MEANT[key]) for key, tensor in network.state_dict().items())


SEVERAL = {
    "two of a kind": ({"a": MEANT, "b": OTHER}, "several networks, a and b"),
    "two behind prefixes": ({**behind("net_a."), **behind("net_b.", OTHER)}, "several networks, net_a and net_b"),
    "another behind it": ({"generator": MEANT, "refiner": {"x.weight": torch.rand(3, 3)}}, "generator and refiner"),
    "a part outside": ({**behind("generator."), "mean": torch.rand(3)}, "its first keys are generator"),
    "only a discriminator": ({"netD": OTHER}, "holds netD, no network that makes pictures"),
    "only a critic": ({"state_dict": {**CRITIC, "classifier.0.weight": torch.rand(1, 8)}}, "classifies pictures"),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_where_it_is_open_which_is_meant_nothing_is_read(tmp_path, name):
    content, words = SEVERAL[name]
    torch.save(content, tmp_path / "several.pth")
    with pytest.raises(RequestError, match=words):
        checkpoints.load(tmp_path / "several.pth")


def test_old_esrgan_keeps_the_prefix_that_is_its_own(tmp_path):
    network = fill.fill_(networks.create("rrdb-light"))
    old = checkpoints.released(network, "old")
    torch.save({"state_dict": behind("model.", dict(old))}, tmp_path / "old.pth")
    found = checkpoints.load(tmp_path / "old.pth")
    assert all(torch.equal(tensor, network.state_dict()[key]) for key, tensor in found.state_dict().items())


def test_half_precision_is_read_as_the_numbers_that_it_holds(tmp_path):
    torch.save({key: tensor.half() for key, tensor in MEANT.items()}, tmp_path / "half.pth")
    found = checkpoints.load(tmp_path / "half.pth")
    assert all(torch.equal(tensor, MEANT[key].half().float()) for key, tensor in found.state_dict().items())
