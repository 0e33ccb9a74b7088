"""The critic of SPSR against the released discriminator and BasicSR's."""

import json

import numpy as np
import pytest
import torch

from acutance.critics import VGGStyleDiscriminator, frozen
from acutance.errors import RequestError
from filling import fill


def images(side):
    return torch.from_numpy(fill.image_for(f"disc_input_{side}", (2, 3, side, side), 1.0))


def basicsr_names():
    """Our keys for BasicSR's: conv0_0, then conv0_1 and bn0_1, conv1_0 and bn1_0, conv1_1 and bn1_1 ..."""
    places = [(stage, n) for stage in range(5) for n in (0, 1)][1:]
    blocks = {f"features.{2 + 3 * k}": f"conv{stage}_{n}" for k, (stage, n) in enumerate(places)}
    norms = {f"features.{3 + 3 * k}": f"bn{stage}_{n}" for k, (stage, n) in enumerate(places)}
    return {"features.0": "conv0_0", **blocks, **norms, "classifier.0": "linear1", "classifier.2": "linear2"}


def basicsr_key(key):
    module, leaf = key.rsplit(".", 1)
    return f"{basicsr_names()[module]}.{leaf}"


@pytest.mark.parametrize("side", [128, 130])
def test_logits_equal_the_released_discriminator(golden, side):
    reference = np.load(golden / "spsr" / "discriminator_vgg128.npz")
    critic = fill.fill_(VGGStyleDiscriminator())
    with torch.no_grad():
        evaluated = critic.eval()(images(side)).logits
        trained = critic.train()(images(side)).logits
    assert np.abs(evaluated.numpy() - reference[f"eval_{side}"]).max() < 2e-6
    assert np.abs(trained.numpy() - reference[f"train_{side}"]).max() < 1e-5


def test_running_statistics_equal_the_released_ones(golden):
    reference = np.load(golden / "spsr" / "discriminator_vgg128.npz")
    critic = fill.fill_(VGGStyleDiscriminator()).train()
    with torch.no_grad():
        critic(images(128))
    state = critic.state_dict()
    stored = [name for name in reference.files if name.startswith("after_train_")]
    assert len(stored) == 4
    for name in stored:
        np.testing.assert_allclose(state[name.removeprefix("after_train_")], reference[name], rtol=1e-4, atol=1e-6)


def test_logits_without_bias_equal_basicsr(golden):
    reference = np.load(golden / "spsr" / "discriminator_basicsr.npz")
    keys = json.loads((golden / "spsr" / "keys_discriminator_basicsr.json").read_text())
    critic = VGGStyleDiscriminator(bias=False)
    state = critic.state_dict()
    assert {basicsr_key(key): list(tensor.shape) for key, tensor in state.items()} == keys
    for key, tensor in state.items():
        if tensor.is_floating_point():
            name = basicsr_key(key)
            tensor.copy_(torch.from_numpy(fill.array_for(name, tensor.shape, name.startswith("bn"))))
    with torch.no_grad():
        evaluated, trained = critic.eval()(images(128)).logits, critic.train()(images(128)).logits
    assert np.abs(evaluated.numpy() - reference["eval_128"]).max() < 2e-6
    assert np.abs(trained.numpy() - reference["train_128"]).max() < 1e-5


def test_keys_are_the_released_ones_in_their_order(golden):
    keys = json.loads((golden / "spsr" / "keys_discriminator_vgg128.json").read_text())
    with torch.device("meta"):
        state = VGGStyleDiscriminator().state_dict()
    assert [(key, list(tensor.shape)) for key, tensor in state.items()] == list(keys.items())
    assert sum(tensor.numel() for tensor in VGGStyleDiscriminator().parameters()) == 14_502_281


@pytest.mark.parametrize(
    ("patch", "widths", "inputs"),
    [
        (16, (64, 128), 128 * 16),
        (32, (64, 128, 256), 256 * 16),
        (64, (64, 128, 256, 512), 512 * 16),
        (96, (64, 128, 256, 512), 512 * 36),
        (256, (64, 128, 256, 512, 512, 512), 512 * 16),
    ],
)
def test_stages_follow_from_the_patch(patch, widths, inputs):
    """32 is the released code's three-stage discriminator, which 32x32 maps of structure features need."""
    with torch.device("meta"):
        critic = VGGStyleDiscriminator(32, patch=patch)
        features = critic(torch.empty(2, 32, patch, patch)).features
    halved = [layer.out_channels for layer in critic.features if getattr(layer, "stride", None) == (2, 2)]
    assert tuple(halved) == widths
    assert critic.classifier[0].in_features == inputs
    assert len(features) == 2 * len(widths)


@pytest.mark.parametrize("patch", [8, 33, 100, 128])
def test_sizes_that_the_halving_rounds_off_pass_and_no_others(patch):
    critic = VGGStyleDiscriminator(width=2, patch=patch)
    unit = 1 << critic.stages
    least = patch // unit * unit
    for side in (least, least + unit - 1):
        assert critic(torch.rand(2, 3, side, least)).logits.shape == (2, 1)
    for side in (least - 1, least + unit):
        with pytest.raises(
            RequestError, match=f"maps of {patch} pixels takes {least} to {least + unit - 1} a side, not {side}x"
        ):
            critic(torch.rand(2, 3, side, least))


def test_patch_that_no_stage_halves_is_refused():
    with pytest.raises(RequestError, match="8 pixels or more, not 7"):
        VGGStyleDiscriminator(patch=7)


def test_fresh_weights_keep_the_spread_of_their_input():
    """Kaiming's for LeakyReLU of slope 0, biases 0, so that deep stages see as much as the first."""
    critic = VGGStyleDiscriminator(patch=64)
    for module in critic.modules():
        if isinstance(module, torch.nn.Conv2d):
            fan_in = module.weight[0].numel()
            assert float(module.weight.detach().std()) * (fan_in / 2) ** 0.5 == pytest.approx(1, abs=0.05)
            assert not module.bias.any()


def test_frozen_it_shows_its_opinion_and_stays_as_it_is():
    critic = VGGStyleDiscriminator(width=4, patch=32).train()
    before = {key: tensor.clone() for key, tensor in critic.state_dict().items()}
    image = torch.rand(2, 3, 32, 32, requires_grad=True)
    with frozen(critic, batch_statistics=True):
        critic(image).logits.sum().backward()
    assert image.grad is not None
    assert image.grad.abs().sum() > 0
    assert all(torch.equal(before[key], tensor) for key, tensor in critic.state_dict().items())
    assert all(parameter.grad is None for parameter in critic.parameters())
