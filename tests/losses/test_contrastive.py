"""PCL's equations against the released code, and the promise that their gradient arrives where it should."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from acutance.critics import EmbeddingNetwork, frozen
from acutance.losses import PCL, Contrastive, Embedding, contrastive_critic_loss, info_nce, pixelwise_cosine
from acutance.losses.info_nce import contrast, embed_samples
from acutance.losses.samples import Samples
from acutance.types import Batch, Prediction
from filling import GOLDEN, fill

FIRST_FOUR = (0, 1, 2, 3)


@pytest.fixture(scope="module")
def reference():
    return {name: np.load(GOLDEN / "pcl" / f"{name}.npz") for name in ("infonce", "contrastive_d", "adversarial_step")}


def tensor(array):
    return torch.from_numpy(np.array(array))


def compare(anchor, positives, negatives, temperature=1.0):
    """Eq. 8 for one layer."""
    samples = torch.cat([positives, negatives])
    return contrast([anchor], [samples], len(positives), temperature)


def test_info_nce_equals_the_released_loss(reference):
    data, losses = reference["infonce"], []
    for layer in FIRST_FOUR:
        sr = tensor(data[f"sr_{layer}"]).requires_grad_()
        positives, negatives = tensor(data[f"pos_{layer}"]), tensor(data[f"neg_{layer}"])
        loss = compare(sr, positives, negatives)
        assert float(loss) == pytest.approx(float(data[f"loss_{layer}"]), abs=1e-6)
        (gradient,) = torch.autograd.grad(loss / 4, sr)
        assert torch.allclose(gradient, tensor(data[f"grad_sr_{layer}"]), atol=1e-7)
        similarity = torch.stack([pixelwise_cosine(sr, positive) for positive in positives], dim=1)
        assert torch.allclose(similarity, tensor(data[f"sim_pos_{layer}"]), atol=1e-6)
        losses.append(float(loss))
    assert np.mean(losses) == pytest.approx(float(data["loss"]), abs=1e-6)
    few = compare(tensor(data["sr_0"]), tensor(data["pos_0"])[:1], tensor(data["neg_0"])[:2])
    assert float(few) == pytest.approx(float(data["loss_1pos_2neg_layer0"]), abs=1e-6)


@pytest.mark.parametrize("temperature", [1.0, 0.5, 0.1, 0.07])
def test_temperature_is_that_of_equation_8(reference, temperature):
    data = reference["infonce"]
    parts = [[tensor(data[f"{part}_{layer}"]) for part in ("sr", "pos", "neg")] for layer in FIRST_FOUR]
    mean = np.mean([float(compare(sr, positives, negatives, temperature)) for sr, positives, negatives in parts])
    assert mean == pytest.approx(float(data[f"formula_loss_tau_{temperature:g}"]), abs=1e-5)


@pytest.mark.parametrize("case", ["b4", "uneq", "patch", "patch_aug"])
def test_critic_loss_equals_the_released_one(reference, case):
    data = reference["contrastive_d"]
    real, fake = (tensor(data[f"{case}_{side}"]).requires_grad_() for side in ("real", "fake"))
    loss = contrastive_critic_loss(real, fake)
    gradients = torch.autograd.grad(loss, (real, fake))
    assert float(loss) == pytest.approx(float(data[f"{case}_loss"]), rel=1e-6)
    for gradient, side in zip(gradients, ("real", "fake"), strict=True):
        assert torch.allclose(gradient, tensor(data[f"{case}_grad_{side}"]), atol=1e-6)


@pytest.mark.parametrize(
    ("name", "embedding"),
    [
        ("eval_first4", Embedding(FIRST_FOUR)),
        ("eval_layer4", Embedding((4,))),
        ("eval_preact_first4", Embedding(FIRST_FOUR, activated=False)),
    ],
)
def test_loss_and_its_gradient_equal_the_released_embedding_step(reference, name, embedding):
    """The gradient is what the released code would send to SR, were its no_grad lifted (facts/pcl.md, B1)."""
    data = reference["adversarial_step"]
    critic = fill.fill_(EmbeddingNetwork()).eval()
    sr = tensor(data["sr"]).requires_grad_()
    enlarged = F.interpolate(tensor(data["lr"]), scale_factor=4, mode="bicubic", align_corners=True).clamp(0, 1)
    samples = torch.cat([tensor(data["pos"]), enlarged[None], tensor(data["neg_blur"])])
    loss = Contrastive(critic, embedding=embedding)
    with frozen(critic):
        anchors, embedded = loss._embed(sr), embed_samples(loss._embed, samples, 64)
    value = contrast(anchors, embedded, 4)
    (gradient,) = torch.autograd.grad(value, sr)
    expected = tensor(data[f"{name}_grad_sr"])
    assert float(value) == pytest.approx(float(data[f"{name}_loss"]), abs=1e-5)
    assert (gradient - expected).norm() < 1e-3 * expected.norm()


def test_one_step_of_the_critic_equals_the_released_one(reference):
    data = reference["adversarial_step"]
    critic = fill.fill_(EmbeddingNetwork())
    optimizer = torch.optim.Adam(critic.parameters(), lr=1e-4)
    loss = Contrastive(critic).critic_loss(
        Prediction(tensor(data["sr"])), Batch(tensor(data["lr"]), tensor(data["hr"]))
    )
    loss.backward()
    optimizer.step()
    assert float(loss) == pytest.approx(float(data["step_loss_d"]), rel=1e-4)
    first = critic.features[0][0].weight[: len(data["step_conv0_after"])]
    assert torch.allclose(first, tensor(data["step_conv0_after"]), atol=2e-5)


def test_whole_released_step_ends_in_its_gradient(reference):
    """E_D learns, then the network is led through it with the statistics of each batch: value and gradient at SR."""
    data = reference["adversarial_step"]
    critic = fill.fill_(EmbeddingNetwork())
    optimizer = torch.optim.Adam(critic.parameters(), lr=1e-4)
    Contrastive(critic)._critic_loss([tensor(data["hr"])], [tensor(data["sr"])]).backward()
    optimizer.step()
    sr = tensor(data["sr"]).requires_grad_()
    enlarged = F.interpolate(tensor(data["lr"]), scale_factor=4, mode="bicubic", align_corners=True).clamp(0, 1)
    samples = torch.cat([tensor(data["pos"]), enlarged[None], tensor(data["neg_blur"])])
    with frozen(critic, batch_statistics=True):
        anchors = critic.embed(sr, FIRST_FOUR)
        embedded = embed_samples(lambda image: critic.embed(image, FIRST_FOUR), samples, chunk=1)
    value = contrast(anchors, embedded, 4, 1.0)
    (gradient,) = torch.autograd.grad(value, sr)
    expected = tensor(data["step_grad_sr"])
    assert float(value.detach()) == pytest.approx(float(data["step_cl_loss"]), abs=1e-5)
    assert (gradient - expected).norm() < 2e-3 * expected.norm()


def test_critic_taught_by_samples_equals_the_released_one(reference):
    """The released step draws its samples elsewhere; here they are given."""
    data = reference["adversarial_step"]
    critic = fill.fill_(EmbeddingNetwork())
    real = [*tensor(data["pos"])]
    fake = [tensor(data["sr"]), *tensor(data["neg_blur"])]
    loss = Contrastive(critic)._critic_loss(real, fake)
    assert float(loss.detach()) == pytest.approx(float(data["step_contrasD_loss_d"]), rel=1e-4)


def batch_of(size=2, side=32):
    generator = torch.Generator().manual_seed(3)
    hr = F.interpolate(torch.rand(size, 3, side // 4, side // 4, generator=generator), scale_factor=4, mode="bicubic")
    hr = (hr + 0.1 * torch.rand(size, 3, side, side, generator=generator)).clamp(0, 1)
    return Batch(lr=F.avg_pool2d(hr, 4), hr=hr)


def smooth(batch):
    return F.interpolate(batch.lr, scale_factor=4, mode="bilinear")


@pytest.mark.parametrize("batch_statistics", [False, True])
def test_gradient_reaches_sr_and_nothing_else(batch_statistics):
    batch = batch_of()
    sr = smooth(batch).requires_grad_()
    hr = batch.hr.clone().requires_grad_()
    loss = Contrastive(embedding=Embedding(batch_statistics=batch_statistics))
    loss(Prediction(sr), Batch(batch.lr, hr)).backward()
    assert sr.grad is not None
    assert sr.grad.isfinite().all()
    assert sr.grad.abs().sum() > 0
    assert hr.grad is None
    assert all(parameter.grad is None for parameter in loss.critic.parameters())


def test_critic_loss_reaches_the_critic_and_not_sr():
    batch = batch_of()
    prediction = Prediction(smooth(batch).requires_grad_())
    loss = Contrastive()
    loss.critic_loss(prediction.detach(), batch).backward()
    assert prediction.sr.grad is None
    assert all(p.grad is not None and p.grad.isfinite().all() for p in loss.critic.parameters())


def test_descending_the_loss_sharpens():
    """A few steps on SR itself move it from blurred towards HR in its high frequencies."""
    from acutance.ops import haar_details

    batch = batch_of(4, 64)
    sr = smooth(batch).requires_grad_()
    loss = Contrastive(EmbeddingNetwork().eval(), seed=1)
    optimizer = torch.optim.Adam([sr], lr=2e-3)
    before = haar_details(sr.detach()).abs().mean()
    for _ in range(15):
        optimizer.zero_grad()
        loss(Prediction(sr), batch).backward()
        optimizer.step()
    assert haar_details(sr.detach()).abs().mean() > before


@pytest.mark.parametrize("chunk", [1, 4, 7, 1000])
def test_chunks_change_nothing(chunk):
    batch = batch_of(3)
    critic = EmbeddingNetwork().eval()
    whole = Contrastive(critic, seed=5)(Prediction(smooth(batch)), batch)
    parts = Contrastive(critic, seed=5, embedding=Embedding(chunk=chunk))(Prediction(smooth(batch)), batch)
    assert float(whole) == pytest.approx(float(parts), abs=1e-5)


def test_samples_go_on_where_the_state_says():
    batch = batch_of()
    first, second = Contrastive(seed=1), Contrastive(seed=2)
    first(Prediction(smooth(batch)), batch)
    second.load_state_dict(first.state_dict())
    one, two = (loss(Prediction(smooth(batch)), batch) for loss in (first, second))
    assert float(one) == float(two)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9), st.floats(0.05, 5), st.floats(-1, 1))
def test_equal_similarities_give_log_of_their_number(negatives, temperature, value):
    loss = info_nce(torch.full((3,), value), torch.full((3, negatives), value), temperature)
    assert float(loss) == pytest.approx(math.log(1 + negatives), abs=1e-4)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 100))
def test_cosine_ignores_the_length_of_features(seed, factor):
    generator = torch.Generator().manual_seed(seed)
    a, b = torch.randn(2, 2, 5, 4, 3, generator=generator)
    assert torch.allclose(pixelwise_cosine(a, b), pixelwise_cosine(factor * a, b), atol=1e-5)
    assert torch.allclose(pixelwise_cosine(a, a), torch.ones(2), atol=1e-6)


def test_critic_loss_stays_finite_for_large_logits():
    assert contrastive_critic_loss(torch.tensor([-500.0, 500.0]), torch.tensor([500.0])).isfinite()


class TestPCL:
    """The six-line loop of the README."""

    def test_loop_of_anybody(self):
        batch = batch_of()
        network = torch.nn.Sequential(torch.nn.Conv2d(3, 48, 3, padding=1), torch.nn.PixelShuffle(4))
        optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
        pcl = PCL(seed=0)
        before = {key: t.clone() for key, t in pcl.loss.critic.state_dict().items()}
        sr = network(batch.lr)
        learned = pcl.learn(sr, batch.hr)
        assert not learned.requires_grad
        assert any(not torch.equal(before[key], t) for key, t in pcl.loss.critic.state_dict().items())
        alone = torch.autograd.grad(F.l1_loss(sr, batch.hr), network.get_parameter("0.weight"), retain_graph=True)[0]
        (F.l1_loss(sr, batch.hr) + 0.1 / 255 * pcl(sr, batch.hr)).backward()
        together = network.get_parameter("0.weight").grad
        assert together is not None
        assert not torch.equal(together, alone)
        optimizer.step()

    def test_state_resumes_bit_for_bit(self):
        batch = batch_of()
        sr = smooth(batch)
        straight, stopped = PCL(seed=3), PCL(seed=3)
        stopped.load_state_dict(straight.state_dict())
        for _ in range(2):
            straight.learn(sr, batch.hr)
            straight(sr, batch.hr)
        stopped.learn(sr, batch.hr)
        stopped(sr, batch.hr)
        resumed = PCL(seed=9)
        resumed.load_state_dict(stopped.state_dict())
        resumed.learn(sr, batch.hr)
        resumed(sr, batch.hr)
        assert all(torch.equal(a, b) for a, b in zip(straight.parameters(), resumed.parameters(), strict=True))
        assert float(straight(sr, batch.hr)) == float(resumed(sr, batch.hr))

    def test_samples_with_lr_ask_for_it(self):
        batch = batch_of()
        pcl = PCL(samples=Samples(with_lr=True))
        with pytest.raises(ValueError, match=r"pcl\(sr, hr, lr\)"):
            pcl(smooth(batch), batch.hr)
        assert pcl(smooth(batch), batch.hr, batch.lr).isfinite()
