"""Small checkpoints of every kind that is read, and reading one in each of the ways that a file of weights is read."""

import argparse
import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from torch import Tensor

from acutance import checkpoints, critics, networks, tensors
from acutance.errors import AcutanceError
from acutance.extractors import StructureExtractor
from acutance.training.state import read_state, write_state
from fuzz.inputs import Seed

SIZES: dict[str, dict[str, int]] = {
    "edsr": {"blocks": 1, "channels": 4},
    "rcan": {"groups": 1, "blocks": 1, "channels": 4, "reduction": 2},
    "han": {"groups": 1, "blocks": 1, "channels": 4, "reduction": 2},
    "nlsn": {"blocks": 2, "every": 2, "channels": 4},
    "rlfn": {"blocks": 1, "channels": 4, "attention_channels": 2},
    "srresnet": {"blocks": 1, "channels": 4},
    "rrdb": {"blocks": 1, "channels": 4, "growth": 2},
    "spsr": {"blocks": 1, "channels": 4, "growth": 2},
    "swinir": {"groups": 1, "blocks": 2, "channels": 12, "window": 4},
}
"""The least of each network."""


def seeds() -> list[Seed]:
    """Return a file of each network as Acutance writes it, as it was released, and in the wrappers of trainers."""
    torch.manual_seed(0)
    made = {name: networks.create(name, scale=2, **sizes) for name, sizes in SIZES.items()}
    return [*_ours(made), *_released(made), *_wrapped(made["edsr"].state_dict()), *_of_runs(made["edsr"].state_dict())]


def attempt(path: Path) -> None:
    """Read a file as a network, a start, a critic, an extractor, plain weights, and as what a run goes on from.

    Raises:
        AcutanceError: every way refuses it, which is said by the first.
    """
    refusals: list[AcutanceError] = []
    ways: tuple[Callable[[Path], object], ...] = (
        checkpoints.load,
        _started,
        critics.load,
        StructureExtractor.from_file,
        tensors.read_weights,
        read_state,
    )
    for way in ways:
        try:
            way(path)
        except AcutanceError as refusal:
            refusals.append(refusal)
    if len(refusals) == len(ways):
        raise refusals[0]


def _started(path: Path) -> object:
    return checkpoints.start(networks.create("edsr", scale=2, **SIZES["edsr"]), path)


def _ours(made: dict[str, networks.Network]) -> Iterator[Seed]:
    card = {"recipe": "pixel:edsr_light", "seed": 1, "data": ["photos"], "step": 12}
    for name, network in made.items():
        yield _written(f"ours-{name}.safetensors", lambda path, network=network: checkpoints.save(path, network, card))
    yield _written("extractor.safetensors", StructureExtractor.random().save)
    for view in ("haar", "fourier"):
        critic = critics.EmbeddingNetwork(view, "patch", patch=32)
        yield _written(f"critic-{view}.safetensors", lambda path, critic=critic: critics.save(path, critic))
    said = {"format": 1, "embedding": {"view": "haar", "logits": "image", "patch": 32}}
    yield _written("critic-cut.safetensors", lambda path: tensors.write_weights(path, {"a": torch.rand(3)}, said))


def _released(made: dict[str, networks.Network]) -> Iterator[Seed]:
    for name, network in made.items():
        yield Seed(f"released-{name}.pth", _saved(checkpoints.released(network)))
        yield Seed(f"stranger-{name}.safetensors", safetensors.torch.save(dict(network.state_dict())))
    for naming in ("old", "mid"):
        yield Seed(f"esrgan-{naming}.pth", _saved(checkpoints.released(made["rrdb"], naming)))


def _wrapped(weights: dict[str, Tensor]) -> Iterator[Seed]:
    halved = {key: tensor / 2 for key, tensor in weights.items()}
    prefixed = {f"generator.module.{key}": tensor for key, tensor in weights.items()}
    critic = {"discriminator.conv0_0.weight": torch.rand(4, 3, 3, 3)}
    settings = {"lr": np.float64(1e-4), "options": argparse.Namespace(scale=2), "step": 5}
    yield Seed("basicsr.pth", _saved({"params": weights, "params_ema": halved}))
    yield Seed("lightning.ckpt", _saved({"state_dict": prefixed | critic, "hyper_parameters": settings, "epoch": 3}))
    yield Seed("compiled.pt", _saved({"model": {f"_orig_mod.{key}": tensor for key, tensor in weights.items()}}))
    yield Seed("before-zip.pth", _saved({"params": weights}, _use_new_zipfile_serialization=False))
    yield Seed(
        "compact.pth", _saved({"params": {"body.0.weight": torch.rand(8, 3, 3, 3), "body.0.bias": torch.rand(8)}})
    )


def _of_runs(weights: dict[str, Tensor]) -> Iterator[Seed]:
    trainer = {"network": weights, "optimizer": {"state": {0: {"exp_avg": torch.rand(4)}}}, "balance": {"weights": {}}}
    state = {"step": 12, "best": float("-inf"), "trainer": trainer}
    yield _written("last.pt", lambda path: write_state(path, state))


def _saved(content: object, **options: bool) -> bytes:
    file = io.BytesIO()
    torch.save(content, file, **options)
    return file.getvalue()


def _written(name: str, write: Callable[[Path], object]) -> Seed:
    with tempfile.TemporaryDirectory() as place:
        write(Path(place) / name)
        return Seed(name, (Path(place) / name).read_bytes())
