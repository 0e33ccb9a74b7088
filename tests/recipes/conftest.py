"""Files that recipes ask for, made for a test, and networks narrow enough to build and train every recipe."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from acutance import critics, networks
from acutance.critics import EmbeddingNetwork, VGGStyleDiscriminator
from acutance.experiment import Experiment
from acutance.extractors import VGG19, ResNet18, SqueezeNet, StructureExtractor
from acutance.recipes import Request, find_recipe
from acutance.run_folder import RunFolder
from acutance.tensors import write_weights

NARROW = {
    "edsr": {"blocks": 1, "channels": 8},
    "rcan": {"groups": 1, "blocks": 1, "channels": 8, "reduction": 4},
    "han": {"groups": 1, "blocks": 1, "channels": 8, "reduction": 4},
    "nlsn": {"blocks": 1, "every": 1, "channels": 16},
    "rlfn": {"blocks": 1, "channels": 8, "attention_channels": 4},
    "rrdb": {"blocks": 1, "channels": 8, "growth": 4},
    "srresnet": {"blocks": 1, "channels": 8},
    "swinir": {"groups": 1, "blocks": 2, "channels": 12},
    "spsr": {"blocks": 1, "channels": 8, "growth": 4},
}
WIDE = 16
"""Channels of the first stage of a discriminator here."""

Build = Callable[..., Experiment]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """A file of each kind; those of ImageNet's networks are random, and trusted here alone."""
    folder = tmp_path_factory.mktemp("files")
    critics.save(RunFolder(folder).embedding, EmbeddingNetwork())
    write_weights(folder / "vgg.safetensors", VGG19(("conv5_4",)).state_dict(), {})
    write_weights(folder / "squeezenet.safetensors", SqueezeNet().state_dict(), {})
    write_weights(folder / "resnet.safetensors", ResNet18().state_dict(), {})
    StructureExtractor.random().save(folder / "extractor.safetensors")
    made = {name: folder / f"{name}.safetensors" for name in ("vgg", "squeezenet", "resnet", "extractor")}
    vgg, resnet = VGG19.from_file, ResNet18.from_file
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(VGG19, "from_file", lambda path, *layers: vgg(path, *layers, sha256=None))
        patch.setattr(ResNet18, "from_file", lambda path: resnet(path, sha256=None))
        yield {"embedding": folder, **made}


@pytest.fixture(scope="module")
def build(files: dict[str, Path]) -> Build:
    """Build a recipe with the files that it asks for, SqueezeNet's features where it has a perceptual loss."""

    def built(name: str, **asked: object) -> Experiment:
        recipe, request = find_recipe(name), Request(**{"perceptual": "squeezenet", **asked})
        its = {file: files[file] for file in recipe.files(request)}
        return recipe.experiment(Request(**{**vars(request), "files": its}))

    return built


@pytest.fixture(scope="module")
def narrow(build: Build) -> Iterator[Build]:
    """Build it on a narrow network of its own family, with slim critics."""

    def create(name: str, *, scale: int) -> networks.Network:
        network = networks.create(name, scale=scale, **NARROW[name.split("-")[0]])
        network.name = name
        return network

    def critic(design, channels: int = 3, stride: int = 1) -> VGGStyleDiscriminator:
        return VGGStyleDiscriminator(channels, WIDE, design.patch // stride)

    with pytest.MonkeyPatch.context() as patch:
        for module in ("pixel", "esrgan", "restore"):
            patch.setattr(f"acutance.recipes.{module}.create", create)
        for module in ("spsr", "esrgan"):
            patch.setattr(f"acutance.recipes.{module}.critic", critic)

        def built(name: str, **asked: object) -> Experiment:
            deep = name.endswith(("_vgg", "_resnet", ":vgg", ":resnet")) and name.startswith("spsr")
            return build(name, **{"patch": 128 if deep else 64, **asked})

        yield built
