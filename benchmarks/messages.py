"""What two processes of gloo on one machine cost each other: a message by its size, and a step beside that of one.

    OMP_NUM_THREADS=1 .venv/bin/python benchmarks/messages.py

The least of all repetitions is told, as on a machine that does other work the rest says more about that.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

import torch
from lightning_fabric import Fabric
from torch import distributed, multiprocessing

from acutance import processes
from acutance.recipes import Request, find_recipe
from acutance.training.clock import Clock
from acutance.training.trainer import Trainer
from acutance.types import Batch

SIZES = {"one number": 1, "1 MB": 250_000, "6.1 MB, edsr_s": 1_517_571, "25 MB, edsr_s with E_D": 6_212_676}
RECIPES = ("pixel:edsr_light", "pcl:edsr_light")
REPETITIONS, STEPS, BATCH, PATCH = 20, 8, 8, 96


def least(work: Callable[[], object], repetitions: int) -> float:
    """Return the least milliseconds that it takes."""
    taken = list[float]()
    for _ in range(repetitions):
        processes.wait()
        started = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - started))
    return min(taken)


def step(name: str) -> float:
    """Return the least milliseconds of a step of a recipe, in 32 bits."""
    torch.manual_seed(1)
    experiment = find_recipe(name).experiment(Request(scale=4, patch=PATCH, batch=BATCH, steps=STEPS))
    trainer = Trainer(replace(experiment, warmup=None), Fabric(accelerator="cpu", devices=1))
    hr = torch.rand(BATCH, 3, PATCH, PATCH)[processes.rows(BATCH // processes.world())[1]]
    batch = Batch(torch.nn.functional.avg_pool2d(hr, 4), hr)
    return least(lambda: trainer.step(batch, Clock(STEPS)), STEPS)


def measure(rank: int, folder: str, world: int) -> None:
    """Measure as one process of `world`; the first tells."""
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=f"file://{folder}/meeting-{world}", rank=rank, world_size=world)
    found = {f"step of {name}": step(name) for name in RECIPES}
    if world > 1:
        for name, count in SIZES.items():
            numbers = torch.ones(count)
            found[f"all-reduce of {name}"] = least(lambda numbers=numbers: processes.average([numbers]), REPETITIONS)
    if rank == 0:
        for name, milliseconds in found.items():
            print(f"{world} processes, {name}: {milliseconds:.2f} ms", flush=True)
    distributed.destroy_process_group()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for world in (1, 2):
            multiprocessing.spawn(measure, (folder, world), nprocs=world)
