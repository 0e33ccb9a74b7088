"""What is asked of `acutance.train`, taken apart and carried out."""

from collections.abc import Callable, Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from acutance.data import Declared
from acutance.data.declared import as_folders
from acutance.errors import RequestError
from acutance.experiment import Experiment
from acutance.recipes import Recipe, Request, find_recipe
from acutance.runs.changes import Changes
from acutance.runs.counts import check_counts
from acutance.runs.execution import Execution
from acutance.runs.job import Job
from acutance.runs.judging import Judging
from acutance.runs.rehearsal import rehearse
from acutance.runs.run import Run
from acutance.training import Machine, precision_here
from acutance.training.loggers import check_loggers

COUNTS = ("steps", "batch", "patch", "every", "devices", "nodes", "accumulate", "patience", "critic_steps")
FILES = ("vgg", "squeezenet", "resnet", "embedding", "extractor")
Given = str | Recipe | Callable[[int], Experiment]


def carry_out(asked: Mapping[str, Any]) -> Run:
    """Return the run that the options of `acutance.train` ask for, by their names; raises as that does."""
    recipe, folders, out = _demanded(asked["recipe"], asked["data"], asked["out"])
    check_counts([asked["seed"]], **{name: asked[name] for name in COUNTS})
    job = _job(asked, recipe, folders, out)
    experiment = job.experiment()
    validation = job.validation(experiment)
    store = job.store(Path(asked["cache"] or out.parent / "store"), experiment)
    machine = Machine(asked["device"], asked["devices"], asked["nodes"], job.precision)
    fabric = machine.launch(experiment.batch)
    if asked["check"]:
        return Run(out, rehearse(experiment, store, validation, fabric, out, job.seed, job.execution))
    job.run(experiment, store, validation, fabric, resume=asked["resume"])
    return Run(out)


def _job(asked: Mapping[str, Any], recipe: Given, folders: list[Path], out: Path) -> Job:
    request = {name: asked[name] for name in ("scale", "patch", "steps", "batch", "perceptual", "without")}
    changes = ("learning_rate", "optimizer", "schedule", "average", "clip", "freeze", "critic_steps")
    judging = ("validate", "test", "every", "metrics", "weights", "best_by", "patience")
    return Job(
        recipe=find_recipe(recipe, trust=asked["trust"]),
        request=Request(**request, files=located({name: asked[name] for name in FILES})),
        data=folders,
        declared=Declared.of(asked["lr"], asked["white_level"]),
        out=out,
        seed=asked["seed"],
        init=None if asked["init"] is None else fspath(asked["init"]),
        precision=precision_here(asked["precision"], asked["device"]),
        on_nan=asked["on_nan"],
        changes=Changes(*(asked[name] for name in changes)),
        judging=Judging(*(asked[name] for name in judging)),
        execution=Execution(asked["accumulate"], asked["compile"], asked["workers"], check_loggers(asked["log"])),
        asked=asked,
    )


def _demanded(recipe: Given | None, data: Any, out: Any) -> tuple[Given, list[Path], Path]:
    """Return what no run can be without, as it is used.

    Raises:
        RequestError: it is not there.
    """
    if not recipe:
        raise RequestError("name a recipe, PAPER:ROW such as pcl:edsr_s; acutance train --list prints them all.")
    if not data:
        raise RequestError("name a folder of HR pictures to train on: --data DIR.")
    if out is None:
        raise RequestError("name a folder for the run: --out DIR.")
    return recipe, as_folders(data), Path(out)


def located(files: Mapping[str, str | PathLike[str] | None]) -> dict[str, Path | None]:
    """Return the files that were given; a structure extractor or an embedding network that ships by its name too."""
    from acutance.critics import bundled
    from acutance.extractors.structure import locate

    given = {name: Path(file) for name, file in files.items() if file is not None}
    found = {name: locate(path) if name == "extractor" else path for name, path in given.items()}
    return {name: bundled().get(str(path), path) if name == "embedding" else path for name, path in found.items()}
