"""What a worker does: the networks loaded once, then picture after picture."""

import os
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch

from acutance.cluster.addresses import Remote, fetch, joined, store
from acutance.cluster.ledger import ATTEMPTS
from acutance.cluster.manifest import Entry
from acutance.cluster.request import Request
from acutance.errors import AcutanceError
from acutance.upscaling.jobs import plan
from acutance.upscaling.outcome import Outcome
from acutance.upscaling.picture_work import PictureWork
from acutance.upscaling.targets import Job
from acutance.upscaling.watching import Watch


@dataclass(frozen=True)
class Task:
    """A picture to be done: a job among files that all machines see, or a picture at an address and where it is to go.

    Attributes:
        number: of the task.
        source: as the manifest calls it.
        job: what is to be done, where names are settled.
        remote: the picture, where they are not.
        out: the folder of results, an address or a path.
        target: where its result is to be, as far as that is known before it is read.
    """

    number: int
    source: str
    job: Job | None = None
    remote: Remote | None = None
    out: str = ""
    target: str = ""


class Worker:
    """A process that upscales.

    Args:
        request: what is asked for.
        many: pictures of the whole work.
        threads: of the network; the same for all, as sums are rounded in another order with another number.
    """

    def __init__(self, request: Request, many: int, threads: int) -> None:
        torch.set_num_threads(threads)
        self._enlarger, self._rules = request.enlarger(many), request.rules
        # Of two pictures, so that an error that nobody foresaw costs its picture and not the worker.
        self._work = PictureWork(self._enlarger, self._rules, Watch(2))
        self._name = f"{os.getpid()} on {socket.gethostname()}"

    def done(self, task: Task) -> Entry:
        """Return what became of a picture."""
        if task.job is not None:
            outcome = self._work.done(task.job, lambda _: None)
            return self._entry(task, outcome, str(outcome.target))
        try:
            return self._fetched(task)
        except AcutanceError as error:
            return Entry(task.source, task.target, "failed", str(error), self._name)

    def _fetched(self, task: Task) -> Entry:
        assert task.remote is not None, "a task has a job or a remote picture"
        with tempfile.TemporaryDirectory(prefix="acutance-") as name:
            given, made = Path(name) / "in", Path(name) / "out"
            given.mkdir()
            file = fetch(task.remote, given)
            [job] = plan([file], f"{made}/", self._enlarger, self._rules).jobs
            outcome = self._work.done(job, lambda _: None)
            folder = str(task.remote.folder)
            target = joined(task.out, folder, job.target.relative_to(made).as_posix())
            if not outcome.error:
                for path in job.written:
                    store(path, joined(task.out, folder, path.relative_to(made).as_posix()))
            return self._entry(task, outcome, target, str(file))

    def _entry(self, task: Task, outcome: Outcome, target: str, called: str | None = None) -> Entry:
        why = outcome.error.replace(called, task.source) if outcome.error and called else outcome.error
        status = {"written": "done"}.get(outcome.status, outcome.status)
        return Entry(task.source, target, status, why, self._name, round(outcome.seconds, 3))

    def lost(self, task: Task) -> Entry:
        """Return what is said of a picture that workers died of."""
        why = f"{task.source}: {ATTEMPTS} workers died of it."
        return Entry(task.source, task.target, "failed", why, self._name)
