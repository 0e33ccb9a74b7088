"""What became of pictures, one by one and in all."""

import signal
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from acutance import images
from acutance.errors import RequestError
from acutance.files import check_target, write_json
from acutance.upscaling.gathering import NotTaken

Size = tuple[int, int]
NAMED = 3
"""How many names stand in a line about files; the record has them all."""


@dataclass(frozen=True)
class Outcome:
    """What became of an input.

    Attributes:
        source: the input, "-" for standard input.
        target: its result, "-" for standard output.
        seconds: that it took.
        size: of the input, (width, height) in pixels, of its first frame where it has several.
        upscaled: of the result.
        error: why there is none; None where all went well.
        gradients: the file of the gradient map, None where none was asked for.
        skipped: whether the result was there already.
        notes: what was changed on the way: colours converted, a suffix that is not written.
    """

    source: Path
    target: Path
    seconds: float
    size: Size | None = None
    upscaled: Size | None = None
    error: str | None = None
    gradients: Path | None = None
    skipped: bool = False
    notes: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """What became of it in a word: written, skipped or failed."""
        return "failed" if self.error else "skipped" if self.skipped else "written"

    def to_json(self) -> dict[str, object]:
        """Return the same as plain values; `target` is None where there is no result."""
        return {
            "status": self.status,
            "source": str(self.source),
            "target": None if self.error else str(self.target),
            "gradients": str(self.gradients) if self.gradients else None,
            "size": list(self.size) if self.size else None,
            "upscaled": list(self.upscaled) if self.upscaled else None,
            "seconds": self.seconds,
            "error": self.error,
            "notes": list(self.notes),
        }


@dataclass
class Report:
    """What became of all that was given, as far as it has come.

    Attributes:
        outcomes: of the inputs that are done with.
        waiting: the inputs that are not.
        not_taken: files in folders that are no pictures.
        results: inputs that an earlier command like this one made, and that were left alone.
        error: what ended the work before its time.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    waiting: list[Path] = field(default_factory=list)
    not_taken: Sequence[NotTaken] = ()
    results: Sequence[Path] = ()
    error: str | None = None

    def begin(self, sources: Sequence[Path], not_taken: Sequence[NotTaken], results: Sequence[Path]) -> None:
        """Take what is to be done, and what is not."""
        self.waiting, self.not_taken, self.results = list(sources), not_taken, results

    def add(self, outcome: Outcome) -> None:
        """Take what became of an input."""
        self.outcomes.append(outcome)
        self.waiting.remove(outcome.source)

    def add_late(self, outcomes: Sequence[Outcome]) -> None:
        """Take what a stop has kept from being added, in whole or in part; what was added stays as it is."""
        known = {outcome.source for outcome in self.outcomes}
        self.outcomes += [outcome for outcome in outcomes if outcome.source not in known]
        known |= {outcome.source for outcome in outcomes}
        self.waiting = [path for path in self.waiting if path not in known]

    def counts(self) -> dict[str, int]:
        """Return how many were written, skipped and failed, and how many were not begun."""
        states = [outcome.status for outcome in self.outcomes]
        return {state: states.count(state) for state in ("written", "skipped", "failed")} | {
            "not begun": len(self.waiting)
        }

    def summary(self) -> str:
        """Return the counts in a line; what is always one of the three, the rest where there is any."""
        counts = self.counts()
        return ", ".join(f"{number} {state}" for state, number in counts.items() if number or state != "not begun")

    def passed_over(self) -> list[str]:
        """Return sentences on the files that were no inputs."""
        sentences: list[str] = []
        if self.results:
            sentences.append(f"results of this command are no inputs: {_named(self.results)}")
        if self.not_taken:
            reasons = [f"{each.path} ({each.reason})" for each in self.not_taken[:NAMED]]
            more = len(self.not_taken) - len(reasons)
            sentences.append(f"{counted(len(self.not_taken), 'file')} not taken: {_listed(reasons, more)}")
        return sentences

    def to_json(self) -> dict[str, object]:
        """Return all of it as plain values."""
        return {
            "pictures": [outcome.to_json() for outcome in self.outcomes],
            "counts": self.counts(),
            "not_begun": [str(path) for path in self.waiting],
            "not_taken": [{"path": str(each.path), "reason": each.reason} for each in self.not_taken],
            "results": [str(path) for path in self.results],
            "error": self.error,
        }


@contextmanager
def recorded(path: Path | None) -> Generator[Report]:
    """Yield a report, and whatever happens in the block, write it to a file of JSON, if any is named.

    To be terminated (SIGTERM) ends the block as Ctrl-C does.

    Raises:
        RequestError: `path` has the name of a picture, or cannot be written, as far as is known before.
        AcutanceError: it cannot be written in the end.
    """
    if path is not None and path.suffix.lower() in images.SUFFIXES:
        raise RequestError(f"{path} is the name of a picture; give the record another, such as record.json.")
    check_target(path)
    report = Report()
    try:
        with _terminable():
            yield report
    except BaseException as error:
        report.error = str(error) or "stopped"
        raise
    finally:
        if path is not None:
            write_json(path, report.to_json())


@contextmanager
def _terminable() -> Generator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _named(paths: Sequence[Path]) -> str:
    return _listed([str(path) for path in paths[:NAMED]], len(paths) - NAMED)


def _listed(names: Sequence[str], more: int) -> str:
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def counted(number: int, thing: str) -> str:
    """Return the beginning of a sentence on so many things: "1 file was", "2 files were"."""
    return f"{number} {thing}s were" if number != 1 else f"1 {thing} was"
