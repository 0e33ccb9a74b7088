"""The embedding network against the released discriminator, and what freezing it means."""

import json

import numpy as np
import pytest
import torch

from acutance.critics import EmbeddingNetwork, frozen
from acutance.errors import RequestError
from acutance.losses import pixelwise_cosine
from filling import GOLDEN, fill

NAMES = {"haar": "wavelet", "plain": "plain"}


def reference_network(view, logits="patch"):
    return fill.fill_(EmbeddingNetwork(view, logits))


@pytest.fixture(scope="module")
def images():
    return torch.from_numpy(fill.image_for("disc_input", (2, 3, 192, 192), 1.0)), GOLDEN / "pcl"


@pytest.mark.parametrize("mode", ["eval", "train"])
@pytest.mark.parametrize("view", ["haar", "plain"])
def test_features_and_logits_equal_the_released_discriminator(images, view, mode):
    image, folder = images
    reference = np.load(folder / f"disc_{NAMES[view]}_{mode}.npz")
    critic = reference_network(view).train(mode == "train")
    with torch.no_grad():
        output = critic(image)
    _check_features(output.features, reference)
    tolerance = 1e-5 if mode == "eval" else 1e-4
    assert np.abs(output.logits.numpy() - reference["logits_patch"]).max() < tolerance
    if mode == "train":
        for index in (0, 14):
            norm = critic.features[index][1]
            np.testing.assert_allclose(norm.running_mean, reference[f"running_mean_{index}"], rtol=1e-4, atol=1e-6)
            np.testing.assert_allclose(norm.running_var, reference[f"running_var_{index}"], rtol=1e-4, atol=1e-6)


def _check_features(features, reference):
    for index, feature in enumerate(features):
        stride, channel_stride = int(reference[f"feat{index}_stride"]), int(reference[f"feat{index}_cstride"])
        sample = reference[f"feat{index}_sample"]
        found = feature[:, ::channel_stride, ::stride, ::stride].numpy()
        assert np.abs(found - sample).max() < 1e-4 * sample.std()
        assert np.allclose(feature.double().mean((0, 2, 3)), reference[f"feat{index}_mean"], atol=1e-5)


@pytest.mark.parametrize("view", ["haar", "plain"])
def test_image_logits_equal_the_released_discriminator(images, view):
    image, folder = images
    if view == "plain":
        pytest.skip("80 million weights; the Haar view tests the same code")
    reference = np.load(folder / f"disc_{NAMES[view]}_eval.npz")
    with torch.no_grad():
        logits = reference_network(view, "image").eval()(image).logits
    assert np.abs(logits.numpy() - reference["logits_image"]).max() < 1e-5


def test_features_before_the_activation(images):
    """The released code means to offer these, and by an in-place activation does not (facts/pcl.md, B2)."""
    image, folder = images
    reference = np.load(folder / "disc_wavelet_eval.npz")
    critic = reference_network("haar").eval()
    with torch.no_grad():
        for activated, name in ((True, "post"), (False, "pre")):
            features = critic.embed(image, range(8), activated=activated)
            for index, feature in enumerate(features):
                similarity = pixelwise_cosine(feature[:1], feature[1:])
                assert float(similarity) == pytest.approx(float(reference[f"cos_{name}{index}"]), abs=1e-5)


@pytest.mark.parametrize("logits", ["patch", "image"])
@pytest.mark.parametrize("view", ["haar", "plain"])
def test_keys_are_the_released_ones(golden, view, logits):
    keys = json.loads((golden / "pcl" / f"keys_disc_{NAMES[view]}_{logits}.json").read_text())
    with torch.device("meta"):
        state = EmbeddingNetwork(view, logits).state_dict()
    own = {key: list(tensor.shape) for key, tensor in state.items()}
    assert own == {key: shape for key, shape in keys.items() if not key.startswith("DWT2")}


def test_embedding_runs_no_deeper_than_asked(images):
    image, _ = images
    critic = reference_network("haar").eval()
    ran = []
    for index, layer in enumerate(critic.features):
        layer.register_forward_hook(lambda *_, index=index: ran.append(index))
    critic.embed(image[:, :, :32, :32], (0, 2))
    assert ran == [0, 2, 4], "every second one is an activation"


@pytest.mark.parametrize("view", ["haar", "fourier", "plain"])
@pytest.mark.parametrize(("height", "width"), [(33, 47), (64, 20)])
def test_patch_logits_take_any_size(view, height, width):
    assert EmbeddingNetwork(view)(torch.rand(2, 3, height, width)).logits.shape == (2, 1, 4, 4)


@pytest.mark.parametrize("batch_statistics", [False, True])
def test_frozen_passes_gradients_on_and_keeps_everything_as_it_was(batch_statistics):
    critic = EmbeddingNetwork().train()
    critic.classifier.requires_grad_(False)
    before = {key: tensor.clone() for key, tensor in critic.state_dict().items()}
    image = torch.rand(2, 3, 32, 32, requires_grad=True)
    with frozen(critic, batch_statistics=batch_statistics):
        features = critic.embed(image, (1,))[0]
    features.sum().backward()
    assert image.grad is not None
    assert image.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in critic.parameters())
    assert all(torch.equal(before[key], tensor) for key, tensor in critic.state_dict().items())
    assert critic.training
    assert critic.features[0][1].training
    assert [p.requires_grad for p in critic.classifier.parameters()] == [False, False]
    assert all(parameter.requires_grad for parameter in critic.features.parameters())


def test_batch_statistics_are_those_of_the_batch():
    critic, image = EmbeddingNetwork().train(), torch.rand(4, 3, 32, 32)
    with frozen(critic, batch_statistics=True), torch.no_grad():
        by_batch = critic.embed(image, (0,), activated=False)[0]
    assert by_batch.mean((0, 2, 3)).abs().max() < 1e-4
    with frozen(critic), torch.no_grad():
        by_running = critic.embed(image, (0,), activated=False)[0]
    assert not torch.allclose(by_batch, by_running, atol=1e-3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: EmbeddingNetwork("harr"), "did you mean 'haar'"),
        (lambda: EmbeddingNetwork("haar", "image", 100), "multiple of 32, not 100"),
        (lambda: EmbeddingNetwork("haar", "image", 64)(torch.rand(1, 3, 32, 64)), "64 pixels was given 32x64"),
    ],
)
def test_wrong_requests_say_what_is_right(call, words):
    with pytest.raises(RequestError, match=words):
        call()
