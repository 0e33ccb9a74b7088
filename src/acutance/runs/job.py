"""One run made ready: what it trains, on what, and where it writes."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

import torch

from acutance import processes
from acutance.checkpoints import locate, start
from acutance.data import HIGH_ALONE, BandStore, Declared, Store
from acutance.degrade import Bicubic
from acutance.errors import RequestError, unknown
from acutance.experiment import Experiment
from acutance.provenance import circumstances, fingerprint, fingerprints, quoted
from acutance.recipes.recipe import Recipe, Request
from acutance.recipes.renamed import current_name
from acutance.report.over_time import pictures_over_time
from acutance.report.page import write_report
from acutance.run_folder import RunFolder
from acutance.runs.best import Best
from acutance.runs.changes import Changes
from acutance.runs.execution import AS_IT_IS, Execution
from acutance.runs.judging import Judging
from acutance.runs.onlookers import Onlookers
from acutance.runs.rgb_alone import demand_bare
from acutance.runs.settings_file import settings_text
from acutance.runs.start_hash import start_hashes
from acutance.runs.training_run import ON_NAN, TrainingRun, patches
from acutance.runs.validation import Validation
from acutance.terminal import say
from acutance.training import Fabric
from acutance.training.loggers import make_loggers
from acutance.training.loop import Rhythm
from acutance.training.recovery import state_to_go_on_from
from acutance.training.trainer import Trainer

Place = str | PathLike[str]
REFRESH = 30
"""Seconds after which the page of a run in progress loads itself again."""


@dataclass(frozen=True)
class Job:
    """What a run is asked for.

    Attributes:
        recipe, request: what is trained.
        data: folders of HR pictures.
        declared: what was said of them: where LR is, what is white.
        out: folder of the run.
        seed: decides the start, the patches and the samples.
        init: weights to start from, as `checkpoints.locate` finds them; None for a start by the seed.
        precision: that of the machine.
        on_nan: as of `TrainingRun`.
        changes: to how the experiment is optimized.
        judging: what it validates on.
        execution: how it is carried out.
        asked: every option, for the run's settings file.

    Raises:
        RequestError: there is no such `on_nan`.
    """

    recipe: Recipe
    request: Request
    data: Sequence[Path]
    declared: Declared
    out: Path
    seed: int
    init: str | None
    precision: str
    on_nan: str = "restart"
    changes: Changes = field(default_factory=Changes)
    judging: Judging = field(default_factory=Judging)
    execution: Execution = AS_IT_IS
    asked: Mapping[str, object] = field(default_factory=dict[str, object])

    def __post_init__(self) -> None:
        if self.on_nan not in ON_NAN:
            raise unknown("way to go on (--on-nan)", self.on_nan, ON_NAN)

    def experiment(self) -> Experiment:
        """Build the experiment; what a start leaves fresh is warmed up, where the recipe says so."""
        torch.manual_seed(self.seed)
        experiment = self.changes.applied(self.recipe.experiment(self.request))
        if self.init is None:
            if advice := experiment.initialised_from:
                say(f"{self.recipe.name} is meant to start from {advice}: --init FILE. It starts from the seed.")
            return replace(experiment, warmup=None)
        begun = start(experiment.network, self.init)
        say(begun.sentence)
        return experiment if begun.fresh else replace(experiment, warmup=None)

    def store(self, cache: Path, experiment: Experiment) -> Store | BandStore:
        """Open the store of the pictures, decoding them where that is due.

        Raises:
            RequestError: LR was declared, and the experiment makes its own; or as `Store.open`.
        """
        network = experiment.network
        if network.bands != 3:
            return BandStore(self.data, network.scale, network.bands, experiment.patch, self.declared.white_level)
        degradation, declared = Bicubic(network.scale), experiment.declared(self.declared)
        if experiment.made_afresh is not None:
            if declared.lr:
                raise RequestError(f"{self.recipe.name} makes LR of HR for every patch: leave --lr out.")
            declared = replace(HIGH_ALONE, white_level=declared.white_level)
        return Store.open(self.data, cache=cache, degradation=degradation, minimum=experiment.patch, declared=declared)

    def validation(self, experiment: Experiment) -> Validation | None:
        """Decode the sets to score while training, and score what may be too small; None for no sets."""
        if experiment.network.bands != 3:
            demand_bare(experiment, self.declared, self.judging.validate)
        return self.judging.validation(experiment, experiment.declared(self.declared).for_others)

    def run(
        self,
        experiment: Experiment,
        store: Store | BandStore,
        validation: Validation | None,
        fabric: Fabric,
        *,
        resume: bool,
    ) -> None:
        """Train to the last step, and write the report; if `resume`, mend what broke of a run that is finished."""
        folder, stream = RunFolder(self.out), patches(experiment, store, fabric, self.seed)
        with folder.claimed() if fabric.is_global_zero else nullcontext():
            state = state_to_go_on_from(folder) if resume else None
            if fabric.is_global_zero:
                self._begin(folder, experiment, store, validation, fabric, state, resume=resume)
            processes.wait()
            rhythm, finished = Rhythm.of(experiment.steps, validation and validation.every), folder.finished()
            run = self._started(experiment, folder, fabric, validation, rhythm)
            done = run.go_on(state, told=not finished)
            if not finished:
                with self._watched(run, folder, done):
                    done = run.fit(stream, rhythm, done)
            if fabric.is_global_zero:
                self._finish(folder, run, done)
            processes.wait()

    def _begin(
        self,
        folder: RunFolder,
        experiment: Experiment,
        store: Store | BandStore,
        validation: Validation | None,
        fabric: Fabric,
        state: Mapping[str, Any] | None,
        *,
        resume: bool,
    ) -> None:
        """Write down what is run, or make sure that a run that is resumed was the same."""
        budget = {name: getattr(experiment, name) for name in ("steps", "batch", "patch")}
        config = settings_text({**self.asked, **budget}, folder.config) if self.asked else ""
        told = self.record(experiment, store, fabric)
        if validation is not None and validation.choice is not None:
            told |= {"chosen": {"on": validation.sets, "by": validation.choice.text}}
        kept = (state or {}).get("files")
        folder.begin(told, self.recipe.source, resume=resume, kept=kept, current_name=current_name, config=config)

    def _started(
        self, experiment: Experiment, folder: RunFolder, fabric: Fabric, validation: Validation | None, rhythm: Rhythm
    ) -> TrainingRun:
        card = {"recipe": self.recipe.name, "seed": self.seed, "data": [path.name for path in self.data]}
        how = self.execution
        trainer = Trainer(experiment, fabric, measure_every=rhythm.log, accumulate=how.accumulate, compile=how.compile)
        best = Best() if validation is None else validation.best()
        return TrainingRun(
            experiment, trainer, folder, fabric, validation, card, best, self.on_nan, workers=how.workers
        )

    @contextmanager
    def _watched(self, run: TrainingRun, folder: RunFolder, done: int) -> Generator[None]:
        """Let loggers and the page follow the run in the block, if this process is the first."""
        if run.fabric.is_global_zero:
            loggers = make_loggers(self.execution.log, folder.path, folder.settings(), done)
            run.onlookers = Onlookers(loggers, partial(self._report, folder, REFRESH))
        try:
            yield
        except BaseException:
            run.onlookers.finish(whole=False)
            raise
        run.onlookers.finish(whole=True)

    def _finish(self, folder: RunFolder, run: TrainingRun, done: int) -> None:
        """Write what a run has at its end, unless it has: the report, and last of all that it is finished."""
        ending = folder.ending()
        if ending is not None and folder.has_report():
            folder.drop_previous()
        else:
            if ending is not None:
                say(f"{folder.report} was {'damaged' if folder.report.exists() else 'missing'}, and is made again.")
            self._report(folder)
            folder.finish(ending or run.summary(done))

    def record(self, experiment: Experiment, store: Store | BandStore, fabric: Fabric) -> dict[str, object]:
        """Return everything that decides what the run does, and what it rests on."""
        scale = experiment.network.scale
        told = {"recipe": self.recipe.name, "seed": self.seed, "scale": scale, "data": store.manifest()}
        init = None if self.init is None else fingerprint(locate(self.init))
        told |= {"experiment": experiment.describe(), "init": init, "files": fingerprints(self.request.files)}
        first = patches(experiment, store, fabric, self.seed).batch_at(0, device="cpu")
        told |= {"start": start_hashes(experiment.network, first)}
        return {**told, "precision": self.precision, **circumstances(fabric)}

    def _report(self, folder: RunFolder, refresh: int | None = None) -> None:
        """Write the page of the run; one that refreshes itself, after so many seconds, while the run goes on."""
        name, chosen = self.recipe.name, folder.settings().get("chosen")
        facts = {"Chosen on": f"{', '.join(chosen['on'])}, by {chosen['by']}"} if chosen else {}
        write_report(
            folder.report,
            title=name,
            runs={name: self.out},
            results=[],
            figures=pictures_over_time(folder),
            commands=[quoted()],
            facts=facts,
            refresh=refresh,
        )
