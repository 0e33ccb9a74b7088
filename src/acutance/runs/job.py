"""One run made ready: what it trains, on what, and where it writes."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from os import PathLike, fspath
from pathlib import Path

import torch

from acutance.checkpoints import locate, start
from acutance.data import Store, find_set
from acutance.degrade import Bicubic
from acutance.experiment import Experiment
from acutance.progress import say
from acutance.provenance import circumstances, fingerprint, fingerprints, quoted
from acutance.recipes.recipe import Recipe, Request
from acutance.recipes.renamed import current_name
from acutance.report.page import write_report
from acutance.run_folder import RunFolder
from acutance.runs.training_run import TrainingRun, patches
from acutance.runs.validation import Validation
from acutance.training import Fabric
from acutance.training.loop import Rhythm
from acutance.training.trainer import Trainer

Place = str | PathLike[str]


@dataclass(frozen=True)
class Job:
    """What a run is asked for.

    Attributes:
        recipe, request: what is trained.
        data: folders of HR pictures.
        out: folder of the run.
        seed: decides the start, the patches and the samples.
        init: weights to start from, as `checkpoints.locate` finds them; None for a start by the seed.
        precision: that of the machine.
    """

    recipe: Recipe
    request: Request
    data: Sequence[Path]
    out: Path
    seed: int
    init: str | None
    precision: str

    def experiment(self) -> Experiment:
        """Build the experiment; what a start leaves fresh is warmed up, where the recipe says so."""
        torch.manual_seed(self.seed)
        experiment = self.recipe.experiment(self.request)
        if self.init is None:
            if advice := experiment.initialised_from:
                say(f"{self.recipe.name} is meant to start from {advice}: --init FILE. It starts from the seed.")
            return replace(experiment, warmup=None)
        begun = start(experiment.network, self.init)
        say(begun.sentence)
        return experiment if begun.fresh else replace(experiment, warmup=None)

    def store(self, cache: Path, patch: int) -> Store:
        """Open the store of the pictures, decoding them where that is due."""
        return Store.open(self.data, cache=cache, degradation=Bicubic(self.request.scale), minimum=patch)

    def validation(self, name: Place | None, test: Place | None, every: int) -> Validation | None:
        """Decode the set to score while training, None for none."""
        if name is None:
            return None
        pictures = find_set(None if test is None else Path(test), fspath(name), self.request.scale)
        return Validation.of(pictures, self.request.scale, every)

    def run(
        self, experiment: Experiment, store: Store, validation: Validation | None, fabric: Fabric, *, resume: bool
    ) -> None:
        """Train to the last step, and write the report. A run that is finished is left as it is if `resume`."""
        folder, stream = RunFolder(self.out), patches(experiment, store, fabric, self.seed)
        with folder.claimed() if fabric.is_global_zero else nullcontext():
            if fabric.is_global_zero:
                record = self.record(experiment, store, fabric)
                folder.begin(record, self.recipe.source, resume=resume, current_name=current_name)
            fabric.barrier()
            if not folder.finished():
                card = {"recipe": self.recipe.name, "seed": self.seed, "data": [path.name for path in self.data]}
                rhythm = Rhythm.of(experiment.steps, validation and validation.every)
                trainer = Trainer(experiment, fabric, measure_every=rhythm.log)
                run = TrainingRun(experiment, trainer, folder, fabric, validation, card)
                run.fit(stream, rhythm, resume=resume)
                if fabric.is_global_zero:
                    self._report(folder)

    def record(self, experiment: Experiment, store: Store, fabric: Fabric) -> dict[str, object]:
        """Return everything that decides what the run does, and what it rests on."""
        told = {"recipe": self.recipe.name, "seed": self.seed, "scale": self.request.scale, "data": store.manifest()}
        init = None if self.init is None else fingerprint(locate(self.init))
        told |= {"experiment": experiment.describe(), "init": init, "files": fingerprints(self.request.files)}
        return {**told, "precision": self.precision, **circumstances(fabric)}

    def _report(self, folder: RunFolder) -> None:
        name = self.recipe.name
        write_report(
            folder.report, title=name, runs={name: self.out}, results=[], figures={}, commands=[quoted()], facts={}
        )
