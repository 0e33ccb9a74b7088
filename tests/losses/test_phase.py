"""What strides by two misses a grid of period two; images that are moved at random have none in step with it."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from acutance.critics import EmbeddingNetwork, FixedEmbedding
from acutance.errors import RequestError
from acutance.extractors import SqueezeNet
from acutance.losses import Contrastive, FixedContrastive, Perceptual
from acutance.ops import haar_details, haar_everywhere, shifted
from acutance.types import Batch, Prediction

CONTRASTS = {
    "learned": lambda **given: Contrastive(**given),
    "fixed": lambda **given: FixedContrastive(FixedEmbedding(EmbeddingNetwork()), **given),
}


class EverySecond(nn.Module):
    """Features that stride by two and look at single pixels."""

    def forward(self, image):
        return image[..., ::2, ::2]


def photograph(size=32):
    return F.interpolate(torch.rand(2, 3, 8, 8), (size, size), mode="bicubic").clamp(0.2, 0.8)


def beside(image, amount=0.1):
    """The image with every second pixel of every second row brighter: none of those that lie at even places."""
    grid = torch.zeros_like(image)
    grid[..., 1::2, 1::2] = amount
    return image + grid


def checkerboard(size, period):
    places = torch.arange(size) // (period // 2)
    return ((places[:, None] + places[None]) % 2 * 2.0 - 1)[None, None].expand(1, 3, size, size)


@pytest.mark.parametrize(("down", "across"), [(0, 0), (1, 0), (0, 1), (1, 1), (3, 2)])
def test_shift_keeps_the_size_and_reflects_what_lies_beyond(down, across):
    image = torch.rand(2, 3, 7, 9)
    moved = shifted(image, down, across)
    assert moved.shape == image.shape
    assert torch.equal(moved[..., : 7 - down, : 9 - across], image[..., down:, across:])
    expected = F.pad(image[..., down:, across:], (0, across, 0, down), mode="reflect")
    assert torch.equal(moved, expected)


@pytest.mark.parametrize("shift", [-1, 7])
def test_impossible_shift_is_refused(shift):
    with pytest.raises(RequestError, match="9x7"):
        shifted(torch.rand(1, 3, 7, 9), shift, 0)


def test_undecimated_wavelet_is_the_decimated_one_at_all_phases():
    image = torch.rand(2, 3, 12, 10)
    everywhere = haar_everywhere(image)
    for down in (0, 1):
        for across in (0, 1):
            expected = haar_details(shifted(image, down, across))
            assert torch.allclose(everywhere[..., down::2, across::2], expected, atol=1e-6)


def test_a_grid_beside_the_stride_costs_nothing_until_images_are_moved():
    hr = photograph()
    batch, grid = Batch(hr, hr), Prediction(beside(hr))
    assert float(Perceptual(EverySecond())(grid, batch)) == 0
    moved = Perceptual(EverySecond(), period=2)
    costs = [float(moved(grid, batch)) for _ in range(40)]
    assert sum(costs) / len(costs) == pytest.approx(0.1 / 4, rel=0.6)
    assert float(moved(Prediction(hr), batch)) == 0


@pytest.mark.parametrize("period", [2, 4])
def test_a_checkerboard_costs_with_trained_features_at_every_phase(shared_data, period):
    """At random phases no phase of a checkerboard is cheap: the dearest costs at most a little more."""
    features = SqueezeNet.from_file(shared_data / "weights" / "squeezenet1_1_features.safetensors")
    loss, hr = Perceptual(features, period=16), photograph(64)[:1]
    batch = Batch(hr, hr)
    costs = []
    for shift in ((0, 0), (0, period // 2), (period // 2, 0)):
        sr = hr + 0.03 * shifted(checkerboard(66, period), *shift)[..., :64, :64]
        costs.append(sum(float(loss(Prediction(sr), batch)) for _ in range(8)) / 8)
    assert min(costs) > 0.01
    assert max(costs) < 1.3 * min(costs)


@pytest.mark.parametrize("make", CONTRASTS.values(), ids=CONTRASTS)
def test_random_phase_of_the_contrast_is_drawn_anew_and_repeats_from_a_state(make):
    hr = photograph()
    batch, prediction = Batch(hr, hr), Prediction(beside(hr))
    loss = make(phase="random")
    state = {name: value for name, value in loss.state_dict().items() if "extra" in name}
    first = [float(loss(prediction, batch)) for _ in range(6)]
    loss.load_state_dict({**loss.state_dict(), **state})
    assert [float(loss(prediction, batch)) for _ in range(6)] == first
    assert "phase" in loss.settings()
    assert "phase" not in make().settings()  # so that runs of before can be resumed


def test_fixed_phase_draws_what_it_drew_before_there_were_any():
    hr = photograph()
    loss = Contrastive()
    expected = torch.Generator().manual_seed(0)
    loss.samples.draw(Batch(hr, hr), expected)
    loss(Prediction(hr), Batch(hr, hr))
    assert torch.equal(loss.generator.numbers.get_state(), expected.get_state())


def test_the_critic_learns_at_random_phases_too():
    hr = photograph()
    loss = Contrastive(phase="random")
    loss.critic.eval()
    values = {round(float(loss.critic_loss(Prediction(beside(hr, 0.4)), Batch(hr, hr)).detach()), 7) for _ in range(20)}
    assert 1 < len(values) <= 4


@pytest.mark.parametrize("make", CONTRASTS.values(), ids=CONTRASTS)
def test_unknown_phase_is_named(make):
    with pytest.raises(RequestError, match="phase"):
        make(phase="rndom")


def test_period_below_one_is_refused():
    with pytest.raises(RequestError, match="not 0"):
        Perceptual(EverySecond(), period=0)


@pytest.mark.parametrize(("layers", "strides"), [((0,), 2), ((0, 1, 2, 3), 8), ((4,), 8), ((2, 3, 4, 5), 16)])
def test_a_whole_phase_covers_the_strides_of_the_deepest_block_that_is_compared(layers, strides):
    critic = EmbeddingNetwork().eval()
    assert critic.stride(max(layers)) == strides == FixedEmbedding(critic, layers).period
    image = torch.rand(1, 3, 192, 192)
    (here,), (there,) = (critic.embed(each, layers[-1:]) for each in (image, shifted(image, strides, 0)))
    assert here.shape[-2] >= 12
    torch.testing.assert_close(here[..., 4:-3, :], there[..., 3:-4, :])


@pytest.mark.parametrize("kind", CONTRASTS)
def test_a_whole_phase_moves_by_as_much_as_is_drawn_below_the_stride(kind, monkeypatch):
    seen = []
    monkeypatch.setattr("acutance.losses.phase.shifted", lambda image, *shift: seen.append(shift) or image)
    contrast = CONTRASTS[kind](phase="whole")
    images = torch.rand(2, 1, 3, 48, 48)
    for _ in range(40):
        contrast(Prediction(images[0]), Batch(torch.rand(1, 3, 12, 12), images[1]))
    assert {each for shift in seen for each in shift} == set(range(8))


def test_features_that_do_not_say_their_period_have_no_whole_phase():
    with pytest.raises(RequestError, match="EverySecond does not say its period; take the phase 'random'"):
        FixedContrastive(EverySecond(), phase="whole")
