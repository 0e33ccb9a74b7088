"""Many similarities in one go are what each is on its own, and so are their gradients."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from acutance.critics import EmbeddingNetwork, frozen
from acutance.losses import Contrastive, pixelwise_cosine, similarity
from acutance.losses.info_nce import contrast, contrast_images, info_nce
from acutance.losses.samples import Samples
from acutance.losses.similarity import similarities
from acutance.types import Batch, Prediction


def features(seed: int, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 99), st.integers(1, 4), st.integers(1, 3), st.integers(1, 9), st.integers(1, 70), st.booleans())
def test_all_at_once_are_each_on_its_own(seed: int, k: int, b: int, c: int, side: int, channels_last: bool) -> None:
    wide = torch.float64  # a single channel has no gradient but rounding
    anchor = features(seed, b, c, side, 3, dtype=wide).requires_grad_()
    samples = features(seed + 1, k * b, c, side, 3, dtype=wide)
    layout = torch.channels_last if channels_last else torch.contiguous_format
    samples = samples.contiguous(memory_format=layout).unflatten(0, (k, b))
    weights = features(seed + 2, k, b, dtype=wide)
    ours = similarities(anchor.contiguous(memory_format=layout), samples)
    theirs = torch.stack([pixelwise_cosine(anchor, sample) for sample in samples])
    torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-12)
    gradients = [torch.autograd.grad((weights * each).sum(), anchor)[0] for each in (ours, theirs)]
    torch.testing.assert_close(*gradients, rtol=1e-8, atol=1e-10)


def test_gradient_is_that_of_small_differences() -> None:
    anchor = features(0, 2, 3, 4, 5, dtype=torch.float64).requires_grad_()
    samples = features(1, 3, 2, 3, 4, 5, dtype=torch.float64)
    assert torch.autograd.gradcheck(similarities, (anchor, samples))


def test_parts_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    anchor, samples = features(0, 2, 8, 9, 11).requires_grad_(), features(1, 5, 2, 8, 9, 11)
    whole = similarities(anchor, samples)
    (expected,) = torch.autograd.grad(whole.square().sum(), anchor)
    monkeypatch.setattr(similarity, "CACHED", 500)
    parts = similarities(anchor, samples)
    (found,) = torch.autograd.grad(parts.square().sum(), anchor)
    torch.testing.assert_close(parts, whole)
    torch.testing.assert_close(found, expected)


def test_features_of_sixteen_bits_are_compared_in_thirty_two() -> None:
    anchor, samples = features(0, 2, 64, 24, 24).bfloat16(), features(1, 3, 2, 64, 24, 24).bfloat16()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = similarities(anchor, samples)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, similarities(anchor.float(), samples.float()), rtol=1e-6, atol=1e-7)


def test_a_feature_of_no_length_is_like_nothing_and_has_no_gradient_that_is_not_finite() -> None:
    anchor = torch.zeros(1, 4, 2, 2, requires_grad=True)
    samples = torch.stack([torch.zeros(1, 4, 2, 2), torch.ones(1, 4, 2, 2)])
    found = similarities(anchor, samples)
    found.sum().backward()
    assert found.abs().max() == 0
    assert anchor.grad is not None
    assert anchor.grad.isfinite().all()


def contrast_one_by_one(anchors: list[Tensor], samples: list[Tensor], positives: int) -> Tensor:
    """Eq. 8 to 10 as they are written."""
    losses: list[Tensor] = []
    for anchor, layer in zip(anchors, samples, strict=True):
        alike = torch.stack([pixelwise_cosine(anchor, sample) for sample in layer])
        losses += [info_nce(near, alike[positives:].T) for near in alike[:positives]]
    return torch.stack(losses).mean()


@pytest.mark.parametrize("chunk", [1, 12, 64])
def test_gradient_of_images_apart_is_that_of_the_whole_graph(chunk: int) -> None:
    """Each group's gradient is taken at once; unfolded, with one graph over everything, it is the same."""
    torch.manual_seed(0)
    critic = EmbeddingNetwork()
    hr = F.interpolate(torch.rand(5, 3, 8, 8), scale_factor=4, mode="bicubic").clamp(0, 1)
    critic(hr)  # running statistics that are not the fresh ones
    sr = (hr + 0.05 * torch.rand(hr.shape)).requires_grad_()
    near, far = Samples().draw(Batch(hr, hr), torch.Generator().manual_seed(0))
    layers = (0, 1, 3)
    with frozen(critic):
        with torch.no_grad():
            embedded = [critic.embed(sample, layers) for sample in (*near, *far)]
        samples = [torch.stack(layer) for layer in zip(*embedded, strict=True)]
        expected = contrast_one_by_one(critic.embed(sr, layers), samples, len(near))
        found = contrast_images(critic.measuring(layers), sr, near, far, chunk=chunk)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)
    gradients = [torch.autograd.grad(value, sr)[0] for value in (found, expected)]
    assert (gradients[0] - gradients[1]).norm() < 1e-4 * gradients[1].norm()


def test_gradient_is_taken_as_often_as_asked_and_follows_what_the_loss_is_multiplied_by() -> None:
    hr = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    sr = (hr * 0.9).requires_grad_()
    value = Contrastive()(Prediction(sr), Batch(hr, hr))
    (first,) = torch.autograd.grad(value, sr, retain_graph=True)
    (second,) = torch.autograd.grad(-3 * value, sr)
    torch.testing.assert_close(second, -3 * first)
    with torch.no_grad():
        assert not Contrastive()(Prediction(sr), Batch(hr, hr)).requires_grad


def test_contrast_reaches_the_anchors_alone() -> None:
    anchor, samples = features(0, 2, 4, 3, 3).requires_grad_(), features(1, 4, 2, 4, 3, 3).requires_grad_()
    contrast([anchor], [samples], 2).backward()
    assert anchor.grad is not None
    assert samples.grad is None


@pytest.mark.parametrize("activated", [True, False])
@pytest.mark.parametrize("graph", [True, False])
def test_a_folded_network_gives_the_features_of_the_frozen_one(activated: bool, graph: bool) -> None:
    torch.manual_seed(1)
    critic, image = EmbeddingNetwork(), torch.rand(2, 3, 33, 40)
    for _ in range(3):
        critic(image)
    for parameter in critic.features.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    with torch.set_grad_enabled(graph):
        found = critic.measuring((0, 2, 7), activated=activated)(image.requires_grad_())
    expected = critic.eval().embed(image, (0, 2, 7), activated=activated)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.requires_grad == graph
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def test_one_colour_in_an_image_does_not_make_the_gradient_a_million_times_as_large() -> None:
    """Features of no length had one of 1e7 where textures have 0.01, as bf16 met on real pictures."""
    torch.manual_seed(2)
    loss, hr = Contrastive(seed=2), torch.rand(2, 3, 64, 64)
    batch = Batch(F.avg_pool2d(hr, 4), hr)

    def norm(sr: Tensor) -> float:
        sr = sr.requires_grad_()
        return float(torch.autograd.grad(loss(Prediction(sr), batch), sr)[0].norm())

    noisy = hr + 0.05 * torch.randn_like(hr)
    flat, nearly = noisy.clone(), noisy.clone()
    flat[0, :, :8, :8], nearly[0, :, :8, :8] = 0.5, 0.5 + 1e-8 * torch.randn(3, 8, 8)
    usual = norm(noisy)
    assert 0.3 * usual < norm(flat) < 30 * usual
    assert 0.3 * usual < norm(nearly) < 300 * usual
