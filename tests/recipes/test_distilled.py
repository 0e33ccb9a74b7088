"""The recipe that the network for x4 was trained by."""

from pathlib import Path

import pytest
import torch

from acutance.recipes import find_recipe
from acutance.recipes.recipe import Request
from acutance.types import Batch, Prediction

STUDY = Path(__file__).parents[2] / "studies" / "distilled.py"


def test_the_teacher_teaches_and_does_not_learn(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACUTANCE_WEIGHTS", str(shared_data / "weights"))
    experiment = find_recipe(f"{STUDY}:rlfn").experiment(Request(scale=4))
    loss = experiment.objective["teacher"].loss
    lr = torch.rand(1, 3, 24, 24)
    taught = loss.get_submodule("teacher")(lr)
    assert float(loss(Prediction(taught), Batch(lr, taught))) == 0
    sr = (taught + 0.1).detach().requires_grad_()
    loss(Prediction(sr), Batch(lr, taught)).backward()
    assert sr.grad is not None
    assert (sr.grad > 0).all()
    assert not any(parameter.requires_grad for parameter in loss.parameters())
