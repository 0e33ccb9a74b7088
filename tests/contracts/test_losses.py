"""What every loss promises. A new loss is one row of `LOSSES`."""

import json
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from acutance.critics import EmbeddingNetwork, FixedEmbedding, VGGStyleDiscriminator
from acutance.experiment import Experiment, Term
from acutance.extractors import VGG19, SqueezeNet, StructureExtractor
from acutance.losses import (
    Adversarial,
    BlockMeans,
    Branch,
    Contrastive,
    Embedding,
    FixedContrastive,
    GradientPixel,
    GradientView,
    LearnedLoss,
    Loss,
    Perceptual,
    Pixel,
    SharpenedPixel,
    StructurePixel,
    StructureView,
    similarity,
)
from acutance.losses.samples import RELEASED, Samples
from acutance.networks import create
from acutance.ops import gradient_map
from acutance.types import Batch, Prediction

LOSSES = {
    "pixel": Pixel,
    "pixel, sharpened": lambda: SharpenedPixel(1.1),
    "colour": lambda: BlockMeans(8),
    "contrastive": Contrastive,
    "contrastive, plain view": lambda: Contrastive(EmbeddingNetwork("plain")),
    "contrastive, Fourier view": lambda: Contrastive(EmbeddingNetwork("fourier")),
    "contrastive, undecimated wavelet": lambda: Contrastive(EmbeddingNetwork("haar_everywhere")),
    "contrastive, random phase": lambda: Contrastive(phase="random"),
    "contrastive, image logits, random phase": lambda: Contrastive(
        EmbeddingNetwork(logits="image", patch=32), phase="random"
    ),
    "contrastive, image logits": lambda: Contrastive(EmbeddingNetwork(logits="image", patch=32)),
    "contrastive, released samples": lambda: Contrastive(samples=RELEASED),
    "contrastive, HR against LR": lambda: Contrastive(samples=Samples(positives=0, negatives=0, with_lr=True)),
    "contrastive, samples taught": lambda: Contrastive(samples=RELEASED, teach_samples=True),
    "contrastive, batch statistics": lambda: Contrastive(embedding=Embedding(batch_statistics=True)),
    "contrastive, before activation": lambda: Contrastive(embedding=Embedding((4,), activated=False)),
    "contrastive, fixed embedding": lambda: FixedContrastive(FixedEmbedding(EmbeddingNetwork())),
    "contrastive, fixed embedding, random phase": lambda: FixedContrastive(
        FixedEmbedding(EmbeddingNetwork()), phase="random"
    ),
    "contrastive, VGG-19": lambda: FixedContrastive(VGG19(("relu1_1", "relu2_1"))),
    "contrastive, SqueezeNet": lambda: FixedContrastive(SqueezeNet((1, 4))),
    "perceptual, VGG-19": lambda: Perceptual(VGG19(("conv3_4",))),
    "perceptual, SqueezeNet, l2": lambda: Perceptual(SqueezeNet((1, 4)), "l2"),
    "perceptual, SqueezeNet, moved": lambda: Perceptual(SqueezeNet((1, 4)), period=4),
    "gradient": GradientPixel,
    "gradient, released": lambda: GradientPixel("l2", "zeros2"),
    "branch": Branch,
    "adversarial": lambda: Adversarial(critic(3, 32)),
    "adversarial, gradient": lambda: Adversarial(critic(3, 32), GradientView()),
    "adversarial, gradient, released": lambda: Adversarial(critic(3, 32), GradientView("zeros2")),
    "adversarial, structure": lambda: Adversarial(critic(32, 8), StructureView(StructureExtractor())),
    "adversarial, structure, not scaled": lambda: Adversarial(critic(32, 8), StructureExtractor()),
    "adversarial, embedding network": lambda: Adversarial(EmbeddingNetwork()),
    "structure": lambda: StructurePixel(StructureExtractor()),
    "structure, VGG-19": lambda: StructurePixel(VGG19(("conv3_4",))),
}


def critic(channels, patch):
    return VGGStyleDiscriminator(channels, width=8, patch=patch)


LEARNED = {name: make for name, make in LOSSES.items() if isinstance(make(), LearnedLoss)}


@pytest.fixture
def batch():
    coarse = torch.rand(3, 3, 8, 8)
    hr = (F.interpolate(coarse, scale_factor=4, mode="bicubic") + 0.2 * torch.rand(3, 3, 32, 32)).clamp(0, 1)
    return Batch(F.avg_pool2d(hr, 4), hr)


@pytest.fixture
def prediction(batch):
    return guess(F.interpolate(batch.lr, scale_factor=4, mode="bilinear").requires_grad_())


def guess(sr):
    """A network that predicts its gradient map from its own SR, so that every loss has a way to SR."""
    return Prediction(sr, {"gradient": gradient_map(sr)})


@pytest.mark.parametrize("make", LOSSES.values(), ids=LOSSES)
def test_value_is_one_finite_number_whose_gradient_reaches_sr_alone(make, prediction, batch):
    loss: Loss = make()
    value = loss(prediction, batch)
    assert value.shape == ()
    assert value.isfinite()
    value.backward()
    assert prediction.sr.grad.isfinite().all()
    assert prediction.sr.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in loss.parameters())


@pytest.mark.parametrize("make", LOSSES.values(), ids=LOSSES)
def test_state_makes_a_second_one_its_equal(make, prediction, batch):
    first, second = make(), make()
    first(prediction, batch)
    second.load_state_dict(first.state_dict())
    assert float(first(prediction, batch).detach()) == float(second(prediction, batch).detach())


@pytest.mark.parametrize("make", LOSSES.values(), ids=LOSSES)
def test_network_ahead_scores_better_than_one_behind(make, batch):
    """HR itself scores better than a picture of noise does, once a critic that rates pictures has seen some."""
    torch.manual_seed(1)
    loss = make()
    noise = torch.rand_like(batch.hr)
    if isinstance(loss, Adversarial):
        teach(loss, guess(noise), batch)
    with torch.no_grad():
        assert loss(guess(batch.hr), batch) < loss(guess(noise), batch)


@pytest.mark.parametrize("make", LEARNED.values(), ids=LEARNED)
def test_critic_learns_from_a_detached_prediction_and_gets_better(make, prediction, batch):
    loss: LearnedLoss = make()
    # Where samples are taught too, or a phase is drawn, each step sees other images, and three say little.
    settings = loss.settings()
    steps = 24 if "phase" in settings else 8 if settings.get("teach_samples") else 3
    values, third = teach(loss, prediction.detach(), batch, steps), max(1, steps // 3)
    assert prediction.sr.grad is None
    assert sum(values[-third:]) < sum(values[:third])


def teach(loss, prediction, batch, steps=8):
    optimizer = torch.optim.Adam(loss.critic.parameters(), lr=1e-4)
    values = []
    for _ in range(steps):
        value = loss.critic_loss(prediction, batch)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        values.append(float(value.detach()))
    return values


@pytest.mark.parametrize("make", LEARNED.values(), ids=LEARNED)
def test_network_step_leaves_the_critic_and_its_statistics_as_they_are(make, prediction, batch):
    loss: LearnedLoss = make()
    loss.critic_loss(prediction.detach(), batch).backward()
    parameters = list(loss.critic.parameters())
    learned = [None if parameter.grad is None else parameter.grad.clone() for parameter in parameters]
    before = {key: tensor.clone() for key, tensor in loss.critic.state_dict().items()}
    loss(prediction, batch).backward()
    assert all(torch.equal(before[key], tensor) for key, tensor in loss.critic.state_dict().items())
    assert all(
        parameter.grad is None if gradient is None else torch.equal(parameter.grad, gradient)
        for parameter, gradient in zip(parameters, learned, strict=True)
    )


@pytest.mark.parametrize("make", LOSSES.values(), ids=LOSSES)
def test_value_is_told_in_32_bits_under_autocast(make, prediction, batch):
    loss: Loss = make()
    with torch.no_grad():
        state = loss.state_dict()
        full = loss(prediction, batch)
        loss.load_state_dict(state)
        with torch.autocast("cpu", torch.bfloat16):
            narrow = loss(prediction, batch)
    assert narrow.dtype == torch.float32
    assert float(narrow) == pytest.approx(float(full), rel=0.05, abs=0.01)


@pytest.mark.parametrize("make", LOSSES.values(), ids=LOSSES)
def test_gradient_is_the_slope(make, prediction, batch, monkeypatch):
    """Central difference along the gradient, in double precision, with the same samples each time.

    Where features have hardly any length the gradient of the contrast has a bound, which `tests/losses` looks at.
    """
    monkeypatch.setattr(similarity, "FAINT", 0.0)
    loss = make().double().eval()
    state = loss.state_dict()
    wide = Batch(batch.lr.double(), batch.hr.double())

    def value(sr):
        loss.load_state_dict(state)
        return loss(guess(sr), wide)

    # Bilinear SR is smooth at places, where features of a wavelet have hardly any length and the slope is no line.
    sr = (prediction.sr.detach() + 0.1 * torch.rand(prediction.sr.shape)).double().requires_grad_()
    (gradient,) = torch.autograd.grad(value(sr), sr)
    direction = gradient / gradient.norm()
    with torch.no_grad():
        slope = (value(sr + 1e-6 * direction) - value(sr - 1e-6 * direction)) / 2e-6
    assert float(slope) == pytest.approx(float(gradient.norm()), rel=2e-2)


RECORDED = json.loads((Path(__file__).parents[1] / "golden" / "loss_settings.json").read_text())
"""What runs made before `settings` was declared have in their records."""


@pytest.mark.parametrize("name", RECORDED)
def test_runs_of_before_are_told_by_the_same_settings(name):
    experiment = Experiment(create("edsr-light"), {name: Term(1.0, LOSSES[name]())}, steps=1)
    told = json.loads(json.dumps(experiment.describe()))
    # What is not said counts as null.
    assert without_nulls(told["objective"][name]["loss"]) == without_nulls(RECORDED[name])


def without_nulls(value):
    if not isinstance(value, dict):
        return value
    return {key: without_nulls(item) for key, item in value.items() if item is not None}


@pytest.mark.parametrize("name", RECORDED)
def test_settings_name_what_the_record_holds(name):
    assert LOSSES[name]().settings().keys() == RECORDED[name].keys() - {"kind"}
