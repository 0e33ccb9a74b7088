"""What was begun: a file that came whole is told as written, wherever a stop kept its work from telling so."""

from pathlib import Path

from acutance.upscaling.outcome import Outcome, Report
from acutance.upscaling.targets import Job

States = list[tuple[int, int] | None]


class Begun:
    """The pictures at work. A context manager, at whose end the report learns of what came whole and was not told.

    Files come whole or not at all: what is another file than before was written.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._jobs: dict[Path, tuple[Job, States]] = {}

    def __enter__(self) -> "Begun":
        return self

    def __exit__(self, *_: object) -> None:
        written = [job for job, before in self._jobs.values() if _was_written(job, before)]
        self._report.add_late([Outcome(job.source, job.target, 0, gradients=job.gradients) for job in written])

    def begin(self, job: Job) -> None:
        """Remember what stands where the results of a picture will."""
        self._jobs[job.source] = job, _states(job)

    def end(self, outcome: Outcome) -> None:
        """Have the report know what became of a picture."""
        self._report.add(outcome)
        self._jobs.pop(outcome.source, None)


def _was_written(job: Job, before: States) -> bool:
    """Tell whether every result of a picture is there, and is another file than before."""
    now = _states(job)
    return bool(now) and all(each and each != old for each, old in zip(now, before, strict=True))


def _states(job: Job) -> States:
    """Return what tells each result of a picture from another file in its place; None where there is none."""
    return [_state(path) for path in job.written]


def _state(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns
