"""What a step does first, and what learns at the beginning of a run."""

from dataclasses import replace

import pytest
import torch
from lightning_fabric import Fabric

from acutance.errors import RequestError
from acutance.experiment import Adam, Experiment, Term, Warmup
from acutance.losses import Contrastive, Pixel
from acutance.networks import create
from acutance.training.clock import Clock
from acutance.training.trainer import Trainer
from acutance.types import Batch

WARMUP = Warmup(until=0.5, trained=("tail",))


def trainer(**changes):
    torch.manual_seed(1)
    network = create("edsr", scale=2, blocks=1, channels=4)
    objective = {"pixel": Term(1.0, Pixel()), "contrastive": Term(0.01, Contrastive(seed=0))}
    experiment = Experiment(network, objective, steps=4, batch=2, patch=32, optimizer=Adam(1e-3))
    return Trainer(replace(experiment, **changes), Fabric(accelerator="cpu", devices=1))


def batch():
    hr = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    return Batch(torch.nn.functional.avg_pool2d(hr, 2), hr)


def moved(trainer, start, steps=1):
    network = trainer.network.network
    before = {name: parameter.clone() for name, parameter in network.named_parameters()}
    for done in range(start, start + steps):
        trainer.step(batch(), Clock(4, done))
    return {
        name.partition(".")[0] for name, parameter in network.named_parameters() if (parameter != before[name]).any()
    }


@pytest.mark.parametrize("critics_first", [True, False])
def test_the_network_meets_the_critic_before_or_after_it_has_learnt(critics_first):
    learned, fresh = trainer(critics_first=critics_first), trainer()
    critic = learned.critics["contrastive"].network
    untaught = fresh.objective["contrastive"].loss(fresh.predict(batch().lr), batch())
    loss = learned.step(batch())["contrastive"]
    assert torch.equal(loss, untaught.detach()) != critics_first
    assert any(
        (a != b).any()
        for a, b in zip(critic.parameters(), fresh.critics["contrastive"].network.parameters(), strict=True)
    )


def test_only_the_named_part_learns_until_the_warm_up_is_over():
    warmed = trainer(warmup=WARMUP)
    assert moved(warmed, 0, steps=2) == {"tail"}
    assert moved(warmed, 2) == {"head", "body", "tail"}
    frozen = [parameter for parameter in warmed.network.network.parameters() if not parameter.requires_grad]
    assert len(frozen) == 4  # the mean shifts, which never learn


def test_the_moments_of_what_waited_begin_after_the_warm_up():
    warmed = trainer(warmup=WARMUP)
    warmed.step(batch())
    head, tail = (warmed.network.network.get_parameter(f"{name}.weight") for name in ("head.0", "tail.1"))
    assert tail in warmed.network.optimizer.state
    assert head not in warmed.network.optimizer.state


def test_a_run_resumed_in_its_warm_up_goes_on_in_it():
    whole, first, second = trainer(warmup=WARMUP), trainer(warmup=WARMUP), trainer(warmup=WARMUP)
    for done in range(3):
        whole.step(batch(), Clock(4, done))
    first.step(batch(), Clock(4))
    second.load_state_dict(first.state_dict())
    for done in (1, 2):
        second.step(batch(), Clock(4, done))
    pairs = zip(whole.network.network.parameters(), second.network.network.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_a_part_that_the_network_lacks_is_named():
    with pytest.raises(RequestError, match=r"tale.*tail"):
        trainer(warmup=Warmup(0.5, ("tale",)))
