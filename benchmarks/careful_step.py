"""What care costs a step: finite checks, undo, whole-batch statistics, against another version of the package.

BEFORE=DIR/src python benchmarks/careful_step.py alternates processes of that version and of this one (A B A B), each of
which takes STEPS steps of L1 with EDSR-S x4, LR patch 48, on one thread, and prints the CPU seconds of a step: its
median, and the ratio of the medians over the rounds.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import torch

ROUNDS, STEPS = int(os.environ.get("ROUNDS", "5")), int(os.environ.get("STEPS", "4"))
BATCH = int(os.environ.get("BATCH", "16"))
PATCH = 192


def main() -> None:
    if "BEFORE" not in os.environ:
        print("nothing to compare with; name the source of another version: BEFORE=DIR/src")
        return
    versions = {"before": Path(os.environ["BEFORE"]), "now": Path(__file__).parents[1] / "src"}
    seconds: dict[str, list[float]] = {name: [] for name in versions}
    for _ in range(ROUNDS):
        for name, source in versions.items():
            environment = os.environ | {"PYTHONPATH": str(source), "OMP_NUM_THREADS": "1"}
            words = [sys.executable, __file__, "child"]
            told = subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout
            seconds[name].append(float(told.split()[-1]))
    medians = {name: median(taken) for name, taken in seconds.items()}
    told = [f"{value:.4f} s {name}" for name, value in medians.items()]
    ratio = medians["now"] / medians["before"]
    print(f"L1, EDSR-S x4, batch {BATCH}, patch {PATCH}: {', '.join(told)}, ratio {ratio:.4f};", end=" ")
    print(f"{ROUNDS} rounds of {STEPS} steps, torch {torch.__version__}")


def child() -> None:
    from acutance.experiment import Experiment, Term
    from acutance.losses import Pixel
    from acutance.networks import create
    from acutance.training.machine import Machine
    from acutance.training.trainer import Trainer
    from acutance.types import Batch

    torch.manual_seed(0)
    experiment = Experiment(
        create("edsr-s", scale=4), {"pixel": Term(1.0, Pixel())}, steps=100, batch=BATCH, patch=PATCH
    )
    trainer = Trainer(experiment, Machine("cpu").launch())
    batch = Batch(torch.rand(BATCH, 3, PATCH // 4, PATCH // 4), torch.rand(BATCH, 3, PATCH, PATCH))
    taken: list[float] = []
    for _ in range(STEPS + 2):
        started = time.process_time()
        trainer.step(batch)
        taken.append(time.process_time() - started)
    print(median(taken[2:]))


if __name__ == "__main__":
    child() if sys.argv[1:] else main()
