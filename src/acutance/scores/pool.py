"""Several networks scored on several sets, in processes of their own where that is asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType

import cv2
import torch

from acutance.data import PictureSet
from acutance.scores.results import SetResult
from acutance.scores.scorer import PictureScorer, Score, ScoredPicture, Source, Task, score_set


@dataclass(frozen=True)
class Plan:
    """What a scorer of pictures is made from. Another process makes its own, so the functions must be picklable.

    Args:
        sources: by the name of the network, what makes its source.
        score: what makes that which takes the scores.
        scale: of all of them.
    """

    sources: Mapping[str, Callable[[], Source]]
    score: Callable[[], Score]
    scale: int

    def begin(self) -> PictureScorer:
        """Load everything."""
        return PictureScorer({name: begin() for name, begin in self.sources.items()}, self.score(), self.scale)


class ScorerPool:
    """Scores sets for the networks of a plan: a context manager, as its processes end with it.

    `workers` pictures are scored at once, each by a process that has its share of the threads; the scores are those of
    one after the other. Or they are scored `afar`, by what that yields.
    """

    def __init__(
        self,
        plan: Plan,
        workers: int = 1,
        afar: AbstractContextManager[Callable[[Iterable[Task]], Iterator[ScoredPicture]]] | None = None,
    ) -> None:
        self._plan, self._workers, self._afar = plan, workers, afar
        self._pool: ProcessPoolExecutor | None = None
        self._all: Callable[[Iterable[Task]], Iterator[ScoredPicture]]

    def __enter__(self) -> "ScorerPool":
        # Also where others score: what is missing is said here, and not by a process that cannot begin.
        scorer = self._plan.begin()
        if self._afar is not None:
            self._all = self._afar.__enter__()
        elif self._workers > 1:
            setup = self._plan, max(1, torch.get_num_threads() // self._workers)
            # Forked processes inherit locks of torch's threads, and cannot use CUDA.
            self._pool = ProcessPoolExecutor(self._workers, get_context("spawn"), _begin, setup)
            self._all = self._at_once
        else:
            self._all = scorer.all
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._afar is not None:
            self._afar.__exit__(kind, error, trace)
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    @property
    def networks(self) -> list[str]:
        """The names of the plan's networks."""
        return list(self._plan.sources)

    def score(self, network: str, pictures: PictureSet, save: Path | None = None) -> SetResult:
        """Score a set for one of the plan's networks; `save` is a folder for SR as SET/PICTURE.png."""
        return score_set(pictures, network, self._all, save)

    def _at_once(self, tasks: Iterable[Task]) -> Iterator[ScoredPicture]:
        assert self._pool is not None
        return self._pool.map(_score, tasks)


_scorer: list[PictureScorer] = []
"""That of a process which scores for another one."""


def _begin(plan: Plan, threads: int) -> None:
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    _scorer[:] = [plan.begin()]


def _score(task: Task) -> ScoredPicture:
    return _scorer[0](task)
