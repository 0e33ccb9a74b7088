"""The relativistic average loss against the released one: on logits, and in a whole step of SPSR-G."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from acutance.critics import EmbeddingNetwork, VGGStyleDiscriminator
from acutance.extractors import VGG19
from acutance.losses import (
    Adversarial,
    Branch,
    GradientPixel,
    GradientView,
    Perceptual,
    Pixel,
    StructureView,
    relativistic_losses,
)
from acutance.types import Batch, Prediction
from filling import fill

logits = st.lists(st.floats(-30, 30), min_size=1, max_size=6).map(torch.tensor)


class TestRelativisticLosses:
    def test_values_and_gradients_equal_the_released_ones(self, golden):
        reference = np.load(golden / "spsr" / "ragan.npz")
        real, fake = (torch.from_numpy(reference[name]).requires_grad_() for name in ("real", "fake"))
        critic, network = relativistic_losses(real, fake)
        assert float(critic.detach()) == pytest.approx(float(reference["d_loss"]), abs=1e-6)
        assert float(network.detach()) == pytest.approx(float(reference["g_loss"]), abs=1e-6)
        for gradient, name in zip(torch.autograd.grad(critic, (real, fake)), ("real", "fake"), strict=True):
            assert np.abs(gradient.numpy() - reference[f"d_grad_{name}"]).max() < 1e-6
        (gradient,) = torch.autograd.grad(relativistic_losses(real.detach(), fake)[1], fake)
        assert np.abs(gradient.numpy() - reference["g_grad_fake"]).max() < 1e-6

    @given(logits, logits)
    def test_are_cross_entropies_of_the_definition(self, real, fake):
        """Written once more as the paper has them: D(a, b) = sigmoid(C(a) - E C(b)), a binary cross-entropy each."""
        entropy = F.binary_cross_entropy_with_logits
        realer, faker = real - fake.mean(), fake - real.mean()
        ones, zeros = torch.ones_like, torch.zeros_like
        critic, network = relativistic_losses(real, fake)
        expected = (entropy(realer, ones(real)) + entropy(faker, zeros(fake))) / 2
        assert float(critic) == pytest.approx(float(expected), rel=1e-5, abs=1e-6)
        expected = (entropy(realer, zeros(real)) + entropy(faker, ones(fake))) / 2
        assert float(network) == pytest.approx(float(expected), rel=1e-5, abs=1e-6)

    @given(logits, logits, st.floats(-10, 10))
    def test_only_differences_count_and_swapping_swaps_the_roles(self, real, fake, shift):
        critic, network = relativistic_losses(real, fake)
        swapped = relativistic_losses(fake, real)
        moved = relativistic_losses(real + shift, fake + shift)
        for one, other in ((critic, swapped[1]), (network, swapped[0]), (critic, moved[0]), (network, moved[1])):
            assert float(one) == pytest.approx(float(other), rel=1e-4, abs=1e-5)

    def test_undecided_critic_gives_log_2(self):
        for loss in relativistic_losses(torch.zeros(3, 1), torch.zeros(3, 1)):
            assert float(loss) == pytest.approx(math.log(2))

    def test_are_told_in_32_bits(self):
        real, fake = torch.randn(4, 1).bfloat16(), torch.randn(4, 1).bfloat16()
        narrow, full = relativistic_losses(real, fake), relativistic_losses(real.float(), fake.float())
        assert [loss.dtype for loss in narrow] == [torch.float32] * 2
        assert narrow == full


@pytest.fixture(scope="module")
def step():
    """One released step: SR, what its branch predicts, and HR."""
    sr, hr = (torch.from_numpy(fill.image_for(f"step_{name}", (2, 3, 128, 128))) * 0.25 + 0.3 for name in ("sr", "hr"))
    branch = torch.from_numpy(fill.image_for("step_branch", (2, 3, 128, 128))) * 0.3
    return Prediction(sr, {"gradient": branch}), Batch(lr=hr, hr=hr)


@pytest.fixture(scope="module")
def terms():
    """SPSR-G as released: name in the reference -> weight and loss."""
    critic = fill.fill_(VGGStyleDiscriminator()).train()
    gradient_critic = fill.fill_(VGGStyleDiscriminator(), prefix="D_grad.").train()
    return {
        "pix": (0.01, Pixel()),
        "fea": (1.0, Perceptual(fill.fill_(VGG19(["conv5_4"])))),
        "gan": (0.005, Adversarial(critic)),
        "pix_grad_mse": (0.01, GradientPixel("l2", "zeros2")),
        "gan_grad": (0.005, Adversarial(gradient_critic, GradientView("zeros2"))),
        "pix_branch": (0.5, Branch("zeros")),
    }


def test_every_term_and_their_total_equal_a_released_step(golden, step, terms):
    reference = np.load(golden / "spsr" / "generator_loss_terms.npz")
    with torch.no_grad():
        values = {name: weight * float(loss(*step)) for name, (weight, loss) in terms.items()}
    for name, value in values.items():
        assert value == pytest.approx(float(reference[name]), rel=2e-5, abs=1e-7), name
    assert sum(values.values()) == pytest.approx(float(reference["total_official"]), abs=2e-6)


def test_gradient_loss_of_the_paper_equals_the_reference(golden, step):
    reference = np.load(golden / "spsr" / "generator_loss_terms.npz")
    value = 0.01 * float(GradientPixel("l1", "zeros2")(*step))
    assert value == pytest.approx(float(reference["pix_grad_l1_paper"]), rel=1e-5)


@pytest.mark.parametrize(("term", "prefix"), [("gan", "d"), ("gan_grad", "dgrad")])
def test_critics_give_their_opinions_of_the_released_step(golden, step, terms, term, prefix):
    reference = np.load(golden / "spsr" / "generator_loss_terms.npz")
    prediction, batch = step
    loss = terms[term][1]
    with torch.no_grad():
        for image, name in ((batch.hr, "real"), (prediction.sr, "fake")):
            found = loss.critic(loss.view(image)).logits
            assert np.abs(found.numpy() - reference[f"{prefix}_{name}"]).max() < 2e-5


def images(side=32):
    hr = F.interpolate(torch.rand(3, 3, side // 4, side // 4), scale_factor=4, mode="bicubic").clamp(0, 1)
    return F.avg_pool2d(hr, 4).repeat_interleave(4, 2).repeat_interleave(4, 3), hr


def test_critics_step_moves_its_statistics_and_the_networks_does_not():
    critic = VGGStyleDiscriminator(width=4, patch=32)
    loss = Adversarial(critic)
    sr, hr = images()
    start = critic.get_buffer("features.3.running_mean").clone()
    loss.critic_loss(Prediction(sr), Batch(hr, hr)).backward()
    learned = {key: tensor.clone() for key, tensor in critic.state_dict().items()}
    assert not torch.equal(learned["features.3.running_mean"], start)
    assert int(critic.get_buffer("features.3.num_batches_tracked")) == 2  # HR and SR, each by its own statistics
    gradients = [parameter.grad.clone() for parameter in critic.parameters() if parameter.grad is not None]
    loss(Prediction(sr.requires_grad_()), Batch(hr, hr)).backward()
    assert sr.grad.abs().sum() > 0
    assert all(torch.equal(learned[key], tensor) for key, tensor in critic.state_dict().items())
    after = [parameter.grad for parameter in critic.parameters() if parameter.grad is not None]
    assert all(torch.equal(*pair) for pair in zip(gradients, after, strict=True))
    assert len(after) == len([*critic.parameters()])


def test_nothing_but_sr_is_detached_in_the_critics_step():
    """The critic's gradient comes through HR's logits and SR's and both their means, not as in BasicSR's ESRGAN."""
    critic = VGGStyleDiscriminator(width=4, patch=32)
    sr, hr = images()
    weight = critic.get_parameter("classifier.2.weight")

    def gradient(real_mean, fake_mean):
        real, fake = critic(hr).logits, critic(sr).logits
        loss = F.softplus(fake_mean(fake) - real).mean() + F.softplus(fake - real_mean(real)).mean()
        return torch.autograd.grad(loss / 2, weight)[0]

    (found,) = torch.autograd.grad(Adversarial(critic).critic_loss(Prediction(sr), Batch(hr, hr)), weight)
    torch.testing.assert_close(found, gradient(torch.mean, torch.mean))
    assert not torch.allclose(found, gradient(lambda x: x.mean().detach(), lambda x: x.mean().detach()), rtol=0.1)


def test_any_critic_with_opinions_serves():
    sr, hr = images()
    loss = Adversarial(EmbeddingNetwork())
    sr.requires_grad_()
    loss(Prediction(sr), Batch(hr, hr)).backward()
    assert sr.grad.abs().sum() > 0


def test_critic_of_features_in_a_list():
    """SPSR-VGG of Table VI: a critic of its own for maps of another size."""
    view = StructureView(VGG19(["conv2_1"]))
    loss = Adversarial(VGGStyleDiscriminator(128, width=4, patch=16), view)
    sr, hr = images()
    sr.requires_grad_()
    loss(Prediction(sr), Batch(hr, hr)).backward()
    assert sr.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in loss.parameters())
