"""A trained RLFN begins at another scale with what it learned."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
import torch

from acutance import load
from acutance.ops import bicubic, image_of
from photographs import photograph


@pytest.fixture
def other_scale(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script of studies/."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "studies"))
    return import_module("other_scale")


def test_at_its_own_scale_it_stays_the_same(other_scale: ModuleType) -> None:
    network = load("default-x3").eval()
    again, lr = other_scale.at_scale(network, 3).eval(), torch.rand(1, 3, 20, 18)
    with torch.inference_mode():
        assert torch.allclose(again(lr), network(lr), atol=1e-5)


@pytest.mark.parametrize("scale", [2, 3])
def test_at_another_it_is_ahead_of_bicubic_before_any_step(other_scale: ModuleType, scale: int) -> None:
    hr = image_of(photograph(3, 48 * scale, 48 * scale))
    lr = bicubic(hr, 1 / scale)
    with torch.inference_mode():
        sr = other_scale.at_scale(load("default-x4"), scale).eval()(lr)
    wrong, control = ((each - hr)[..., 8:-8, 8:-8].square().mean() for each in (sr, bicubic(lr, scale)))
    assert wrong < 0.9 * control
