"""16-mixed: gradients are scaled, an overflow halves the scale and is no mishap, and all of it goes on."""

import copy

import pytest
import torch
from lightning_fabric import Fabric

from acutance.experiment import Adam, Experiment, Term
from acutance.losses import Contrastive, Loss, Pixel
from acutance.networks import create
from acutance.training import Machine
from acutance.training.clock import Clock
from acutance.training.scaling import GROWTH, START, Scaler
from acutance.training.trainer import Trainer
from acutance.types import Batch


@pytest.fixture(scope="module")
def half() -> Fabric:
    return Machine("cpu", precision="16-mixed").launch()


class Steep(Loss):
    """L1 whose gradient overflows float16 by far, at a scale of 2 ** 16."""

    def forward(self, prediction, batch):
        return 3e2 * (prediction.sr.float() - batch.hr).abs().sum()


def batch():
    hr = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    return Batch(torch.nn.functional.avg_pool2d(hr, 2), hr)


def trainer(fabric, **objective):
    torch.manual_seed(1)
    network = create("edsr", scale=2, blocks=1, channels=4)
    return Trainer(Experiment(network, objective, steps=9, batch=2, patch=32, optimizer=Adam(1e-3)), fabric)


def test_the_steps_are_near_those_of_32_bits(half):
    terms = {"pixel": Term(1.0, Pixel()), "contrastive": Term(0.01, Contrastive(seed=0))}
    ours = trainer(half, **copy.deepcopy(terms))
    theirs = trainer(Fabric(accelerator="cpu", devices=1), **terms)
    ours.critics["contrastive"].scaler.scale = 2.0**10  # where it would come to by itself, two steps later
    with half.autocast():
        losses = [ours.step(batch(), Clock(9, number)) for number in range(3)]
    whole = [theirs.step(batch(), Clock(9, number)) for number in range(3)]
    for one, other in zip(losses, whole, strict=True):
        assert all(float(one[name]) == pytest.approx(float(value), rel=0.05) for name, value in other.items())
    pairs = list(zip(ours.network.parameters, theirs.network.parameters, strict=True))
    moved = torch.cat([(a - b).abs().flatten() for a, b in pairs])
    assert moved.mean() < 1e-4  # of steps of 3e-3
    assert ours.network.scale == START
    assert theirs.network.scale == 1


def test_an_overflow_halves_the_scale_changes_nothing_and_is_no_mishap(half):
    one = trainer(half, steep=Term(1.0, Steep()))
    before = copy.deepcopy(one.state_dict()["network"])
    with half.autocast():
        assert one.step(batch(), Clock(9)) == {}
    assert one.network.scale == START / 2
    assert one.network.skipped == 1
    assert one.mishaps.in_a_row == 0
    assert all(torch.equal(value, one.state_dict()["network"][name]) for name, value in before.items())
    with half.autocast():
        taken = [bool(one.step(batch(), Clock(9, 1))) for _ in range(20)]
    assert True in taken  # the scale came down to where it fits
    assert not all(taken)


def test_the_scale_is_part_of_the_state(half):
    one = trainer(half, pixel=Term(1.0, Pixel()))
    assert one.network.scaler is not None
    one.network.scaler.lower()
    other = trainer(half, pixel=Term(1.0, Pixel()))
    other.load_state_dict(copy.deepcopy(one.state_dict()))
    assert other.network.scale == START / 2


def test_the_scale_grows_after_enough_sound_steps_and_ends_at_one():
    scaler = Scaler()
    for _ in range(GROWTH):
        scaler.passed()
    assert scaler.scale == 2 * START
    while scaler.lower():
        assert scaler.scale >= 1
    assert scaler.scale == 1
