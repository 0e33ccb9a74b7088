"""Every recipe takes three steps on a narrow network of its own family, which the gradient of every term reaches."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from lightning_fabric import Fabric

from acutance import critics, networks
from acutance.critics import EmbeddingNetwork, VGGStyleDiscriminator
from acutance.extractors import VGG19, ResNet18, SqueezeNet, StructureExtractor
from acutance.recipes import RECIPES, find_recipe
from acutance.run_folder import RunFolder
from acutance.tensors import write_weights
from acutance.training.trainer import Trainer
from acutance.types import Batch

NARROW = {
    "edsr": {"blocks": 1, "channels": 8},
    "rcan": {"groups": 1, "blocks": 1, "channels": 8, "reduction": 4},
    "han": {"groups": 1, "blocks": 1, "channels": 8, "reduction": 4},
    "nlsn": {"blocks": 1, "every": 1, "channels": 16},
    "rlfn": {"blocks": 1, "channels": 8, "attention_channels": 4},
    "rrdb": {"blocks": 1, "channels": 8, "growth": 4},
    "srresnet": {"blocks": 1, "channels": 8},
    "spsr": {"blocks": 1, "channels": 8, "growth": 4},
}
WIDE = 16
"""Channels of the first stage of a discriminator here."""


def narrow(name, scale):
    return networks.create(name, scale=scale, **NARROW[name.split("-")[0]])


def slim_critic(design, channels=3, stride=1):
    return VGGStyleDiscriminator(channels, WIDE, design.patch // stride)


def batch(patch):
    coarse = torch.rand(2, 3, patch // 4, patch // 4)
    hr = (F.interpolate(coarse, scale_factor=4, mode="bicubic") + 0.1 * torch.rand(2, 3, patch, patch)).clamp(0, 1)
    return Batch(F.avg_pool2d(hr, 4), hr)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """An embedding network and an extractor from other runs, and weights of ImageNet that only this test trusts."""
    folder = tmp_path_factory.mktemp("files")
    critics.save(RunFolder(folder).embedding, EmbeddingNetwork())
    write_weights(folder / "vgg.safetensors", VGG19(("conv5_4",)).state_dict(), {})
    write_weights(folder / "squeezenet.safetensors", SqueezeNet().state_dict(), {})
    write_weights(folder / "resnet.safetensors", ResNet18().state_dict(), {})
    StructureExtractor.random().save(folder / "extractor.safetensors")
    weights = {name: folder / f"{name}.safetensors" for name in ("vgg", "squeezenet", "resnet", "extractor")}
    return {"embedding": folder, **weights}


@pytest.fixture
def build(files, monkeypatch):
    trusting = VGG19.from_file
    monkeypatch.setattr(VGG19, "from_file", lambda path, *layers: trusting(path, *layers, sha256=None))
    resnet = ResNet18.from_file
    monkeypatch.setattr(ResNet18, "from_file", lambda path: resnet(path, sha256=None))
    for module in ("pixel", "esrgan"):
        monkeypatch.setattr(f"acutance.recipes.{module}.create", narrow)
    for module in ("spsr", "esrgan"):
        monkeypatch.setattr(f"acutance.recipes.{module}.critic", slim_critic)

    def built(name):
        recipe = find_recipe(name)
        if recipe.is_perceptual:
            recipe = find_recipe(f"{name}+squeezenet")
        patch = 128 if {"vgg", "resnet"} & recipe.files and recipe.is_perceptual else 64
        return recipe.build(4, {file: files[file] for file in recipe.files}, patch=patch)

    return built


@pytest.mark.parametrize("name", RECIPES)
def test_recipe_trains(name, build):
    experiment = replace(build(name), steps=3, batch=2, warmup=None)
    before = {key: parameter.clone() for key, parameter in experiment.network.named_parameters()}
    trainer = Trainer(experiment, Fabric(accelerator="cpu", devices=1))
    trainer.balance.due = True
    for _ in range(3):
        losses = trainer.step(batch(experiment.patch))
        assert all(loss.isfinite() for loss in losses.values())
    assert trainer.network.skipped == 0
    parameters = dict(experiment.network.named_parameters())
    still = [key for key, p in parameters.items() if p.requires_grad and torch.equal(p, before[key])]
    assert still == []
    reached = {name for name in experiment.objective if name != "branch"}
    assert all(trainer.balance.norms[name] > 0 for name in reached)
