"""ResNet-18 as torchvision lays it out, against a second computation from its state dict alone."""

import pytest
import torch
import torch.nn.functional as F

from acutance.errors import RequestError
from acutance.extractors import ResNet18
from filling import fill


@pytest.fixture(scope="module")
def network():
    return fill.fill_(ResNet18()).eval()


def by_hand(weights, image):
    """Compute Conv4_2 by functions, the plan of the stages written out."""

    def normalised(x, name):
        mean, variance, weight, bias = (
            weights[f"{name}.{key}"][:, None, None] for key in ("running_mean", "running_var", "weight", "bias")
        )
        return (x - mean) / (variance + 1e-5).sqrt() * weight + bias

    def block(x, name, stride):
        inner = normalised(F.conv2d(x, weights[f"{name}.conv1.weight"], stride=stride, padding=1), f"{name}.bn1").relu()
        inner = normalised(F.conv2d(inner, weights[f"{name}.conv2.weight"], padding=1), f"{name}.bn2")
        if stride == 2:
            x = normalised(F.conv2d(x, weights[f"{name}.downsample.0.weight"], stride=2), f"{name}.downsample.1")
        return (inner + x).relu()

    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    x = (image - mean[:, None, None]) / deviation[:, None, None]
    x = normalised(F.conv2d(x, weights["conv1.weight"], stride=2, padding=3), "bn1").relu()
    x = F.max_pool2d(x, 3, stride=2, padding=1)
    for name, stride in (("layer1.0", 1), ("layer1.1", 1), ("layer2.0", 2), ("layer2.1", 1), ("layer3.0", 2)):
        x = block(x, name, stride)
    return block(x, "layer3.1", 1)


def test_it_is_what_its_weights_say(network):
    image = torch.rand(2, 3, 70, 64, generator=torch.Generator().manual_seed(1))
    features = network(image)
    assert features.shape == (2, 256, 5, 4)
    torch.testing.assert_close(features, by_hand(network.state_dict(), image), rtol=1e-4, atol=1e-5)


def test_keys_and_size_are_those_of_torchvision(network):
    weights = network.state_dict()
    assert sum(parameter.numel() for parameter in network.parameters()) == 2_782_784
    assert {"conv1.weight", "bn1.running_var", "layer2.0.downsample.0.weight", "layer3.1.bn2.bias"} <= weights.keys()
    assert not any(key.startswith(("layer1.0.downsample", "layer4", "fc", "normalise")) for key in weights)


def test_what_it_cannot_do_is_said(network, tmp_path):
    with pytest.raises(RequestError, match="16 pixels or more, not 15x40"):
        network(torch.rand(1, 3, 15, 40))
    with pytest.raises(RequestError, match=r"resnet18-f37072fd.pth.*--resnet FILE"):
        ResNet18.from_file(None)
