"""Runs of a comparison side by side, each in a process of its own with its share of the threads and one of the GPUs."""

import os
import signal
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, redirect_stderr
from itertools import islice
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import torch

from acutance.run_folder import RunId
from acutance.scores.results import Results

Make = Callable[[RunId, Path], Results]
"""Makes a run in a folder, and scores it."""

VISIBLE = "CUDA_VISIBLE_DEVICES"


def side_by_side(folders: Mapping[RunId, Path], make: Make, logs: Path, jobs: int) -> Iterator[tuple[RunId, Results]]:
    """Yield the runs and their results as they are finished, `jobs` of them at once.

    They begin in the order of `folders`. What a run says on standard error goes to a file in `logs`, named as its
    folder. Results are those of one after the other, where each run has as many threads: with more or fewer, sums on
    the CPU are rounded differently. Where a run fails, those that have begun are finished and no more are begun; Ctrl-C
    reaches them all.
    """
    context = get_context("spawn")
    threads = max(1, torch.get_num_threads() // jobs)
    setup = threads, gpus(torch.cuda.device_count()), context.Value("i", 0)
    pool = ProcessPoolExecutor(min(jobs, len(folders)), context, _begin, setup)

    def submitted(count: int) -> dict[Future[Results], RunId]:
        # No more than there are processes: what a pool has in its queue cannot be taken back.
        return {
            pool.submit(_made, make, run, folder, logs / f"{run.label.replace('/', '-')}.txt"): run
            for run, folder in islice(waiting, count)
        }

    waiting = iter(folders.items())
    try:
        running = submitted(jobs)
        while running:
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                run, result = running.pop(done), done.result()
                running |= submitted(1)
                yield run, result
    finally:
        pool.shutdown()


def gpus(count: int) -> list[str]:
    """Return what CUDA calls the GPUs to be dealt out; none where there is only one to share."""
    named = os.environ.get(VISIBLE, ",".join(map(str, range(count)))).split(",")
    return named if count > 1 else []


def _begin(threads: int, devices: Sequence[str], begun: "Synchronized[int]") -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with begun.get_lock():
        number, begun.value = begun.value, begun.value + 1
    torch.set_num_threads(threads)
    if devices:
        # CUDA looks at it when it is first used, which in this process is yet to come.
        os.environ[VISIBLE] = devices[number % len(devices)]


def _made(make: Make, run: RunId, folder: Path, log: Path) -> Results:
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("a", encoding="utf-8", errors="backslashreplace", buffering=1) as told,
        redirect_stderr(told),
        _interruptible(),
    ):
        return make(run, folder)


@contextmanager
def _interruptible() -> Generator[None]:
    """Let Ctrl-C end what is inside; before and after, a process that waits for its next run says nothing of it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
