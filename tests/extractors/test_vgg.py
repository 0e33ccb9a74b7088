"""VGG-19 against the reference features, and the file its weights come from."""

import hashlib
import json

import numpy as np
import pytest
import safetensors.torch
import torch

from acutance.errors import RequestError
from acutance.extractors import VGG19
from acutance.extractors.vgg import FIRST_OF_STAGES, LAYERS
from filling import fill


def filled(*layers, normalise=True):
    return fill.fill_(VGG19(layers, normalise=normalise))


@pytest.mark.parametrize(("normalise", "name"), [(True, "output"), (False, "output_no_input_norm")])
def test_conv5_4_before_its_activation_equals_the_reference(golden, normalise, name):
    reference = np.load(golden / "spsr" / "vgg19_conv5_4.npz")
    (features,) = filled("conv5_4", normalise=normalise)(torch.from_numpy(reference["input"]))
    assert np.abs(features.numpy() - reference[name]).max() < 1e-6
    assert (features < 0).any()


def test_first_layers_of_the_stages_equal_the_reference(golden):
    reference = np.load(golden / "pcl" / "vgg_infonce.npz")
    features = filled(*FIRST_OF_STAGES, normalise=False)(torch.from_numpy(reference["sr"]))
    for index, feature in enumerate(features):
        sample = reference[f"feat{index}_sample"]
        assert np.abs(feature[:, : sample.shape[1]].numpy() - sample).max() < 1e-6


def test_keys_are_torchvisions(golden):
    keys = json.loads((golden / "spsr" / "keys_vgg19_features.json").read_text())
    with torch.device("meta"):
        state = VGG19(["conv5_4"]).state_dict()
    assert {key: list(tensor.shape) for key, tensor in state.items()} == keys


def test_names_point_where_torchvision_has_its_layers():
    places = {"relu1_1": 1, "relu2_1": 6, "relu3_1": 11, "relu4_1": 20, "relu5_1": 29, "conv5_4": 34, "pool5": 36}
    assert {name: LAYERS.index(name) for name in places} == places


def test_layers_come_in_the_order_asked_for_and_no_deeper():
    network = filled("relu2_1", "conv1_2")
    later, earlier = network(torch.rand(1, 3, 8, 6))
    assert (later.shape, earlier.shape) == ((1, 128, 4, 3), (1, 64, 8, 6))
    assert len(network.features) == 1 + LAYERS.index("relu2_1")


def test_gradient_reaches_the_image_and_not_the_weights():
    network, image = filled("relu2_1"), torch.rand(1, 3, 8, 8, requires_grad=True)
    network.train()(image)[0].sum().backward()
    assert image.grad is not None
    assert image.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in network.parameters())


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_file_in_torchvisions_layout_is_read(tmp_path, suffix):
    source = filled("relu2_1")
    state = {**source.state_dict(), "classifier.0.weight": torch.zeros(2, 2)}
    path = tmp_path / f"vgg19{suffix}"
    (torch.save if suffix == ".pth" else safetensors.torch.save_file)(state, path)
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    image = torch.rand(1, 3, 8, 8)
    for sha256 in (None, checksum, checksum[:8].upper()):
        found = VGG19.from_file(path, ["relu1_1", "relu2_1"], sha256=sha256)
        assert torch.equal(found(image)[1], source(image)[0])


def test_another_file_is_refused_until_it_is_trusted(tmp_path):
    path = tmp_path / "vgg19-dcbb9e9d.pth"
    torch.save(filled("relu1_1").state_dict(), path)
    with pytest.raises(RequestError, match=r"is not the vgg19-dcbb9e9d.pth of torchvision: its SHA-256 begins with"):
        VGG19.from_file(path, ["relu1_1"])
    with pytest.raises(RequestError, match=r"does not fit VGG-19: it lacks features\.2\.bias"):
        VGG19.from_file(path, ["relu1_2"], sha256=None)


@pytest.mark.parametrize("path", [None, "elsewhere/vgg19.pth"])
def test_without_the_file_one_sentence_says_which_and_whence(path):
    with pytest.raises(RequestError, match=r"vgg19-dcbb9e9d.pth from https://download.pytorch.org/\S+ .* --vgg FILE"):
        VGG19.from_file(path)


def test_wrong_requests_say_what_is_right():
    with pytest.raises(RequestError, match="did you mean 'relu5_1'"):
        VGG19(["relu51"])
    with pytest.raises(RequestError, match="relu5_1 of VGG-19 needs 16 pixels or more, not 40x15"):
        VGG19()(torch.rand(1, 3, 40, 15))
