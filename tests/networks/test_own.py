"""Modules of one's own as networks: what they need, and what is said where they lack it."""

import pickle
from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import nn

from acutance import networks
from acutance.errors import RequestError
from acutance.experiment import Experiment, Term
from acutance.losses import Pixel
from acutance.networks import Own, network_of


class Plain(nn.Sequential):
    def __init__(self, scale=2, width=4):
        super().__init__(nn.Conv2d(3, width, 3, padding=1), nn.Conv2d(width, 3 * scale**2, 1), nn.PixelShuffle(scale))
        self.scale = scale


class Told(Plain):
    """One that says its settings, and how far it sees."""

    receptive_radius = 1

    def __init__(self, scale=2, width=4):
        super().__init__(scale, width)
        self.width = width

    def settings(self):
        return {"scale": self.scale, "width": self.width}


class Nearest(nn.Module):
    """One that makes SR of another size than it says."""

    scale = 3

    def forward(self, lr):
        return lr.repeat_interleave(2, 2).repeat_interleave(2, 3)


def test_an_experiment_takes_a_module_as_it_is() -> None:
    module: Any = Told(3, 5)  # to a checker of types an experiment has a network, which it makes of this
    experiment = Experiment(module, {"pixel": Term(1.0, Pixel())}, steps=1, patch=48)
    network = experiment.network
    assert isinstance(network, Own)
    assert (network.name, network.scale, network.receptive_radius) == ("own:Told", 3, 1)
    assert experiment.describe()["network"] == {
        "name": "own:Told", "config": {"scale": 3, "settings": {"scale": 3, "width": 5}}
    }  # fmt: skip
    lr = torch.rand(2, 3, 5, 7)
    assert torch.equal(network(lr), module(lr))
    assert network_of(network) is network
    assert torch.equal(deepcopy(network)(lr), module(lr))
    assert pickle.loads(pickle.dumps(network)).config == network.config


def test_looking_at_one_draws_no_random_number() -> None:
    torch.manual_seed(1)
    first = Plain()
    drawn = torch.rand(1)
    torch.manual_seed(1)
    again = Own(Plain())
    assert torch.equal(torch.rand(1), drawn)
    assert torch.equal(again.model.get_parameter("0.weight"), first.get_parameter("0.weight"))


class NoScale(nn.Conv2d):
    def __init__(self):
        super().__init__(3, 3, 1)


class Needs(Plain):
    def __init__(self, width):
        super().__init__(2, width)


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (NoScale(), "NoScale has no scale"),
        (Plain(2, 6), r"Plain\(scale=2\) has other tensors than the network, such as 0\.bias.*settings\(\)"),
        (Needs(4), r"Needs is not made again by its settings, of which there are none .*missing.*'width'"),
    ],
)
def test_what_is_missing_is_told_before_any_work(module: nn.Module, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        Own(module)


def test_sr_of_another_size_is_told() -> None:
    with pytest.raises(RequestError, match="own:Nearest makes 1x3x8x8 of 1x3x4x4"):
        Own(Nearest())(torch.rand(1, 3, 4, 4))


def test_networks_of_the_package_are_nobodys_own() -> None:
    assert not networks.is_own(networks.create("edsr-light"))
    assert networks.is_own(Own(Plain()))
