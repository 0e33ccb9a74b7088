"""A rehearsal before a long run: one step, one validation, one checkpoint, and the memory they took."""

import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from acutance.data import BandStore, Store
from acutance.errors import AcutanceError
from acutance.experiment import Experiment
from acutance.files import passing_folder, sweep
from acutance.run_folder import RunFolder
from acutance.runs.execution import AS_IT_IS, Execution
from acutance.runs.training_run import TrainingRun, patches
from acutance.runs.validation import Validation
from acutance.training import Fabric
from acutance.training.clock import Clock
from acutance.training.state import read_state
from acutance.training.trainer import Trainer


@dataclass(frozen=True)
class Rehearsal:
    """What a rehearsal found. Printed it is a sentence.

    Attributes:
        seconds: of one step.
        steps: of the whole run.
        memory: the most bytes that were taken; 0 where the system does not tell, as Windows.
        pictures: to learn from.
    """

    seconds: float
    steps: int
    memory: int
    pictures: int

    @property
    def lasts(self) -> float:
        """Seconds that the steps of the whole run would take."""
        return self.seconds * self.steps

    def __str__(self) -> str:
        memory = f"peak memory {gibibytes(self.memory)}, " if self.memory else ""
        return (
            f"The check passed: {self.seconds:.2f} s a step, {in_time(self.lasts)} for {self.steps} steps, "
            f"{memory}{self.pictures} pictures."
        )


def in_time(seconds: float) -> str:
    """Return a time as people say it.

    >>> in_time(7.4), in_time(400), in_time(8000), in_time(1e6)
    ('7 s', '7 min', '2 h 13 min', '11.6 days')
    """
    minutes = round(seconds / 60)
    if seconds < 100:
        return f"{seconds:.0f} s"
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes < 48 * 60 else f"{seconds / 86400:.1f} days"


def gibibytes(count: int) -> str:
    """Return a number of bytes in GiB."""
    return f"{count / 2**30:.1f} GiB"


def rehearse(
    experiment: Experiment,
    store: Store | BandStore,
    validation: Validation | None,
    fabric: Fabric,
    out: Path,
    seed: int,
    execution: Execution = AS_IT_IS,
) -> Rehearsal:
    """Do everything that a run does once, at its largest shape, beside `out`, and leave nothing there.

    Raises:
        AcutanceError: what the run itself would have stumbled over.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    sweep(out.parent)
    with passing_folder(out.parent, "check") as folder:
        experiment = replace(experiment, warmup=None)  # a step of the warm-up takes less memory than those after it
        trainer = Trainer(
            experiment, fabric, measure_every=1, accumulate=execution.accumulate, compile=execution.compile
        )
        run = TrainingRun(experiment, trainer, RunFolder(folder), fabric, validation)
        run.best = validation.best() if validation else run.best
        stream, clock = patches(experiment, store, fabric, seed), Clock(experiment.steps)
        trainer.step(stream.batch_at(0, fabric.device), clock)
        started = time.perf_counter()
        trainer.step(stream.batch_at(1, fabric.device), clock.next)
        seconds = time.perf_counter() - started
        if trainer.mishaps.last:
            raise AcutanceError(f"the check took steps in which {' and '.join(trainer.mishaps.last)} was not finite.")
        run.validate(clock.next)
        run.save(clock.next)
        read_state(run.folder.state)
    return Rehearsal(seconds, experiment.steps, _peak_memory(fabric.device), len(store))


def _peak_memory(device: torch.device) -> int:
    """Return the most bytes that were taken; 0 where the system does not tell."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:
        return 0
    return getrusage(RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
