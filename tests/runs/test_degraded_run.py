"""A run whose LR is made afresh takes nobody else's LR, and is the same in one go and in two."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import acutance
from acutance import images, tensors
from acutance.degrade import SecondOrder
from acutance.errors import RequestError
from acutance.experiment import Experiment, Term
from acutance.losses import Pixel
from acutance.networks import create
from photographs import photograph


def real(scale: int) -> Experiment:
    network = create("edsr", scale=scale, blocks=1, channels=8)
    experiment = Experiment(network, {"pixel": Term(1.0, Pixel())}, steps=4, batch=2, patch=32)
    return replace(experiment, degradation=SecondOrder(scale))


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """HR beside LR, which is black."""
    for number in range(2):
        images.write(tmp_path / "data" / "HR" / f"{number}.png", photograph(number, 64, 64))
        images.write(tmp_path / "data" / "LR_bicubic" / "X2" / f"{number}x2.png", photograph(number, 32, 32) // 255)
    return tmp_path / "data"


def test_lr_that_is_there_is_left_alone_and_lr_that_is_named_is_refused(pairs: Path, tmp_path: Path) -> None:
    acutance.train(real, data=pairs, out=tmp_path / "a", scale=2)
    told = json.loads((tmp_path / "a" / "experiment.json").read_text())
    assert [each["name"] for each in told["data"]] == ["HR/0.png", "HR/1.png"]
    assert not any("lr_sha256" in each for each in told["data"])
    assert told["experiment"]["degradation"] == repr(SecondOrder(2))
    with pytest.raises(RequestError, match="makes LR of HR for every patch"):
        acutance.train(real, data=pairs, out=tmp_path / "b", scale=2, lr=pairs / "LR_bicubic" / "X2")


def test_two_halves_are_the_whole(pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    acutance.train(real, data=pairs, out=tmp_path / "whole", scale=2)
    taken: list[int] = []
    forward = Pixel.forward

    def stopping(self: Pixel, *given: object) -> torch.Tensor:
        taken.append(1)
        if len(taken) == 3:
            raise KeyboardInterrupt
        return forward(self, *given)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(Pixel, "forward", stopping)
    with pytest.raises(KeyboardInterrupt):
        acutance.train(real, data=pairs, out=tmp_path / "halves", scale=2)
    monkeypatch.undo()
    acutance.train(real, data=pairs, out=tmp_path / "halves", scale=2, resume=True)
    whole, halves = (
        tensors.read_weights(tmp_path / each / "checkpoints" / "last.safetensors") for each in ("whole", "halves")
    )
    assert all(torch.equal(halves[name], tensor) for name, tensor in whole.items())
