"""Every recipe takes three steps, on a narrow network of its own family, and its contrastive gradient arrives there."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from lightning_fabric import Fabric

from acutance import critics, networks
from acutance.critics import EmbeddingNetwork
from acutance.extractors import VGG19, SqueezeNet
from acutance.recipes import RECIPES, find_recipe
from acutance.tensors import write_weights
from acutance.train import Trainer
from acutance.types import Batch

NARROW = {
    "edsr": {"blocks": 1, "channels": 8},
    "rcan": {"groups": 1, "blocks": 1, "channels": 8, "reduction": 4},
    "han": {"groups": 1, "blocks": 1, "channels": 8, "reduction": 4},
    "nlsn": {"blocks": 1, "every": 1, "channels": 16},
    "rlfn": {"blocks": 1, "channels": 8, "attention_channels": 4},
}


def narrow(name, scale):
    return networks.create(name, scale=scale, **NARROW[name.split("-")[0]])


def batch():
    coarse = torch.rand(2, 3, 16, 16)
    hr = (F.interpolate(coarse, scale_factor=4, mode="bicubic") + 0.1 * torch.rand(2, 3, 64, 64)).clamp(0, 1)
    return Batch(F.avg_pool2d(hr, 4), hr)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """An embedding network from another run, weights of SqueezeNet, and for VGG-19 some that only this test trusts."""
    folder = tmp_path_factory.mktemp("files")
    critics.save(folder / critics.IN_RUN, EmbeddingNetwork())
    write_weights(folder / "vgg.safetensors", VGG19().state_dict(), {})
    write_weights(folder / "squeezenet.safetensors", SqueezeNet().state_dict(), {})
    weights = {name: folder / f"{name}.safetensors" for name in ("vgg", "squeezenet")}
    return {"embedding": folder, **weights}


@pytest.fixture
def build(files, monkeypatch):
    trusting = VGG19.from_file
    monkeypatch.setattr(VGG19, "from_file", lambda path: trusting(path, sha256=None))
    monkeypatch.setattr("acutance.recipes.pixel.create", narrow)

    def built(name):
        recipe = find_recipe(name)
        return recipe.build(4, **{file: files[file] for file in recipe.files})

    return built


@pytest.mark.parametrize("name", RECIPES)
def test_recipe_trains(name, build):
    experiment = replace(build(name), steps=3, batch=2, patch=64)
    before = {key: parameter.clone() for key, parameter in experiment.network.named_parameters()}
    trainer = Trainer(experiment, Fabric(accelerator="cpu", devices=1))
    trainer.balance.due = True
    for _ in range(3):
        losses = trainer.step(batch())
        assert all(loss.isfinite() for loss in losses.values())
    assert trainer.network.skipped == 0
    parameters = dict(experiment.network.named_parameters())
    still = [key for key, p in parameters.items() if p.requires_grad and torch.equal(p, before[key])]
    assert still == []
    if "contrastive" in experiment.objective:
        assert trainer.balance.norms["contrastive"] > 0
