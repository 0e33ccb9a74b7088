"""A rehearsal before a long run: one step, one validation, one checkpoint, and the memory they took."""

import sys
import time
from dataclasses import replace
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


def rehearse(
    experiment: Experiment,
    store: Store | BandStore,
    validation: Validation | None,
    fabric: Fabric,
    out: Path,
    seed: int,
    execution: Execution = AS_IT_IS,
) -> str:
    """Do everything that a run does once, at its largest shape, beside `out`, and leave nothing there.

    Returns a sentence with the seconds of a step, the time the whole run would take and, where the system tells it, the
    peak memory.

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
    hours = seconds * experiment.steps / 3600
    return (
        f"The check passed: {seconds:.2f} s a step, {hours:.1f} h for {experiment.steps} steps, "
        f"{_peak_memory(fabric.device)}{len(store)} pictures."
    )


def _peak_memory(device: torch.device) -> str:
    """Return a clause with the most memory that was taken; empty where the system does not tell, as Windows."""
    if device.type == "cuda":
        return _gibibytes(torch.cuda.max_memory_allocated(device))
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:
        return ""
    return _gibibytes(getrusage(RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def _gibibytes(count: int) -> str:
    return f"peak memory {count / 2**30:.1f} GiB, "
