"""Any learned loss in somebody else's loop, what it refuses, and the states of before."""

from functools import partial

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from acutance.critics import EmbeddingNetwork, VGGStyleDiscriminator, load, save
from acutance.errors import RequestError
from acutance.extractors import StructureExtractor
from acutance.extractors.imagenet import demand
from acutance.losses import PCL, Adversarial, Embedding, GradientView, SelfTaught, Structure
from acutance.losses.samples import Samples
from acutance.losses.self_taught import CHECKED
from acutance.ops import gradient_map, haar_details

LOSSES = {
    "adversarial": lambda: Adversarial(VGGStyleDiscriminator(width=4, patch=16)),
    "gradient adversarial": lambda: Adversarial(VGGStyleDiscriminator(width=4, patch=16), GradientView()),
    "a function for a view": lambda: Adversarial(VGGStyleDiscriminator(9, width=4, patch=8), haar_details),
    "the name of a view": lambda: Adversarial(VGGStyleDiscriminator(6, width=4, patch=16), "fourier"),
}


@pytest.fixture
def pair():
    generator = torch.Generator().manual_seed(0)
    hr = torch.rand(2, 3, 16, 16, generator=generator)
    return F.avg_pool2d(hr, 3, stride=1, padding=1), hr


@pytest.mark.parametrize("make", LOSSES.values(), ids=LOSSES)
def test_any_learned_loss_learns_and_leads(make, pair):
    torch.manual_seed(0)
    sr, hr = pair
    gan = SelfTaught(make(), optimizer=partial(torch.optim.Adam, lr=1e-3))
    values = [float(gan.learn(sr, hr)) for _ in range(12)]
    assert values[-1] < values[0]
    sr = sr.requires_grad_()
    gan(sr, hr).backward()
    assert sr.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in gan.parameters())


def test_the_optimizer_is_the_one_that_was_asked_for(pair):
    gan = SelfTaught(LOSSES["adversarial"](), optimizer=partial(torch.optim.SGD, lr=0.5))
    before = {name: parameter.clone() for name, parameter in gan.named_parameters()}
    twin = SelfTaught(LOSSES["adversarial"]())
    twin.loss.load_state_dict(gan.loss.state_dict())
    sr, hr = pair
    twin.loss.critic_loss(*twin._given(sr, hr, None)).backward()
    gan.learn(*pair)
    for (name, after), (_, learnt) in zip(gan.named_parameters(), twin.named_parameters(), strict=True):
        assert learnt.grad is not None
        assert torch.allclose(after, before[name] - 0.5 * learnt.grad, atol=1e-7)
    rates = [PCL(optimizer=partial(torch.optim.SGD, lr=0.3)), PCL(learning_rate=0.2), PCL()]
    assert [pcl.optimizer.param_groups[0]["lr"] for pcl in rates] == [0.3, 0.2, 1e-4]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda sr, hr: (255 * sr, 255 * hr), "SR has values from .* divide those in 0..255 by 255"),
        (lambda sr, hr: (sr, 255 * hr), "HR has values from"),
        (lambda sr, hr: (sr, 2 * hr - 1), "HR has values from"),
        (lambda sr, hr: (sr, hr * float("nan")), "HR has values from nan"),
        (lambda sr, hr: (sr, (255 * hr).byte()), "HR holds uint8; .* divide pixels by 255"),
        (lambda sr, hr: (sr[..., :8], hr), "SR is 2x3x16x8 and HR 2x3x16x16"),
        (lambda sr, hr: (sr[:, :1], hr[:, :1]), "of 3 channels was given 1"),
    ],
)
def test_images_of_another_kind_are_refused_in_a_sentence(pair, change, words):
    sr, hr = change(*pair)
    for call in (SelfTaught.learn, SelfTaught.__call__):
        with pytest.raises(RequestError, match=words):
            call(SelfTaught(LOSSES["adversarial"]()), sr, hr)


def test_lr_in_another_range_is_refused_too(pair):
    sr, hr = pair
    lr = hr[..., ::4, ::4]
    pcl = PCL(samples=Samples(with_lr=True))
    assert pcl(sr, hr, lr).isfinite()
    with pytest.raises(RequestError, match=r"LR has values from .* divide those in 0..255 by 255"):
        pcl(sr, hr, 255 * lr)
    with pytest.raises(RequestError, match="LR holds uint8"):
        pcl.learn(sr, hr, (255 * lr).byte())


def test_a_fresh_network_may_overshoot_and_later_calls_are_not_looked_at(pair):
    sr, hr = pair
    gan = SelfTaught(LOSSES["adversarial"]())
    assert gan(4 * sr - 2, hr).isfinite()
    for _ in range(CHECKED - 1):
        gan(sr, hr)
    assert gan(255 * sr, 255 * hr).isfinite()


def test_grey_images_are_refused_by_an_embedding_network(pair):
    with pytest.raises(RequestError, match="RGB images, of 3 channels, not 1"):
        EmbeddingNetwork()(pair[0][:, :1])


def test_grey_images_are_refused_by_extractors(pair):
    with pytest.raises(RequestError, match="a structure extractor looks at RGB images, of 3 channels, not 1"):
        demand(pair[0][:, :1], 4, "a structure extractor")


def edges(image):
    return F.avg_pool2d(gradient_map(image), 2)


def test_an_embedding_network_looks_through_any_function(pair, tmp_path):
    critic = EmbeddingNetwork(edges, logits="image", patch=32)
    assert str(critic.settings()["view"]).endswith("test_self_taught.edges")
    assert (
        EmbeddingNetwork("haar", logits="image", patch=32).classifier[1].in_features == critic.classifier[1].in_features
    )
    image = F.interpolate(pair[1], scale_factor=2)
    save(tmp_path / "critic.safetensors", critic.eval())
    with pytest.raises(RequestError, match=r"looks through .*edges: give that function"):
        load(tmp_path / "critic.safetensors")
    again = load(tmp_path / "critic.safetensors", edges)
    with torch.no_grad():
        assert torch.equal(again(image).logits, critic(image).logits)


@pytest.mark.parametrize("layers", [(), (8,), (-1,)])
def test_layers_that_there_are_not_are_refused(layers):
    with pytest.raises(RequestError, match="blocks 0 to 7"):
        Embedding(layers)


OLD = {
    "pcl": (PCL, {"loss.": ["contrastive."], "_extra_state": ["teacher._extra_state"]}),
    "structure": (
        lambda: Structure(StructureExtractor(), critic=VGGStyleDiscriminator(32, width=4, patch=8)),
        {
            "loss.view.": ["adversarial.view.", "pixel.view."],
            "loss.": ["adversarial."],
            "_extra_state": ["teacher._extra_state"],
        },
    ),
}


@pytest.mark.parametrize("inside", ["", "losses."])
@pytest.mark.parametrize("name", OLD)
def test_states_of_before_load(name, inside):
    """Under the keys that the first version gave them, alone and in a module of the user's."""
    make, keys = OLD[name]
    one, other = make(), make()
    state = {}
    for key, value in one.state_dict().items():
        now = next(start for start in keys if key.startswith(start))
        state |= {inside + before + key.removeprefix(now): value for before in keys[now]}
    (nn.ModuleDict({"losses": other}) if inside else other).load_state_dict(state)
    assert all(torch.equal(*both) for both in zip(one.parameters(), other.parameters(), strict=True))
