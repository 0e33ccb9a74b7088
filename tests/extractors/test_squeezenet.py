"""SqueezeNet 1.1 against LPIPS made of its features, and the file its weights come from."""

import hashlib

import numpy as np
import pytest
import safetensors.torch
import torch

from acutance.errors import RequestError
from acutance.extractors import SqueezeNet
from filling import fill


def filled(*layers, normalise=True):
    return fill.fill_(SqueezeNet(layers, normalise=normalise))


@pytest.fixture
def weights(shared_data):
    folder = shared_data / "weights"
    if not (folder / "squeezenet1_1_features.safetensors").is_file():
        pytest.skip(f"there are no weights of SqueezeNet in {folder}")
    return folder


def lpips(network, linear, one, other):
    """Zhang et al. 2018, Eq. 1, as golden/lpips/README.md says it."""
    total = 0.0
    for index, (a, b) in enumerate(zip(network(one), network(other), strict=True)):
        unit = [x / (x.pow(2).sum(1, keepdim=True).sqrt() + 1e-10) for x in (a, b)]
        total += float(((unit[0] - unit[1]).pow(2) * linear[f"lin{index}.model.1.weight"]).sum(1).mean())
    return total


def test_lpips_of_its_features_equals_the_reference(golden, weights):
    reference = np.load(golden / "lpips" / "lpips_squeeze.npz")
    network = SqueezeNet.from_file(weights / "squeezenet1_1_features.safetensors")
    linear = safetensors.torch.load_file(weights / "lpips_v0.1_squeeze.safetensors")
    images = {name: torch.from_numpy(reference[name]).permute(2, 0, 1)[None] / 255 for name in ("sr", "hr", "noisy")}
    for name in ("sr", "noisy"):
        distance = lpips(network, linear, images[name], images["hr"])
        assert distance == pytest.approx(float(reference[f"lpips_{name}"]), abs=1e-5)


def test_keys_are_those_of_the_released_file_and_its_half_precision_is_widened(weights):
    path = weights / "squeezenet1_1_features.safetensors"
    stored = safetensors.torch.load_file(path)
    state = SqueezeNet.from_file(path).state_dict()
    assert {key: tensor.shape for key, tensor in state.items()} == {key: tensor.shape for key, tensor in stored.items()}
    assert torch.float16 in {tensor.dtype for tensor in stored.values()}
    assert all(tensor.dtype == torch.float32 and torch.equal(tensor, stored[key]) for key, tensor in state.items())


def test_seven_layers_fit_a_patch_of_64_pixels():
    features = filled(1, 4, 7, 9, 10, 11, 12)(torch.rand(2, 3, 64, 64))
    shapes = [(64, 31), (128, 15), (256, 7), (384, 3), (384, 3), (512, 3), (512, 3)]
    assert [tuple(feature.shape) for feature in features] == [(2, c, side, side) for c, side in shapes]
    assert all((feature >= 0).all() for feature in features)


def test_layers_come_in_the_order_asked_for_and_no_deeper():
    network = filled(4, 0)
    later, earlier = network(torch.rand(1, 3, 9, 11))
    assert (later.shape, earlier.shape) == ((1, 128, 2, 2), (1, 64, 4, 5))
    assert len(network.features) == 5
    assert (earlier < 0).any()


def test_normalisation_is_imagenets_and_no_part_of_the_state():
    network, bare = filled(1), filled(1, normalise=False)
    image = torch.rand(1, 3, 9, 9)
    colours = zip(image[0], (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), strict=True)
    by_hand = torch.stack([(plane - mean) / deviation for plane, mean, deviation in colours])[None]
    assert torch.allclose(network(image)[0], bare(by_hand)[0], atol=1e-6)
    assert network.state_dict().keys() == bare.state_dict().keys()


def test_gradient_reaches_the_image_and_not_the_weights():
    network, image = filled(1, 12), torch.rand(1, 3, 32, 32, requires_grad=True)
    torch.stack([feature.sum() for feature in network(image)]).sum().backward()
    assert image.grad is not None
    assert image.grad.abs().sum() > 0
    assert not any(parameter.requires_grad for parameter in network.parameters())


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_file_of_the_whole_classifier_is_read(tmp_path, suffix):
    source = filled(4)
    path = tmp_path / f"squeezenet{suffix}"
    state = {**source.state_dict(), "classifier.1.weight": torch.zeros(2, 2)}
    (torch.save if suffix == ".pth" else safetensors.torch.save_file)(state, path)
    image = torch.rand(1, 3, 9, 9)
    for sha256 in (None, hashlib.sha256(path.read_bytes()).hexdigest()):
        found = SqueezeNet.from_file(path, [1, 4], sha256=sha256)
        assert torch.equal(found(image)[1], source(image)[0])
        assert not found.training


def test_wrong_files_say_why(tmp_path):
    path = tmp_path / "squeezenet.pth"
    torch.save(filled(1).state_dict(), path)
    with pytest.raises(RequestError, match=r"is not the squeezenet1_1-b8a52dc0.pth of torchvision: its SHA-256"):
        SqueezeNet.from_file(path, [1], sha256="b8a52dc0")
    with pytest.raises(RequestError, match=r"does not fit SqueezeNet: it lacks features\.10\.expand1x1\.bias"):
        SqueezeNet.from_file(path)


@pytest.mark.parametrize("path", [None, "elsewhere/squeezenet.pth"])
def test_without_the_file_one_sentence_says_which_and_whence(path):
    with pytest.raises(RequestError, match=r"squeezenet1_1-b8a52dc0.pth from https://\S+ .* --squeezenet FILE"):
        SqueezeNet.from_file(path)


def test_wrong_layers_are_refused():
    with pytest.raises(RequestError, match="SqueezeNet has layers 0 to 12, not 13"):
        SqueezeNet([1, 13])


@pytest.mark.parametrize(("layer", "smallest"), [(1, 3), (4, 5), (7, 9), (12, 17)])
def test_smallest_picture_is_taken_and_a_smaller_one_refused(layer, smallest):
    network = filled(layer)
    assert network(torch.rand(1, 3, smallest, 40))[0].shape[2] == 1
    with pytest.raises(RequestError, match=f"layer {layer} of SqueezeNet needs {smallest} pixels or more, not 40x"):
        network(torch.rand(1, 3, 40, smallest - 1))
