"""Runs of a comparison side by side, each in a process of its own with its share of the threads and one of the GPUs."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import redirect_stderr
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import torch

from acutance.evaluate.results import Results

Make = Callable[[str, int, Path], Results]
"""Trains a recipe with a seed in a folder, and scores it."""

VISIBLE = "CUDA_VISIBLE_DEVICES"


def side_by_side(
    folders: Mapping[tuple[str, int], Path], make: Make, logs: Path, jobs: int
) -> Iterator[tuple[tuple[str, int], Results]]:
    """Yield the runs, (recipe, seed), and their results as they are finished, `jobs` of them at once.

    They begin in the order of `folders`. What a run says on standard error goes to a file in `logs`, named as its
    folder. Results are those of one after the other, where each run has as many threads: with more or fewer, sums on
    the CPU are rounded differently. Where a run fails, those that have begun are finished and no more are begun.
    """
    context = get_context("spawn")
    threads = max(1, torch.get_num_threads() // jobs)
    setup = threads, gpus(torch.cuda.device_count()), context.Value("i", 0)
    pool = ProcessPoolExecutor(min(jobs, len(folders)), context, _begin, setup)
    try:
        running = {
            pool.submit(_made, make, *run, folder, logs / f"{folder.parent.name}-{folder.name}.txt"): run
            for run, folder in folders.items()
        }
        for done in as_completed(running):
            yield running[done], done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def gpus(count: int) -> list[str]:
    """Return what CUDA calls the GPUs to be dealt out; none where there is only one to share."""
    named = os.environ.get(VISIBLE, ",".join(map(str, range(count)))).split(",")
    return named if count > 1 else []


def _begin(threads: int, devices: Sequence[str], begun: "Synchronized[int]") -> None:
    with begun.get_lock():
        number, begun.value = begun.value, begun.value + 1
    torch.set_num_threads(threads)
    if devices:
        # CUDA looks at it when it is first used, which in this process is yet to come.
        os.environ[VISIBLE] = devices[number % len(devices)]


def _made(make: Make, recipe: str, seed: int, folder: Path, log: Path) -> Results:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8", buffering=1) as told, redirect_stderr(told):
        return make(recipe, seed, folder)
