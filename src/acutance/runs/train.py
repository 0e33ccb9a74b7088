"""From the words of a command to a finished run: what `train`, `compare` and `demo` share."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from acutance.provenance import circumstances, fingerprint, fingerprints, quoted

if TYPE_CHECKING:
    from acutance.data import Store
    from acutance.experiment import Experiment
    from acutance.recipes import Recipe
    from acutance.runs.validation import Validation


Files = Mapping[str, Path | None]
"""The files of weights and the folders that a recipe may ask for, by the names of the options."""


@dataclass(frozen=True)
class Budget:
    """What a command may change of a recipe; None leaves it as the recipe says."""

    scale: int = 4
    steps: int | None = None
    batch: int | None = None
    patch: int | None = None
    seed: int = 1


@dataclass(frozen=True)
class Hardware:
    """What to compute on; see `acutance.train.Machine`."""

    device: str = "auto"
    devices: int = 1
    nodes: int = 1
    precision: str = "32-true"


def run_recipe(
    name: str,
    *,
    data: list[Path],
    out: Path,
    budget: Budget,
    hardware: Hardware | None = None,
    files: Files | None = None,
    init: str | Path | None = None,
    resume: bool = False,
    validate: str | None = None,
    every: int = 1000,
    test: Path | None = None,
    cache: Path | None = None,
    check: bool = False,
) -> Path:
    """Train by a recipe and return the folder of the run. A run that is finished is left as it is if `resume`.

    Raises:
        RequestError: a name, a value or a folder is wrong; nothing was written then.
        AcutanceError: the run failed; its last checkpoint stands.
    """
    from acutance.checkpoints import locate
    from acutance.recipes import find_recipe
    from acutance.run_folder import RunFolder
    from acutance.runs.rehearsal import probe
    from acutance.runs.run import Run, fit, patches
    from acutance.training.curve import Rhythm
    from acutance.training.machine import Machine
    from acutance.training.trainer import Trainer

    recipe = find_recipe(name)
    experiment = _experiment(recipe, budget, files or {}, init)
    validation = _validation(validate, test, budget.scale, every)
    store = _store(data, cache or out.parent / "store", budget.scale, experiment.patch)
    hardware = hardware or Hardware()
    fabric = Machine(hardware.device, hardware.devices, hardware.nodes, hardware.precision).launch()
    folder = RunFolder(out)
    if check:
        print(probe(experiment, store, validation, fabric, out, budget.seed))
        return out
    stream = patches(experiment, store, fabric, budget.seed)
    with folder.claimed() if fabric.is_global_zero else nullcontext():
        if fabric.is_global_zero:
            told = {"recipe": recipe.name, "seed": budget.seed, "scale": budget.scale, "data": store.manifest()}
            told |= {"experiment": experiment.describe(), "init": fingerprint(None if init is None else locate(init))}
            told |= {"files": fingerprints(files or {}), "precision": hardware.precision, **circumstances(fabric)}
            folder.begin(told, recipe.source, resume=resume)
        fabric.barrier()
        if not folder.finished():
            card = {"recipe": name, "seed": budget.seed, "data": [path.name for path in data]}
            rhythm = Rhythm(log=max(1, min(50, experiment.steps // 20)), save=max(1, min(500, experiment.steps // 4)))
            trainer = Trainer(experiment, fabric)
            fit(Run(experiment, trainer, folder, fabric, validation, rhythm, card), stream, resume=resume)
            if fabric.is_global_zero:
                _report(name, out)
    return out


def _experiment(recipe: "Recipe", budget: Budget, files: Files, init: str | Path | None) -> "Experiment":
    """Build the experiment; what a start leaves fresh is warmed up, where the recipe says so."""
    from dataclasses import replace

    import torch

    from acutance.checkpoints import start

    torch.manual_seed(budget.seed)
    experiment = recipe.build(budget.scale, files, patch=budget.patch)
    asked = {"steps": budget.steps, "batch": budget.batch}
    experiment = replace(experiment, **{key: value for key, value in asked.items() if value is not None})
    if init is None:
        if experiment.initialised_from:
            print(f"{recipe.name} is meant to begin from {experiment.initialised_from}: --init FILE. It begins fresh.")
        return replace(experiment, warmup=None)
    begun = start(experiment.network, init)
    print(begun.sentence, flush=True)
    return experiment if begun.fresh else replace(experiment, warmup=None)


def _validation(name: str | None, test: Path | None, scale: int, every: int) -> "Validation | None":
    from acutance.data import find_set
    from acutance.runs.validation import Validation

    return None if name is None else Validation.of(find_set(test, name, scale), scale, every)


def _store(data: list[Path], cache: Path, scale: int, patch: int) -> "Store":
    from acutance.data import Store
    from acutance.degrade import Bicubic

    return Store.open(data, cache=cache, degradation=Bicubic(scale), minimum=patch)


def _report(name: str, out: Path) -> None:
    from acutance.report.page import write_report
    from acutance.run_folder import RunFolder

    write_report(
        RunFolder(out).report, title=name, runs={name: out}, results=[], figures={}, commands=[quoted()], facts={}
    )
