"""A step whose numbers are not finite changes nothing, whatever they are numbers of."""

import copy
from dataclasses import replace
from typing import cast

import pytest
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from acutance.experiment import Experiment, GradientRatio, Term
from acutance.losses import LearnedLoss, Loss
from acutance.networks import create
from acutance.recipes import Request, find_recipe
from acutance.training.clock import Clock
from acutance.training.mishaps import PATIENCE, Diverged
from acutance.training.trainer import Trainer
from acutance.types import Batch, Prediction

STEPS = 20


class Faulty(nn.Module):
    """Multiplies what passes, or only the gradient that comes back, by a factor in the calls from `first` on."""

    def __init__(self, first: int, factor: float, *, forward: bool = True, calls: int = 1) -> None:
        super().__init__()
        self.faulty, self.factor, self.in_forward, self.count = range(first, first + calls), factor, forward, 0

    def forward(self, value: Tensor) -> Tensor:
        is_faulty, self.count = self.count in self.faulty, self.count + 1
        if not is_faulty:
            return value
        if self.in_forward:
            return value * self.factor
        value = value.clone()
        value.register_hook(lambda gradient: gradient * self.factor)
        return value


class FaultyLoss(Loss):
    """A loss of which one call is not finite, or its gradient."""

    def __init__(self, loss: Loss, fault: Faulty) -> None:
        super().__init__()
        self.loss, self.fault = loss, fault

    def forward(self, prediction: Prediction, batch: Batch) -> Tensor:
        return self.fault(self.loss(prediction, batch))


def experiment(name: str) -> Experiment:
    request = Request(scale=2, patch=32, batch=2, steps=STEPS)
    torch.manual_seed(1)
    light = find_recipe(name).experiment(replace(request, without=("perceptual",) if name.startswith("spsr") else ()))
    torch.manual_seed(1)
    network = create("edsr", scale=2, blocks=1, channels=4) if "spsr_light" not in name else light.network
    return replace(light, network=network, average=0.9, warmup=None)


def trainer(name: str, spoil=lambda experiment: experiment) -> Trainer:
    return Trainer(spoil(experiment(name)), Fabric(accelerator="cpu", devices=1), measure_every=2)


def batch(step: int) -> Batch:
    hr = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(step))
    return Batch(nn.functional.avg_pool2d(hr, 2), hr)


def flat(value, name=""):
    if isinstance(value, dict):
        return {path: leaf for key, item in value.items() for path, leaf in flat(item, f"{name}/{key}").items()}
    if isinstance(value, list | tuple):
        return flat(dict(enumerate(value)), name)
    return {name: value}


def state(trainer: Trainer):
    """All that a step changes, but how many were left out."""
    told = flat(copy.deepcopy(trainer.state_dict()))
    told |= {f"/norms/{name}": norm for name, norm in trainer.balance.norms.items()}
    return {name: leaf for name, leaf in told.items() if not name.startswith("/mishaps") and "skipped" not in name}


def different(one, two):
    assert one.keys() == two.keys()
    return [
        name
        for name, leaf in one.items()
        if not (torch.equal(leaf, two[name]) if isinstance(leaf, Tensor) else leaf == two[name])
    ]


def spoilt_prediction(at: int, factor: float):
    def spoil(experiment: Experiment) -> Experiment:
        fault, predict = Faulty(at, factor), experiment.network.predict

        def spoilt(lr: Tensor) -> Prediction:
            prediction = predict(lr)
            return Prediction(fault(prediction.sr), prediction.side)

        experiment.network.predict = spoilt
        return experiment

    return spoil


def spoilt_term(name: str, fault: Faulty):
    def spoil(experiment: Experiment) -> Experiment:
        spoilt = replace(experiment.objective[name], loss=FaultyLoss(experiment.objective[name].loss, fault))
        return replace(experiment, objective={**experiment.objective, name: spoilt})

    return spoil


def spoilt_critic(name: str, fault: Faulty):
    def spoil(experiment: Experiment) -> Experiment:
        loss = cast(LearnedLoss[nn.Module], experiment.objective[name].loss)
        plain = loss.critic_loss
        setattr(loss, "critic_loss", lambda prediction, batch: fault(plain(prediction, batch)))  # noqa: B010
        return experiment

    return spoil


INF, NAN = float("inf"), float("nan")
PCL, RATIO, SPSR = "pcl:edsr_light", "pcl:edsr_light_finetune_share", "spsr:spsr_light_g"
FAULTS = {
    "the prediction of PCL": (PCL, spoilt_prediction(3, INF), "prediction"),
    "the prediction of PCL by ratio": (RATIO, spoilt_prediction(3, NAN), "prediction"),
    "the prediction of SPSR": (SPSR, spoilt_prediction(3, INF), "prediction"),
    "a prediction whose variance overflows": (PCL, spoilt_prediction(3, 1e30), "statistics"),
    "a loss beside a critic": (PCL, spoilt_term("pixel", Faulty(3, INF)), "pixel"),
    "a loss of SPSR": (SPSR, spoilt_term("gradient", Faulty(3, NAN)), "gradient"),
    "the gradient of a loss": (PCL, spoilt_term("pixel", Faulty(3, INF, forward=False, calls=2)), "gradient/pixel"),
    "a critic's loss": (PCL, spoilt_critic("contrastive", Faulty(3, INF)), "critic/contrastive"),
    "the second critic's loss": (
        SPSR,
        spoilt_critic("gradient_adversarial", Faulty(3, NAN)),
        "critic/gradient_adversarial",
    ),
    "a critic's gradient": (
        PCL,
        spoilt_critic("contrastive", Faulty(3, NAN, forward=False)),
        "gradient/critic/contrastive",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_step_that_is_not_finite_changes_nothing_and_the_next_ones_go_on(case):
    name, spoil, what = FAULTS[case]
    spoilt, healthy = trainer(name, spoil), trainer(name)
    for step in range(3):
        spoilt.step(batch(step), Clock(STEPS, step))
        healthy.step(batch(step), Clock(STEPS, step))
    before = state(spoilt)
    assert different(before, state(healthy)) == []
    assert spoilt.step(batch(3), Clock(STEPS, 3)) == {}
    assert different(before, state(spoilt)) == []
    assert all(found.startswith(what) for found in spoilt.mishaps.last), spoilt.mishaps.last
    assert spoilt.mishaps.last
    for step in (4, 5):
        assert spoilt.step(batch(step), Clock(STEPS, step))
        healthy.step(batch(step), Clock(STEPS, step))
    assert different(state(spoilt), state(healthy)) == []
    assert sum(spoilt.mishaps.counts.values()) == len(spoilt.mishaps.counts)


def test_a_network_with_statistics_and_spectral_norm_keeps_both():
    def spoil(experiment: Experiment) -> Experiment:
        network = experiment.network
        network.extra = nn.Sequential(nn.BatchNorm2d(3), nn.utils.parametrizations.spectral_norm(nn.Conv2d(3, 3, 1)))
        plain = network.forward
        network.forward = lambda lr: network.get_submodule("extra")(plain(lr))
        return spoilt_prediction(2, NAN)(experiment)

    for critics_first in (True, False):
        spoilt = trainer(PCL, lambda experiment, first=critics_first: replace(spoil(experiment), critics_first=first))
        for step in range(2):
            assert spoilt.step(batch(step), Clock(STEPS, step))
        before = state(spoilt)
        assert any("running_var" in name and name.startswith("/network/extra") for name in before)
        assert any("_u" in name for name in before)
        assert spoilt.step(batch(2), Clock(STEPS, 2)) == {}
        assert different(before, state(spoilt)) == []


def test_the_first_step_of_all_leaves_no_moments_either():
    spoilt = trainer(PCL, spoilt_term("pixel", Faulty(0, INF)))
    before = state(spoilt)
    assert spoilt.step(batch(0), Clock(STEPS, 0)) == {}
    assert different(before, state(spoilt)) == []


def test_patience_ends_and_names_the_term():
    spoilt = trainer(PCL, spoilt_term("pixel", Faulty(0, INF, calls=99)))
    for step in range(PATIENCE):
        spoilt.mishaps.demand_few()
        spoilt.step(batch(step), Clock(99, step))
    with pytest.raises(Diverged, match="pixel was not finite 25 steps in a row"):
        spoilt.mishaps.demand_few()


@pytest.mark.parametrize("flat_steps", [{0}, {2}, {0, 1, 2, 3, 4, 5}])
def test_flat_patches_drive_no_gradient_ratio_away(flat_steps):
    """The contrastive loss has next to no gradient where HR and its blurred copies are one colour."""

    def ratio(experiment: Experiment) -> Experiment:
        term = Term(GradientRatio(0.3, every=1), experiment.objective["contrastive"].loss)
        return replace(experiment, objective={**experiment.objective, "contrastive": term})

    trained, healthy = trainer(PCL, ratio), trainer(PCL, ratio)
    for step in range(12):
        given = batch(step)
        if step in flat_steps:
            given = Batch(torch.full_like(given.lr, 0.5), torch.full_like(given.hr, 0.5))
        trained.step(given, Clock(STEPS, step))
        healthy.step(batch(step), Clock(STEPS, step))
        assert trained.balance.weights["contrastive"] <= 1000
    assert trained.balance.weights["contrastive"] < 20 * healthy.balance.weights["contrastive"]
