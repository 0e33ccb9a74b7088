"""What LR made afresh for every patch costs a step, beside LR that lies ready.

python benchmarks/degraded_step.py [network ...] takes steps of L1 and prepares batches of each kind, in turns, on one
thread each, and prints the CPU seconds of both: medians, which do not depend on what else the machine does. Behind them
stands the share of the plain step's speed that is left where one preparing thread (`data.Ahead`) has a core of its own,
step / max(step, batch), and where it has none, (step + plain batch) / (step + batch).

    ROUNDS=5 python benchmarks/degraded_step.py edsr-light edsr-s
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

os.environ["OMP_NUM_THREADS"] = "1"

import cv2
import torch

import acutance
from acutance.data import PatchStream, Store
from acutance.degrade import JPEG, Bicubic, Blur, Classical, GaussianNoise, SecondOrder, Shuffle
from acutance.experiment import Experiment, Term
from acutance.losses import Pixel
from acutance.networks import create
from acutance.training.machine import Machine
from acutance.training.trainer import Trainer

ROUNDS = int(os.environ.get("ROUNDS", "5"))
SCALE = 4
SIZES = {"edsr-light": (8, 96), "rlfn": (16, 192), "edsr-s": (16, 192)}
"""Batch and patch of each network's recipe."""
KINDS = {
    "plain": None,
    "blur": Classical(SCALE, blur=Blur()),
    "noise": Classical(SCALE, noise=GaussianNoise()),
    "blur and noise": Classical(SCALE, blur=Blur(), noise=GaussianNoise()),
    "JPEG": Classical(SCALE, compression=JPEG()),
    "BSRGAN": Shuffle(SCALE),
    "Real-ESRGAN": SecondOrder(SCALE),
}


def seconds(work: Callable[[], object]) -> float:
    started = time.thread_time()
    work()
    return time.thread_time() - started


def main() -> None:
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    photos = [Path(acutance.__file__).parent / "photos" / "train"]
    with tempfile.TemporaryDirectory() as cache:
        for name in sys.argv[1:] or ["edsr-light", "edsr-s"]:
            batch, patch = SIZES[name]
            store = Store.open(photos, cache=Path(cache), degradation=Bicubic(SCALE), minimum=patch)
            measure(name, store, batch, patch)


def measure(name: str, store: Store, batch: int, patch: int) -> None:
    objective = {"pixel": Term(1.0, Pixel())}
    experiment = Experiment(create(name, scale=SCALE), objective, steps=1000, batch=batch, patch=patch)
    trainer = Trainer(experiment, Machine("cpu").launch())
    streams = {
        kind: PatchStream(store, patch=patch, batch=batch, seed=1, degradation=each) for kind, each in KINDS.items()
    }
    ready = streams["plain"].batch_at(0, "cpu")
    trainer.step(ready)
    taken: dict[str, list[float]] = {kind: [] for kind in ["step", *KINDS]}
    for number in range(ROUNDS):
        taken["step"].append(seconds(lambda: trainer.step(ready)))
        for kind, stream in streams.items():
            taken[kind].append(seconds(lambda stream=stream, number=number: stream.batch_at(number + 1, "cpu")))
    step, plain = median(taken["step"]), median(taken["plain"])
    told = f"batch {batch}, patch {patch}: a step {step:.3f} s, {ROUNDS} rounds, torch {torch.__version__}"
    print(f"{name} x{SCALE}, {told}", flush=True)
    for kind in KINDS:
        made = median(taken[kind])
        own, shared = 100 * step / max(step, made), 100 * (step + plain) / (step + made)
        print(
            f"  {kind:15} a batch {made:.4f} s: {own:5.1f} % on a core of its own, {shared:5.1f} % on the step's",
            flush=True,
        )


if __name__ == "__main__":
    main()
