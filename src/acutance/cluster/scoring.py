"""Pictures scored on a cluster: the tasks of `acutance evaluate` to workers, their scores back in order."""

import importlib
import itertools
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import torch

from acutance.cluster.connection import connected, library, room
from acutance.cluster.ledger import ATTEMPTS, Accounted, Afar, Ledger
from acutance.errors import AcutanceError
from acutance.scores.pool import Plan
from acutance.scores.scorer import ScoredPicture, Task

ScoreAll = Callable[[Iterable[Task]], Iterator[ScoredPicture]]
OURS = "ACUTANCE_"
"""How the variables of the environment begin that say where files lie."""


class ScoringWorker:
    """A process that scores: where the first process is, with one thread, so that all sums are rounded alike.

    Args:
        plan: of what is scored.
        folder: in which paths begin that are not absolute; on all machines the same.
        environment: our variables.
    """

    def __init__(self, plan: Plan, folder: Path, environment: Mapping[str, str]) -> None:
        with suppress(OSError):  # a picture that is not found says so itself
            os.chdir(folder)
        os.environ.update(environment)
        torch.set_num_threads(1)
        cv2.setNumThreads(1)
        self._scorer = plan.begin()

    def done(self, task: Task) -> ScoredPicture:
        """Return the scores of a picture, or what is wrong with it."""
        try:
            return self._scorer(task)
        except AcutanceError as error:
            return ScoredPicture({}, failed=str(error))

    def lost(self, task: Task) -> ScoredPicture:
        """Return what is said of a picture that workers died of."""
        return ScoredPicture({}, failed=f"{task.pair.hr}: {ATTEMPTS} workers died of it.")


@contextmanager
def scored_on_cluster(
    plan: Plan, *, cluster: str = "auto", device: str = "auto", workers: int | None = None
) -> Generator[ScoreAll]:
    """Yield what scores pictures on every machine of a Ray cluster, as `PictureScorer.all` does it on one.

    Scores are those of one process with one thread, to the last digit. A picture that fails costs itself, a worker that
    dies nothing but time. Files lie where all machines see them.

    Args:
        plan: of what is scored.
        cluster: "auto" for a local one, or the address of one that runs.
        device: of the workers.
        workers: at once; by default one for each GPU, or where there is none for each core.

    Raises:
        RequestError: Ray is not installed, or there is no such cluster.
    """
    ray = library()
    ours = {name: value for name, value in os.environ.items() if name.startswith(OURS)}
    begin = partial(ScoringWorker, plan, Path.cwd(), ours)
    with connected(ray, cluster):
        ledger = ray.remote(num_cpus=0)(Ledger).remote()
        count, share = room(ray, device, workers)
        # They load the networks once for all sets; one that dies is started again, and given its picture again.
        actor = ray.remote(max_restarts=-1, max_task_retries=-1, **share)(_Remote)
        pool = _pool([actor.remote(begin, ledger) for _ in range(count)])
        numbers = itertools.count()
        yield lambda tasks: pool.map(_sent, ((next(numbers), task) for task in tasks))


class _Remote:
    """A worker as Ray calls it."""

    def __init__(self, begin: Callable[[], ScoringWorker], ledger: Any) -> None:
        self._do = Accounted(begin(), Afar(ledger))

    def do(self, number: int, task: Task) -> ScoredPicture:
        return self._do(number, task)


def _pool(actors: list[Any]) -> Any:
    library: Any = importlib.import_module("ray.util")
    return library.ActorPool(actors)


def _sent(actor: Any, numbered: tuple[int, Task]) -> Any:
    return actor.do.remote(*numbered)
