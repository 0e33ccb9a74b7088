"""Which pictures are given: files, standard input, and folders with all that is in them."""

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from acutance import images
from acutance.errors import PictureError, RequestError
from acutance.files import is_folder
from acutance.images import Source

STANDARD = "-"
"""Standard input where pictures come from, standard output where they go."""
Identity = tuple[int, int]
"""Device and inode, which tell a file or folder in whatever way it is reached."""


@dataclass(frozen=True)
class Given:
    """An input.

    Attributes:
        path: of its file; "-" for standard input.
        folder: where it lies below the folder that was given; empty for a file that was given itself.
        data: what came through standard input or a pipe; None for a file.
        fault: why it cannot be one, where that is known already.
    """

    path: Path
    folder: Path = Path()
    data: bytes | None = field(default=None, repr=False)
    fault: str | None = None

    def opened(self, most_pixels: int, first_frame: bool) -> Source:
        """Return the picture; raise PictureError where there is none."""
        if self.fault:
            raise PictureError(self.path, self.fault)
        where = self.path if self.data is None else self.data
        return Source.open(where, most_pixels=most_pixels, first_frame=first_frame)

    @property
    def entry(self) -> Path:
        """The one way of many to write where it stands, a link being another file than what it leads to."""
        return real(self.path.parent) / self.path.name


@dataclass(frozen=True)
class NotTaken:
    """Something in a folder that is no picture, and why."""

    path: Path
    reason: str


@dataclass
class Gathered:
    """What was found: inputs, each once and in the order in which they were given, and files that are none."""

    inputs: list[Given] = field(default_factory=list)
    not_taken: list[NotTaken] = field(default_factory=list)


def gather(given: Sequence[str | Path], out: Path | None = None) -> Gathered:
    """Return the pictures of files and folders, and standard input for the word "-".

    Folders are searched to their depths, also through links to others; each is entered once, by its real name where
    it has one. Hidden files and folders are passed over, and so is the folder of results, `out`.

    Raises:
        RequestError: there is no picture.
    """
    found = Gathered()
    entered = {identity(out)} if out and not (len(given) == 1 and identity(given[0]) == identity(out)) else set()
    for each in given:
        if each == STANDARD:
            found.inputs.append(Given(Path(STANDARD), data=_standard_input()))
        elif is_folder(each):
            _search(Path(each), entered, found)
        else:
            found.inputs.append(Given(Path(each), data=_piped(Path(each))))
    found.inputs = list(_once(found.inputs))
    if not found.inputs:
        raise RequestError(_nothing(given, found.not_taken))
    return found


def _once(inputs: Sequence[Given]) -> Iterator[Given]:
    seen: set[Path] = set()
    for each in inputs:
        if each.entry not in seen:
            seen.add(each.entry)
            yield each


def real(path: Path) -> Path:
    """Return a path without links, as far as there is anything."""
    return Path(os.path.realpath(path))


def identity(path: str | Path) -> Identity | None:
    """Return what tells a file or folder, None where there is none."""
    found = _status(path)
    return found and (found.st_dev, found.st_ino)


def _status(path: str | Path) -> os.stat_result | None:
    """Return what the system says of a file, a link being what it leads to; None where it says nothing."""
    try:
        return Path(path).stat()
    except OSError:
        return None


def _search(top: Path, entered: set[Identity | None], found: Gathered) -> None:
    """Add what is in a folder, sorted by its path."""
    taken: list[Path] = []
    not_taken: list[NotTaken] = []
    links = [top]
    while links:
        # What has a name of its own here goes by it, and not by that of a link.
        for path in _files(links.pop(0), entered, links, found.inputs):
            reason = _why_not(path)
            not_taken.append(NotTaken(path, reason)) if reason else taken.append(path)
    found.inputs += [Given(path, path.parent.relative_to(top)) for path in sorted(taken)]
    found.not_taken += sorted(not_taken, key=lambda each: each.path)


def _files(top: Path, entered: set[Identity | None], links: list[Path], inputs: list[Given]) -> Iterator[Path]:
    """Yield what in a folder and in those below is no folder; put by linked folders, and as inputs those kept shut."""
    folders = [top]
    while folders:
        folder = folders.pop()
        if identity(folder) in entered:
            continue
        entered.add(identity(folder))
        try:
            paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            inputs.append(Given(folder, fault=f"this folder cannot be opened: {reason}."))
            continue
        for path in paths:
            if not is_folder(path):
                yield path
            else:
                (links if path.is_symlink() else folders).append(path)


def _why_not(path: Path) -> str | None:
    found = _status(path)
    if found is None:
        return "a link to nothing" if path.is_symlink() else "out of reach"
    if not stat.S_ISREG(found.st_mode):
        return "no file"
    if path.suffix.lower() not in images.SUFFIXES:
        return f"{path.suffix} is no suffix of pictures that are read" if path.suffix else "a name without a suffix"
    return None


def _nothing(given: Sequence[str | Path], not_taken: Sequence[NotTaken]) -> str:
    named = ", ".join(map(str, given))
    passed = f" {not_taken[0].path} is {not_taken[0].reason}." if not_taken else ""
    return f"{named}: there is no picture in this folder; known are {', '.join(sorted(images.SUFFIXES))}.{passed}"


def _piped(path: Path) -> bytes | None:
    """Return what comes through a pipe that was named, which can be read once only; None for a file."""
    found = _status(path)
    return path.read_bytes() if found and stat.S_ISFIFO(found.st_mode) else None


def _standard_input() -> bytes:
    if sys.stdin is None or sys.stdin.isatty():
        raise RequestError("standard input, which - stands for, is a terminal: a picture has to come through a pipe.")
    return sys.stdin.buffer.read()
