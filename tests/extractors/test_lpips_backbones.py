"""AlexNet and VGG-16 in torchvision's layout, built of nothing but its keys and torch's own operations."""

from collections.abc import Mapping

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv2d, max_pool2d

from acutance.errors import RequestError
from acutance.extractors.alexnet import AlexNet
from acutance.extractors.vgg16 import VGG16
from filling import fill

MEAN, DEVIATION = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])


def alexnet(state: Mapping[str, Tensor], x: Tensor) -> list[Tensor]:
    """The table of the paper: 11x11 stride 4, 5x5, three 3x3; a maximum over 3x3 after the first two."""
    taken = []
    for key, stride, padding, pooled in (
        (0, 4, 2, False),
        (3, 1, 2, True),
        (6, 1, 1, True),
        (8, 1, 1, 0),
        (10, 1, 1, 0),
    ):
        x = max_pool2d(x, 3, 2) if pooled else x
        x = conv2d(x, state[f"features.{key}.weight"], state[f"features.{key}.bias"], stride, padding).relu()
        taken.append(x)
    return taken


def vgg16(state: Mapping[str, Tensor], x: Tensor) -> list[Tensor]:
    """Configuration D: 2, 2, 3, 3 and 3 convolutions of 3x3, a maximum over 2x2 between the stages."""
    taken = []
    for stage in ((0, 2), (5, 7), (10, 12, 14), (17, 19, 21), (24, 26, 28)):
        x = max_pool2d(x, 2) if taken else x
        for key in stage:
            x = conv2d(x, state[f"features.{key}.weight"], state[f"features.{key}.bias"], padding=1).relu()
        taken.append(x)
    return taken


@pytest.mark.parametrize(("network", "reference"), [(AlexNet, alexnet), (VGG16, vgg16)])
def test_features_are_those_of_the_layers_written_out(network, reference) -> None:
    own, image = fill.fill_(network()), torch.rand(2, 3, 70, 64)
    expected = reference(own.state_dict(), (image - MEAN[:, None, None]) / DEVIATION[:, None, None])
    for feature, wanted in zip(own(image), expected, strict=True):
        torch.testing.assert_close(feature, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("network", "parameters"), [(AlexNet, 2_469_696), (VGG16, 14_714_688)])
def test_parameters_are_counted_and_frozen(network, parameters: int) -> None:
    assert sum(each.numel() for each in network().parameters()) == parameters
    assert not any(each.requires_grad for each in network().parameters())


@pytest.mark.parametrize(("network", "file"), [(AlexNet, "alexnet-owt-7be5be79.pth"), (VGG16, "vgg16-397923af.pth")])
def test_only_the_released_file_is_read_unless_another_is_trusted(network, file: str, tmp_path) -> None:
    source = fill.fill_(network())
    torch.save({**source.state_dict(), "classifier.1.weight": torch.zeros(1)}, tmp_path / file)
    with pytest.raises(RequestError, match=f"is not the {file} of torchvision"):
        network.from_file(tmp_path / file)
    image = torch.rand(1, 3, 40, 40)
    assert torch.equal(network.from_file(tmp_path / file, sha256=None)(image)[-1], source(image)[-1])
    with pytest.raises(RequestError, match=f"{file} from https"):
        network.from_file(None)


@pytest.mark.parametrize(("network", "smallest"), [(AlexNet, 31), (VGG16, 16)])
def test_smallest_picture_is_taken_and_a_smaller_one_refused(network, smallest: int) -> None:
    assert network()(torch.rand(1, 3, smallest, smallest))[-1].shape[2:] == (1, 1)
    with pytest.raises(RequestError, match=f"needs {smallest} pixels or more"):
        network()(torch.rand(1, 3, 64, smallest - 1))
