"""Which file becomes which: every decision on names is taken, and every clash refused, before any work is done."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from acutance import images
from acutance.errors import RequestError


@dataclass(frozen=True)
class Job:
    """A picture file, the file that it is to become, and the one for its gradient map, where that is wanted."""

    source: Path
    target: Path
    gradients: Path | None = None

    @property
    def written(self) -> list[Path]:
        """Every file that it makes."""
        return [self.target] if self.gradients is None else [self.target, self.gradients]


def plan(inputs: Sequence[Path], out: Path | None, scale: int, *, gradients: bool = False) -> list[Job]:
    """Return what is to become of files and folders.

    Folders are searched to their depths, and their subfolders kept. `out` is a folder, made where it is not there;
    or, for a single file, a file if it has a suffix; or None, to write photo_x4.jpg beside photo.jpg. Names and
    suffixes are kept, but GIF, which holds too few colours, becomes PNG. With `gradients` each job has a file for its
    gradient map beside its target: photo_x4_gradients.png beside photo_x4.jpg.

    Raises:
        RequestError: there is nothing to do, two files would become one, an input would be overwritten, the format
            of `out` is not written, or a folder is given without `out`.
    """
    if out is None:
        jobs = [Job(source, _beside(source, scale)) for source in inputs]
    elif _is_file_name(out, inputs):
        images.check_writable(out)
        jobs = [Job(inputs[0], out)]
    else:
        jobs = [job for given in inputs for job in _into(out, given)]
    jobs = list(dict.fromkeys(jobs))
    if gradients:
        jobs = [replace(job, gradients=job.target.with_name(f"{job.target.stem}_gradients.png")) for job in jobs]
    _refuse_clashes(jobs)
    return jobs


def _beside(source: Path, scale: int) -> Path:
    if source.is_dir():
        raise RequestError(f"{source} is a folder: say with --out where its pictures are to go.")
    return source.with_name(f"{source.stem}_x{scale}{_suffix(source)}")


def _is_file_name(out: Path, inputs: Sequence[Path]) -> bool:
    """Tell whether `out` names a file: it has a suffix and is no folder, and there is just one file to put there."""
    if out.is_dir() or not out.suffix:
        return False
    single = len(inputs) == 1 and not inputs[0].is_dir()
    if not single and out.suffix.lower() in images.SUFFIXES:
        raise RequestError(f"{out} is the name of one picture, and there are several inputs: give a folder.")
    return single


def _into(out: Path, given: Path) -> Iterable[Job]:
    if not given.is_dir():
        return [Job(given, out / _renamed(given.name))]
    sources = images.find(given, recursive=True)
    if not given.resolve().is_relative_to(out.resolve()):
        # What an earlier run wrote into a folder inside this one is no input.
        sources = [source for source in sources if not source.resolve().is_relative_to(out.resolve())]
    if not sources:
        known = ", ".join(sorted(images.SUFFIXES))
        raise RequestError(f"{given}: there is no picture in this folder; known are {known}.")
    return [Job(source, out / source.relative_to(given).with_name(_renamed(source.name))) for source in sources]


def _renamed(name: str) -> str:
    return str(Path(name).with_suffix(_suffix(Path(name))))


def _suffix(source: Path) -> str:
    return ".png" if source.suffix.lower() == ".gif" else source.suffix


def _refuse_clashes(jobs: Sequence[Job]) -> None:
    sources = {job.source.resolve(): job.source for job in jobs}
    sharing: dict[Path, list[Path]] = defaultdict(list)
    for source, path in ((job.source, path) for job in jobs for path in job.written):
        target = path.resolve()
        if target in sources:
            raise RequestError(f"{path} would overwrite an input; choose another folder or name with --out.")
        sharing[target].append(source)
    for target, clashing in sharing.items():
        if len(clashing) > 1:
            raise RequestError(f"{' and '.join(map(str, clashing))} would both become {target}.")
