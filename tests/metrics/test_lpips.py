"""LPIPS against released numbers and against its equation written out, and the files its weights come from."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from acutance.errors import RequestError
from acutance.extractors.alexnet import AlexNet
from acutance.extractors.squeezenet import SqueezeNet
from acutance.extractors.vgg16 import VGG16
from acutance.losses import Perceptual
from acutance.metrics import BACKBONES, LPIPS, PROTOCOLS, lpips
from acutance.metrics.lpips import LPIPSFeatures, read_linear
from acutance.ops import image_of
from acutance.types import Batch, Prediction
from filling import fill

NETWORKS = {"squeeze": SqueezeNet, "alex": AlexNet, "vgg": VGG16}


@pytest.mark.parametrize("name", ["sr", "noisy"])
def test_squeezenet_equals_the_reference(golden: Path, weights: Path, name: str) -> None:
    stored = np.load(golden / "lpips/lpips_squeeze.npz")
    distance = lpips(stored[name], stored["hr"], weights=weights)
    assert distance == pytest.approx(float(stored[f"lpips_{name}"]), abs=1e-5)
    assert lpips(stored["hr"], stored["hr"], weights=weights) == 0


def by_equation(network: nn.Module, linear: list[np.ndarray], a: torch.Tensor, b: torch.Tensor) -> float:
    """Eq. 1 in numpy, position by position, from inputs shifted and scaled as the released code does in [-1, 1]."""
    shift, scale = np.array([-0.030, -0.088, -0.188]), np.array([0.458, 0.448, 0.450])
    network.normalise = nn.Identity()
    layers = []
    for image in (a, b):
        scaled = ((image[0].permute(1, 2, 0).double().numpy() * 2 - 1) - shift) / scale
        layers.append([f[0].numpy() for f in network(torch.from_numpy(scaled).float().permute(2, 0, 1)[None])])
    total = 0.0
    for weight, first, second in zip(linear, *layers, strict=True):
        _, height, width = first.shape
        for y, x in np.ndindex(height, width):
            u, v = (f[:, y, x] / (np.sqrt((f[:, y, x] ** 2).sum()) + 1e-10) for f in (first, second))
            total += float((weight * (u - v) ** 2).sum()) / (height * width)
    return total


@pytest.mark.parametrize("name", BACKBONES)
def test_equals_its_equation_written_out(weights: Path, name: str) -> None:
    network = fill.fill_(NETWORKS[name]())
    linear = read_linear(BACKBONES[name].linear.find(weights), BACKBONES[name].channels)
    a, b = torch.rand(2, 1, 3, 40, 36)
    distance = LPIPS(network, linear)(a, b)
    assert distance.shape == (1,)
    plain = [weight.flatten().numpy() for weight in linear]
    assert float(distance) == pytest.approx(by_equation(network, plain, a, b), rel=1e-3)
    assert float(distance) > 0


def test_as_a_loss_it_is_the_same_distance_and_its_gradient_lowers_it(golden: Path, weights: Path) -> None:
    stored = np.load(golden / "lpips/lpips_squeeze.npz")
    sr, hr = (image_of(stored[name]) for name in ("noisy", "hr"))
    distance = LPIPS.from_folder(weights)
    loss, leaf = Perceptual(LPIPSFeatures(distance), "l2"), sr.clone().requires_grad_()
    found = loss(Prediction(leaf), Batch(lr=hr, hr=hr))
    assert float(found) == pytest.approx(float(stored["lpips_noisy"]), abs=1e-5)
    found.backward()
    assert float(distance(sr - 1e-3 * leaf.grad.sign(), hr)) < float(found)


@pytest.mark.parametrize("name", BACKBONES)
def test_channels_are_those_of_the_features(name: str) -> None:
    layers = NETWORKS[name]()(torch.rand(1, 3, 40, 40))
    assert tuple(layer.shape[1] for layer in layers) == BACKBONES[name].channels
    assert all((layer >= 0).all() for layer in layers)


def test_released_weights_are_not_negative_and_another_networks_are_refused(weights: Path) -> None:
    for backbone in BACKBONES.values():
        assert all((weight >= 0).all() for weight in read_linear(backbone.linear.find(weights), backbone.channels))
    alex = BACKBONES["alex"].linear.find(weights)
    with pytest.raises(RequestError, match=r"lpips_v0.1_alex.* does not hold 128 weights as lin1.model.1.weight"):
        read_linear(alex, BACKBONES["squeeze"].channels)


def test_linear_weights_are_known_by_their_numbers_whatever_file_they_are_in(weights: Path, tmp_path: Path) -> None:
    released = BACKBONES["alex"].linear
    stored = {f"lin{n}.model.1.weight": w for n, w in enumerate(read_linear(released.find(weights), (64, 192)))}
    torch.save(stored, tmp_path / "lpips_v0.1_alex.pth")
    with pytest.raises(RequestError, match=r"does not hold the linear weights .* as released"):
        released.find(tmp_path)
    whole = read_linear(released.find(weights), BACKBONES["alex"].channels)
    torch.save({f"lin{n}.model.1.weight": w for n, w in enumerate(whole)}, tmp_path / "lpips_v0.1_alex.pth")
    assert released.find(tmp_path) == tmp_path / "lpips_v0.1_alex.pth"


def test_a_damaged_file_is_refused(weights: Path, tmp_path: Path) -> None:
    for name in ("lpips_v0.1_squeeze.safetensors", "squeezenet1_1_features.safetensors"):
        shutil.copyfile(weights / name, tmp_path / name)
    content = bytearray((tmp_path / name).read_bytes())
    content[-1] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RequestError, match=r"squeezenet1_1_features.safetensors does not hold .* as released: its ch"):
        PROTOCOLS["spsr"].scorer(("lpips",), weights=tmp_path)


def test_without_the_files_one_sentence_says_how_they_are_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    black = np.zeros((32, 32, 3), np.uint8)
    with pytest.raises(RequestError, match=rf"features of SqueezeNet; `acutance data fetch lpips .* {tmp_path}` puts"):
        lpips(black, black, weights=tmp_path)
    monkeypatch.delenv("ACUTANCE_WEIGHTS", raising=False)
    with pytest.raises(RequestError, match="by --weights DIR or ACUTANCE_WEIGHTS"):
        lpips(black, black)


def test_the_folder_of_the_environment_is_used(golden: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = np.load(golden / "lpips/lpips_squeeze.npz")
    monkeypatch.setenv("ACUTANCE_WEIGHTS", str(weights))
    scores = PROTOCOLS["spsr"].scorer(("lpips",))(stored["sr"], stored["hr"], 4)
    assert scores == {"lpips_squeeze": pytest.approx(float(stored["lpips_sr"]), abs=1e-5)}
