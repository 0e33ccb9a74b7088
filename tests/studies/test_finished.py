"""A network that learns with rounded kernels computes as the one whose kernels are rounded for good."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
import torch

from acutance import load


@pytest.fixture
def finished(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script of studies/."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "studies"))
    return import_module("finished")


def test_it_learns_with_the_kernels_that_it_will_have(finished: ModuleType) -> None:
    network, lr = finished.rlfn_rounded(2).network, torch.rand(1, 3, 16, 18)
    plain = finished.rlfn(2).network
    plain.load_state_dict(network.state_dict())
    for each in finished.convolutions(plain):
        each.weight.data = each.weight.data.bfloat16().float()
    sr = network(lr)
    sr.mean().backward()
    assert torch.equal(sr, plain(lr))
    assert all(each.weight.grad.abs().sum() > 0 for each in finished.convolutions(network))


def test_those_of_the_network_for_x3_lose_nothing_by_rounding(finished: ModuleType) -> None:
    for each in finished.convolutions(load("default-x3")):
        assert torch.equal(each.weight, each.weight.bfloat16().float())
