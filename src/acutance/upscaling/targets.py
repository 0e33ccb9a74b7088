"""An input and the files that are to be made of it; and which files must not be: inputs, and those of two inputs."""

import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from acutance.errors import AcutanceError, PictureError
from acutance.files import is_folder
from acutance.upscaling.gathering import STANDARD, Given, identity, real


@dataclass(frozen=True)
class Job:
    """An input, and the files that are to be made of it.

    Attributes:
        given: the input.
        target: the file of the result; "-" for standard output.
        gradients: the file of the gradient map, where that is wanted.
        note: what is to be said of the name.
        fault: why it is not to be done, where that is known from the names alone.
    """

    given: Given
    target: Path
    gradients: Path | None = None
    note: str | None = None
    fault: AcutanceError | None = None

    @property
    def source(self) -> Path:
        """The file of the input."""
        return self.given.path

    @property
    def to_standard_output(self) -> bool:
        """Whether the result is a file at all."""
        return self.target == Path(STANDARD)

    @property
    def written(self) -> list[Path]:
        """Every file that it makes."""
        return [path for path in (self.target, self.gradients) if path is not None and not self.to_standard_output]

    def refused(self, reason: str) -> "Job":
        """Return the same as one that is not to be done; the first reason stays."""
        return self if self.fault else replace(self, fault=PictureError(self.source, reason))


def results_of(jobs: Sequence[Job]) -> list[Job]:
    """Return those whose input another of them makes beside its own input, under a name of its own.

    So photo_x4.jpg is a result where photo.jpg is an input and becomes it, and an input where that is not so.
    """
    makers = {real(path): job for job in jobs for path in job.written if path.stem != job.source.stem}
    found = [(job, makers.get(job.given.entry)) for job in jobs]
    return [job for job, maker in found if maker and maker.given.entry.parent == job.given.entry.parent]


def without_overwriting(jobs: Sequence[Job]) -> list[Job]:
    """Return the jobs, refused where one would write over an input, by whatever name or link."""
    paths = {real(job.source) for job in jobs}
    files = {identity(job.source) for job in jobs} - {None}

    def checked(job: Job) -> Job:
        over = [path for path in job.written if real(path) in paths or identity(path) in files]
        return job.refused(f"{over[0]} would overwrite an input; choose another folder or name.") if over else job

    return [checked(job) for job in jobs]


def without_clashes(jobs: Sequence[Job]) -> list[Job]:
    """Return the jobs, refused where several would write one file; one picture that is given twice is done once."""
    twice: set[int] = set()
    clashing: dict[int, str] = {}
    for shared, numbers in _sharing(jobs):
        sources = [jobs[number].source for number in numbers]
        if len({identity(source) or source for source in sources}) == 1:
            twice |= set(numbers[1:])
        else:
            words = f"{_and(sources)} would both become {shared}; --name can tell them apart."
            clashing |= dict.fromkeys(numbers, words)
    told = [job.refused(clashing[number]) if number in clashing else job for number, job in enumerate(jobs)]
    return [job for number, job in enumerate(told) if number not in twice]


def _sharing(jobs: Sequence[Job]) -> Iterator[tuple[Path, list[int]]]:
    """Yield the files that several jobs would make, each with their numbers."""
    alike: dict[str, dict[Path, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, job in enumerate(jobs):
        for path in map(real, job.written):
            alike[unicodedata.normalize("NFC", str(path)).casefold()][path].append(number)
    for names in alike.values():
        first = next(iter(names))
        one_file = len(names) > 1 and not tells_case(first.parent)
        groups = {first: [number for numbers in names.values() for number in numbers]} if one_file else names
        yield from ((path, numbers) for path, numbers in groups.items() if len(numbers) > 1)


def tells_case(folder: Path) -> bool:
    """Return whether two names that differ in nothing but case are two files there; tried, with a file in passing."""
    while not is_folder(folder):
        folder = folder.parent
    try:
        with tempfile.NamedTemporaryFile(prefix=".acutance-Case-", dir=folder) as file:
            path = Path(file.name)
            return not path.with_name(path.name.swapcase()).exists()
    except OSError:
        return True


def _and(paths: Sequence[Path]) -> str:
    return f"{paths[0]} and {paths[1]}" + (f" and {len(paths) - 2} more" if len(paths) > 2 else "")
