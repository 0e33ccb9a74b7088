"""A network whose last convolution was corrected keeps flat colours that the correction has not seen."""

from importlib import import_module
from itertools import product
from pathlib import Path

import pytest
import torch

from acutance import load

STUDIES = Path(__file__).parents[2] / "studies"


def test_other_colours_are_kept_and_all_places_of_a_kernel_change_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(STUDIES))
    calibrated = import_module("calibrated")
    with pytest.raises(SystemExit, match="is no RLFN"):
        calibrated.seen(load("edsr-light-x4"), torch.rand(2, 3))
    network = load("default-x4")
    last = [module for module in network.modules() if isinstance(module, torch.nn.Conv2d)][-1]
    with torch.no_grad():
        assert last.bias is not None
        last.bias += 2.0  # two levels too bright
    before, weights = _off(calibrated, network), last.weight.clone()
    calibrated.calibrate(network, torch.tensor(list(product((0, 128, 255), repeat=3))) / 255, ridge=0.001)
    assert before > 1.5
    assert _off(calibrated, network) < 0.5
    change = last.weight - weights
    torch.testing.assert_close(change, change[..., :1, :1].expand_as(change), rtol=0, atol=1e-6)


def _off(calibrated: object, network: torch.nn.Module) -> float:
    colours = torch.rand(8, 3, generator=torch.Generator().manual_seed(5))
    _, made, right = calibrated.seen(network, colours)  # pyright: ignore
    return float((right - made).abs().max())
