"""The perceptual loss; its value in a released step is in test_adversarial.py."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from acutance import images
from acutance.errors import RequestError
from acutance.extractors import SqueezeNet
from acutance.losses import Perceptual
from acutance.types import Batch, Prediction


class Doubled(nn.Module):
    """Two layers: the image, and twice the image."""

    def forward(self, image):
        return [image, 2 * image]


class Statistics(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))


BATCH = Batch(lr=torch.zeros(1, 3, 2, 2), hr=torch.full((1, 3, 8, 8), 0.5))


@pytest.mark.parametrize(("distance", "expected"), [("l1", (0.1 + 0.2) / 2), ("l2", (0.01 + 0.04) / 2)])
def test_layers_count_alike(distance, expected):
    value = Perceptual(Doubled(), distance)(Prediction(BATCH.hr + 0.1), BATCH)
    assert float(value) == pytest.approx(expected, rel=1e-5)


def test_features_stand_still_though_they_are_set_to_learn():
    features = Statistics()
    loss = Perceptual(features).train()
    before = {key: tensor.clone() for key, tensor in features.state_dict().items()}
    sr = torch.rand(1, 3, 8, 8, requires_grad=True)
    loss(Prediction(sr), BATCH).backward()
    assert sr.grad.abs().sum() > 0
    assert all(torch.equal(before[key], tensor) for key, tensor in features.state_dict().items())
    assert all(parameter.grad is None for parameter in features.parameters())


def test_graph_of_hr_is_not_kept():
    hr = torch.rand(1, 3, 8, 8, requires_grad=True)
    sr = torch.rand(1, 3, 8, 8, requires_grad=True)
    Perceptual(Statistics())(Prediction(sr), Batch(BATCH.lr, hr)).backward()
    assert hr.grad is None


def test_unknown_distance_is_named():
    with pytest.raises((RequestError, TypeError), match="l3"):
        Perceptual(Doubled(), "l3")  # pyright: ignore[reportArgumentType]


def test_a_photograph_is_nearer_to_its_brighter_self_than_to_its_blurred_one(shared_data):
    """For the same pixel loss, with trained features: what the loss is for."""
    weights = shared_data / "weights" / "squeezenet1_1_features.safetensors"
    loss = Perceptual(SqueezeNet.from_file(weights))
    hr = torch.tensor(images.read(shared_data / "Set5" / "butterfly.png").pixels).permute(2, 0, 1)[None] / 255
    blurred = F.avg_pool2d(F.pad(hr, (2,) * 4, mode="replicate"), 5, stride=1)
    brighter = hr + (blurred - hr).abs().mean()
    near, far = (float(loss(Prediction(sr), Batch(hr, hr))) for sr in (brighter, blurred))
    assert near < far / 2
