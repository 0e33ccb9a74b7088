"""The training step and what stands around it."""

from dataclasses import replace

import pytest
import torch
from lightning_fabric import Fabric

from acutance.errors import AcutanceError, RequestError
from acutance.experiment import Adam, Constant, CosineRestarts, Experiment, GradientRatio, Halving, Term
from acutance.losses import Contrastive, Loss, Pixel
from acutance.networks import create
from acutance.training.average import Average
from acutance.training.clock import Clock
from acutance.training.learner import PATIENCE, Clip, Learner
from acutance.training.trainer import Trainer
from acutance.types import Batch


@pytest.fixture
def fabric():
    return Fabric(accelerator="cpu", devices=1)


def experiment(**changes):
    torch.manual_seed(1)
    network = create("edsr", scale=2, blocks=1, channels=4)
    plain = Experiment(network, {"pixel": Term(1.0, Pixel())}, steps=10, batch=2, patch=32, optimizer=Adam(1e-3))
    return replace(plain, **changes)


def batch():
    generator = torch.Generator().manual_seed(2)
    hr = torch.rand(2, 3, 32, 32, generator=generator)
    return Batch(torch.nn.functional.avg_pool2d(hr, 2), hr)


def both():
    return {"pixel": Term(1.0, Pixel()), "contrastive": Term(0.01, Contrastive(seed=0))}


def test_critic_learns_before_the_network_and_only_from_its_own_loss(fabric):
    trainer = Trainer(experiment(objective=both()), fabric)
    critic = trainer.critics["contrastive"].network
    before = {name: parameter.clone() for name, parameter in critic.named_parameters()}
    seen = []
    critic.register_forward_hook(lambda *_: seen.append(critic.training))
    losses = trainer.step(batch())
    assert seen == [True, True]  # SR and HR, each once; the contrastive loss embeds without a full forward
    assert set(losses) == {"critic/contrastive", "pixel", "contrastive"}
    moved = {name: (parameter - before[name]).abs().max() for name, parameter in critic.named_parameters()}
    del moved["classifier.1.bias"]  # Eq. 7 does not change when all logits do alike
    assert all(0 < change < 2.1e-4 for change in moved.values())  # one Adam step at 1e-4, not two


def test_weight_zero_leaves_the_network_to_the_other_term(fabric):
    alone, beside = experiment(), experiment(objective={**both(), "contrastive": Term(0.0, Contrastive(seed=0))})
    for one in (alone, beside):
        Trainer(one, fabric).step(batch())
    pairs = zip(alone.network.parameters(), beside.network.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_balance_measures_the_gradient_of_each_weighted_term(fabric):
    trainer = Trainer(experiment(objective=both()), fabric, measure_every=3)
    trainer.step(batch(), Clock(10, done=1))
    assert trainer.balance.norms == {}
    trainer.step(batch(), Clock(10, done=2))
    entries = 2 * 3 * 32 * 32
    assert trainer.balance.norms["pixel"] == pytest.approx(entries**-0.5, rel=1e-3)  # signs over their number
    values = trainer.balance.values(progress=0.2)
    assert values["gradient/contrastive"] == pytest.approx(0.01 * trainer.balance.norms["contrastive"])


@pytest.mark.parametrize("scaling", [1.0, 255.0])
def test_ratio_keeps_the_gradient_at_its_fraction_whatever_the_range(fabric, scaling):
    contrastive = Contrastive(seed=0)
    plain = contrastive.forward
    contrastive.forward = lambda prediction, batch: scaling * plain(prediction, batch)
    objective = {
        "pixel": Term(1.0, Pixel()),
        "contrastive": Term(GradientRatio(0.1, every=1, smoothing=0.0), contrastive),
    }
    trainer = Trainer(experiment(objective=objective), fabric)
    for done in range(2):
        trainer.step(batch(), Clock(10, done))
        values = trainer.balance.values(done / 10)
        assert values["gradient/contrastive"] == pytest.approx(0.1 * values["gradient/pixel"], rel=1e-5)


def test_ratio_moves_slowly_and_resumes(fabric):
    objective = {"pixel": Term(1.0, Pixel()), "contrastive": Term(GradientRatio(0.1, every=2), Contrastive(seed=0))}
    trainer, weights = Trainer(experiment(objective=objective), fabric), []
    for done in range(4):
        trainer.step(batch(), Clock(10, done))
        weights.append(trainer.balance.weight("contrastive", done / 10))
    assert weights[0] == weights[1] != weights[2] == weights[3]
    assert weights[2] == pytest.approx(weights[0], rel=0.5)
    again = Trainer(experiment(objective=objective), fabric)
    again.load_state_dict(trainer.state_dict())
    assert again.balance.weight("contrastive", 0.3) == weights[3]


def test_term_joins_late_while_its_critic_learns(fabric):
    late = Term(0.01, Contrastive(seed=0), start=0.3, ramp=0.4)
    assert [late.joined(share) for share in (0, 0.29, 0.3, 0.5, 0.7, 1)] == pytest.approx([0, 0, 0, 0.5, 1, 1])
    trainer = Trainer(experiment(objective={"pixel": Term(1.0, Pixel()), "contrastive": late}), fabric)
    before = [parameter.clone() for parameter in trainer.critics["contrastive"].parameters]
    trainer.step(batch())
    assert trainer.balance.weight("contrastive", 0.0) == 0
    after = trainer.critics["contrastive"].parameters
    assert sum(not torch.equal(a, b) for a, b in zip(before, after, strict=True)) >= len(before) - 1


def test_ratio_to_nothing_is_refused():
    with pytest.raises(RequestError, match="did you mean 'pixel'"):
        experiment(objective={"pixel": Term(1.0, Pixel()), "contrastive": Term(GradientRatio(0.1, "pixl"), Pixel())})


class Broken(Loss):
    """Infinite at every second call."""

    calls = 0

    def forward(self, prediction, batch):
        self.calls += 1
        return prediction.sr.mean() * (float("nan") if self.calls % 2 else 1.0)


def test_update_that_is_not_finite_is_skipped_and_counted(fabric):
    trainer = Trainer(experiment(objective={"broken": Term(1.0, Broken())}), fabric)
    for _ in range(4):
        trainer.step(batch())
    assert trainer.network.skipped == 2
    assert all(parameter.isfinite().all() for parameter in trainer.network.network.parameters())


def test_endless_infinity_ends_the_run(fabric):
    network = torch.nn.Linear(1, 1)
    learner = Learner(network, Adam(), Constant(), fabric=fabric)
    for _ in range(PATIENCE - 1):
        learner.descend(network.weight.sum() * float("inf"), 0.0)
    with pytest.raises(AcutanceError, match="lower its learning rate"):
        learner.descend(network.weight.sum() * float("inf"), 0.0)


@pytest.mark.parametrize(("clip", "largest"), [(Clip(value=0.1), 0.1), (Clip(norm=1.0), 1.0), (Clip(), 100.0)])
def test_clip_limits_the_gradient(fabric, clip, largest):
    network = torch.nn.Linear(1, 1, bias=False)
    learner = Learner(network, Adam(), Constant(), fabric=fabric, clip=clip)
    learner.descend(100 * network.weight.sum(), 0.0)
    assert network.weight.grad is not None
    assert float(network.weight.grad) == pytest.approx(largest)


def test_schedules_follow_the_share_of_the_run():
    assert [Halving((0.5, 0.75))(share) for share in (0, 0.49, 0.5, 0.75, 1)] == [1, 1, 0.5, 0.25, 0.25]
    released = CosineRestarts((1.0, 0.5, 0.5), floor=1e-4)
    assert released(0) == 1
    assert released(1 / 6) == pytest.approx((1 + 1e-4) / 2, rel=1e-3)
    assert released(1 / 3 + 1e-9) == pytest.approx(0.5, rel=1e-3)
    assert released(1) == pytest.approx(1e-4)
    rates = []
    learner = Learner(torch.nn.Linear(1, 1), Adam(1.0), Halving((0.5,)), fabric=Fabric(accelerator="cpu"))
    for progress in (0.0, 0.25, 0.5, 0.75):
        learner.descend(learner.network.get_parameter("weight").sum(), progress)
        rates.append(learner.optimizer.param_groups[0]["lr"])
    assert rates == [1, 1, 0.5, 0.5]


def test_average_follows_the_weights_slowly():
    network = create("edsr", scale=2, blocks=1, channels=2)
    average = Average(network, 0.9)
    start = network.get_parameter("head.0.weight").detach().clone()
    with torch.no_grad():
        network.get_parameter("head.0.weight").add_(1)
    average.update(1)
    assert torch.allclose(average.network.get_parameter("head.0.weight"), start + 9 / 11)  # decay 2/11 after one update
    for updates in range(2, 202):
        average.update(updates)
    assert torch.allclose(average.network.get_parameter("head.0.weight"), start + 1, atol=1e-4)
    assert Average(network, None).network is network
