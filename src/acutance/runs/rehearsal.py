"""A rehearsal before a long run: one step, one validation, one checkpoint, and the memory they took."""

import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import torch

from acutance.data import Store
from acutance.experiment import Experiment
from acutance.run_folder import RunFolder
from acutance.runs.training_run import TrainingRun, patches
from acutance.runs.validation import Validation
from acutance.training import Fabric
from acutance.training.clock import Clock
from acutance.training.state import read_state
from acutance.training.trainer import Trainer


def rehearse(
    experiment: Experiment, store: Store, validation: Validation | None, fabric: Fabric, out: Path, seed: int
) -> str:
    """Do everything that a run does once, at its largest shape, beside `out`, and leave nothing there.

    Returns a sentence with the seconds of a step, the time the whole run would take and the peak memory.

    Raises:
        AcutanceError: what the run itself would have stumbled over.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".check-", dir=out.parent) as folder:
        experiment = replace(experiment, warmup=None)  # a step of the warm-up takes less memory than those after it
        trainer = Trainer(experiment, fabric, measure_every=1)
        run = TrainingRun(experiment, trainer, RunFolder(folder), fabric, validation)
        stream, clock = patches(experiment, store, fabric, seed), Clock(experiment.steps)
        trainer.step(stream.batch_at(0, fabric.device), clock)
        started = time.perf_counter()
        trainer.step(stream.batch_at(1, fabric.device), clock.next)
        seconds = time.perf_counter() - started
        run.validate(clock.next)
        run.save(clock.next)
        read_state(run.folder.state)
    hours = seconds * experiment.steps / 3600
    return (
        f"The check passed: {seconds:.2f} s a step, {hours:.1f} h for {experiment.steps} steps, "
        f"peak memory {_peak_memory(fabric.device):.1f} GiB, {len(store)} pictures."
    )


def _peak_memory(device: torch.device) -> float:
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 2**30
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilobyte / 2**30
