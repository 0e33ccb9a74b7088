"""What every loss promises. A new loss is one row of `LOSSES`."""

import pytest
import torch
import torch.nn.functional as F

from acutance.critics import EmbeddingNetwork, FixedEmbedding
from acutance.extractors import VGG19, SqueezeNet
from acutance.losses import Contrastive, Embedding, FixedContrastive, LearnedLoss, Loss, Pixel
from acutance.losses.samples import RELEASED, Samples
from acutance.types import Batch, Prediction

LOSSES = {
    "pixel": Pixel,
    "contrastive": Contrastive,
    "contrastive, plain view": lambda: Contrastive(EmbeddingNetwork("plain")),
    "contrastive, Fourier view": lambda: Contrastive(EmbeddingNetwork("fourier")),
    "contrastive, image logits": lambda: Contrastive(EmbeddingNetwork(logits="image", patch=32)),
    "contrastive, released samples": lambda: Contrastive(samples=RELEASED),
    "contrastive, HR against LR": lambda: Contrastive(samples=Samples(positives=0, negatives=0, with_lr=True)),
    "contrastive, samples taught": lambda: Contrastive(samples=RELEASED, teach_samples=True),
    "contrastive, batch statistics": lambda: Contrastive(embedding=Embedding(batch_statistics=True)),
    "contrastive, before activation": lambda: Contrastive(embedding=Embedding((4,), activated=False)),
    "contrastive, fixed embedding": lambda: FixedContrastive(FixedEmbedding(EmbeddingNetwork())),
    "contrastive, VGG-19": lambda: FixedContrastive(VGG19(("relu1_1", "relu2_1"))),
    "contrastive, SqueezeNet": lambda: FixedContrastive(SqueezeNet((1, 4))),
}
LEARNED = {name: make for name, make in LOSSES.items() if isinstance(make(), LearnedLoss)}


@pytest.fixture
def batch():
    coarse = torch.rand(3, 3, 8, 8)
    hr = (F.interpolate(coarse, scale_factor=4, mode="bicubic") + 0.2 * torch.rand(3, 3, 32, 32)).clamp(0, 1)
    return Batch(F.avg_pool2d(hr, 4), hr)


@pytest.fixture
def prediction(batch):
    return Prediction(F.interpolate(batch.lr, scale_factor=4, mode="bilinear").requires_grad_())


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
    """HR itself is nearer to its positives than a picture of noise is."""
    torch.manual_seed(1)
    loss = make()
    noise = torch.rand_like(batch.hr)
    with torch.no_grad():
        assert loss(Prediction(batch.hr), batch) < loss(Prediction(noise), batch)


@pytest.mark.parametrize("make", LEARNED.values(), ids=LEARNED)
def test_critic_learns_from_a_detached_prediction_and_gets_better(make, prediction, batch):
    loss: LearnedLoss = make()
    optimizer = torch.optim.Adam(loss.critic.parameters(), lr=1e-4)
    values = []
    for _ in range(8):
        value = loss.critic_loss(prediction.detach(), batch)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        values.append(float(value.detach()))
    assert prediction.sr.grad is None
    assert values[-1] < values[0]


@pytest.mark.parametrize("make", LOSSES.values(), ids=LOSSES)
def test_gradient_is_the_slope(make, prediction, batch):
    """Central difference along the gradient, in double precision, with the same samples each time."""
    loss = make().double().eval()
    state = loss.state_dict()
    wide = Batch(batch.lr.double(), batch.hr.double())

    def value(sr):
        loss.load_state_dict(state)
        return loss(Prediction(sr), wide)

    sr = prediction.sr.detach().double().requires_grad_()
    (gradient,) = torch.autograd.grad(value(sr), sr)
    direction = gradient / gradient.norm()
    with torch.no_grad():
        slope = (value(sr + 1e-6 * direction) - value(sr - 1e-6 * direction)) / 2e-6
    assert float(slope) == pytest.approx(float(gradient.norm()), rel=2e-2)
