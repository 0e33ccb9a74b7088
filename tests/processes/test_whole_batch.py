"""Two processes, each with half of a batch, do what one does with all of it."""

import re
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from acutance.critics.batch_norm import share_statistics
from acutance.errors import RequestError
from processes.shares import ROWS, STEPS, TRAINED, apart, experiment, flat, found, in_two, numbers, train

THIRDS = range(STEPS // 3), range(STEPS // 3, 2 * STEPS // 3), range(2 * STEPS // 3, STEPS)
ALONE = ["pixel", "pcl", "gradient", "structure"]
"""Trainings that are taken from one end to the other."""
CLOSE = {"gradient": 5e-6}
"""A twentieth of a step of Adam, for weights whose gradient is little more than the rounding of small patches."""


def test_statistics_sums_and_samples_are_those_of_the_whole_batch(tmp_path):
    one, two = found(), in_two(tmp_path, found)
    for each in two:
        far = apart(one, each)
        assert len(far) > 100
        assert {name: value for name, value in far.items() if value > 1e-12} == {}


def everything(names: list[str]) -> dict[str, Any]:
    """All trainings in 32 bits, and those with critics in 64, where nothing hides behind rounding."""
    results = {name: train(TRAINED[name], range(4)) for name in names}
    torch.set_default_dtype(torch.float64)
    try:
        wide = {name: train(TRAINED[name], range(2)) for name in ("pcl", "gradient")}
    finally:
        torch.set_default_dtype(torch.float32)
    return {"32": results, "64": wide}


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What one process has trained, and what each of two has."""
    return everything(ALONE), in_two(tmp_path_factory.mktemp("two"), everything, ALONE)


@pytest.mark.slow
@pytest.mark.parametrize("name", ALONE)
def test_a_training_is_the_same_to_rounding(trained, name):
    one, two = trained
    for each in two:
        far = apart(one["32"][name], each["32"][name])
        told = {path: value for path, value in far.items() if path.startswith(("/state/network", "/state/average"))}
        assert len(told) > 10
        assert max(told.values()) < CLOSE.get(name, 1e-6)
        assert max(value for path, value in far.items() if path.startswith("/logged/0")) < 1e-4


BLIND = re.compile(r"features\.(2|5|8|11)\.bias|classifier\.(1|2)\.bias|features\.\d+\.running_mean|exp_avg_sq")
"""Biases before batch normalisation, the mean that carries them, and that of all logits: no loss depends on them, their
gradient is rounding, and Adam makes steps of it. Squares of large gradients are not of the order of 1."""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pcl", "gradient"])
def test_critics_and_all_that_is_kept_are_the_same_in_64_bits(trained, name):
    """In 32 bits Adam makes steps of rounding too, and a critic with few values a channel carries that on."""
    one, two = trained
    for each in two:
        far = apart(one["64"][name], each["64"][name])
        assert sum("critic.features" in path and not BLIND.search(path) for path in far) > 20
        assert {path: value for path, value in far.items() if value > 1e-8 and not BLIND.search(path)} == {}


@pytest.mark.slow
def test_both_processes_are_the_same_to_the_bit(trained):
    (one, other), leaves = (flat(each) for each in trained[1]), 0
    for name, leaf in one.items():
        leaves += 1
        assert torch.equal(leaf, other[name]) if isinstance(leaf, Tensor) else leaf == other[name], name
    assert leaves > 1000


@pytest.mark.slow
def test_another_number_of_processes_goes_on(tmp_path):
    """One process, then two, then one: the same as one, patches, samples, moments and averages included."""
    whole = train(TRAINED["ratio"], range(STEPS))
    first = train(TRAINED["ratio"], THIRDS[0])
    second, _ = in_two(tmp_path, train, TRAINED["ratio"], THIRDS[1], first["state"])
    third = train(TRAINED["ratio"], THIRDS[2], second["state"])
    far = apart(whole["state"], third["state"])
    assert max(value for path, value in far.items() if path.startswith(("/network", "/average"))) < 1e-6
    assert torch.equal(
        *(flat(each)["/state/losses/contrastive/generator._extra_state/generator"] for each in (whole, third))
    )


class TestGroups:
    def test_one_process_takes_statistics_of_groups_as_torch_does_of_each(self):
        norm, x = nn.BatchNorm2d(3).double(), numbers(6, 3, 4, 5, seed=1).requires_grad_()
        grouped = nn.Sequential(nn.BatchNorm2d(3)).double()
        share_statistics(grouped, of=2)
        weights = numbers(6, 3, 4, 5, seed=2)
        (grouped(x) ** 3 * weights).sum().backward()
        found, x.grad = x.grad, None
        (torch.cat([norm(part) for part in x.split(2)]) ** 3 * weights).sum().backward()
        assert found is not None
        assert x.grad is not None
        assert torch.allclose(found, x.grad, rtol=0, atol=1e-10)

    def test_alone_nothing_is_another(self):
        network = nn.Sequential(nn.BatchNorm2d(3))
        share_statistics(network)
        assert type(network[0]) is nn.BatchNorm2d

    def test_groups_that_are_not_whole_are_refused(self):
        with pytest.raises(RequestError, match="4 pictures in each process make no whole groups of 3"):
            share_statistics(nn.BatchNorm2d(3), of=3, rows=ROWS)
        with pytest.raises(RequestError, match="statistics of 3 pictures make no whole groups in a batch of 4"):
            experiment(TRAINED["pixel"], statistics_of=3)
