"""Every recipe for real pictures takes three steps on degraded patches, narrow; what each is, its control says."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from lightning_fabric import Fabric

from acutance import images
from acutance.data import HIGH_ALONE, PatchStream, Store
from acutance.degrade import Bicubic, SecondOrder
from acutance.experiment import Experiment
from acutance.recipes import RECIPES
from acutance.recipes.real import ROWS
from acutance.training.clock import Clock
from acutance.training.trainer import Trainer
from photographs import photograph


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("photos")
    for seed in (1, 2):
        images.write(folder / f"{seed}.png", photograph(seed, 160, 176))
    return Store.open(folder, cache=folder / "cache", degradation=Bicubic(4), declared=HIGH_ALONE)


@pytest.mark.parametrize("name", ROWS)
def test_it_trains_on_patches_that_are_degraded_afresh(
    name: str, narrow: Callable[..., Experiment], store: Store
) -> None:
    experiment = replace(narrow(name, steps=3, batch=2), warmup=None)
    assert experiment.degradation == SecondOrder(4)
    stream = PatchStream(store, patch=experiment.patch, batch=2, seed=1, degradation=experiment.made_afresh)
    trainer = Trainer(experiment, Fabric(accelerator="cpu", devices=1), measure_every=1)
    for done in range(3):
        losses = trainer.step(stream.batch_at(done, "cpu"), Clock(3, done))
        assert losses.keys() >= experiment.objective.keys()
        assert all(loss.isfinite() for loss in losses.values())
    assert trainer.network.skipped == 0


def test_what_pleases_the_eye_starts_from_pixels_and_has_a_control(narrow: Callable[..., Experiment]) -> None:
    for network in ("rlfn", "edsr_s", "edsr_light", "rrdb"):
        gan, structure = narrow(f"real:{network}_gan"), narrow(f"real:{network}_p")
        assert gan.initialised_from == structure.initialised_from == f"weights of real:{network}"
        assert gan.objective.keys() == {"perceptual", "pixel", "adversarial"}
        assert structure.objective.keys() == {"perceptual", "pixel", "structure", "structure_adversarial"}
        assert gan.judged_by[0] == "lpips"
        assert RECIPES[f"real:{network}_gan"].control == RECIPES[f"real:{network}_p"].control
        assert RECIPES[f"real:{network}_pcl"].control == f"real:{network}"
