"""What a GPU computes is what the CPU computes, to the precision of the two.

DEVICE=cpu runs these tests where there is no GPU, to see that they run.
"""

import copy
import os
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from acutance.experiment import Experiment, Term
from acutance.losses import Contrastive, Loss, Pixel
from acutance.networks import Network, create
from acutance.training.machine import Machine
from acutance.training.trainer import Trainer
from acutance.types import Batch
from acutance.upscaling import upscale

pytestmark = pytest.mark.gpu
DEVICE = os.environ.get("DEVICE", "cuda")
OBJECTIVES = {"pixel": ["pixel"], "pcl": ["pixel", "contrastive"]}


@pytest.fixture(autouse=True)
def _whole_single_precision() -> Iterator[None]:
    """Convolutions of 32 bits keep only 10 bits of the mantissa otherwise (TF32)."""
    with torch.backends.cudnn.flags(allow_tf32=False):
        yield


def experiment(*terms: str) -> Experiment:
    torch.manual_seed(1)
    losses: dict[str, tuple[float, Loss]] = {"pixel": (1.0, Pixel()), "contrastive": (0.1, Contrastive(seed=0))}
    objective = {name: Term(*losses[name]) for name in terms}
    return Experiment(create("edsr", scale=2, blocks=2, channels=16), objective, steps=10, batch=4, patch=64)


def batch() -> Batch:
    hr = torch.rand(4, 3, 64, 64, generator=torch.Generator().manual_seed(2))
    return Batch(torch.nn.functional.avg_pool2d(hr, 2), hr)


def steps(experiment: Experiment, device: str, precision: str = "32-true", count: int = 2) -> list[dict[str, float]]:
    """Train a few steps on one batch; return the losses of each."""
    fabric = Machine(device, precision=precision).launch()
    trainer = Trainer(experiment, fabric)
    here = Batch(batch().lr.to(fabric.device), batch().hr.to(fabric.device))
    losses = []
    for _ in range(count):
        with fabric.autocast():
            losses.append({name: float(loss) for name, loss in trainer.step(here).items()})
    return losses


def gradient(network: Network) -> torch.Tensor:
    return torch.cat(
        [parameter.grad.flatten().cpu() for parameter in network.parameters() if parameter.grad is not None]
    )


@pytest.mark.parametrize("terms", OBJECTIVES.values(), ids=OBJECTIVES)
def test_a_step_is_that_of_the_cpu(terms: list[str]) -> None:
    here = experiment(*terms)
    there = copy.deepcopy(here)
    expected, losses = steps(here, "cpu"), steps(there, DEVICE)
    assert set(losses[0]) == set(expected[0]) >= set(terms)
    for each, other in zip(losses, expected, strict=True):
        assert each == pytest.approx(other, rel=1e-3)
    difference = gradient(there.network) - gradient(here.network)
    assert difference.norm() < 0.01 * gradient(here.network).norm()


@pytest.mark.parametrize("terms", OBJECTIVES.values(), ids=OBJECTIVES)
def test_a_step_in_half_precision_is_near_that_in_single(terms: list[str]) -> None:
    here = experiment(*terms)
    expected = steps(copy.deepcopy(here), DEVICE)
    losses = steps(here, DEVICE, "bf16-mixed")
    assert losses[0] == pytest.approx(expected[0], rel=0.05)
    assert np.isfinite([*losses[1].values()]).all()
    assert all(
        parameter.dtype == torch.float32 and parameter.isfinite().all() for parameter in here.network.parameters()
    )


def test_a_picture_is_upscaled_as_on_the_cpu() -> None:
    """Tiled, and with another row of tiles where it does not divide."""
    lr = np.random.default_rng(3).integers(0, 256, (90, 70, 3), np.uint8)
    network = experiment("pixel").network.eval()
    expected = upscale(lr, network, device="cpu", tile=32).astype(int)
    sr = upscale(lr, network, device=DEVICE, tile=32).astype(int)
    assert np.abs(sr - expected).max() <= 1
