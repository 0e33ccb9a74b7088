"""What is in the files of pictures, by its hash, which is taken again only of a file that may have changed since.

Size and time of the content can be as before though it is another (`cp -p`, `rsync --times`, a backup that was put
back, a program that sets the time). The time of the last change of any kind cannot be set, and a file in the place of
another has another inode: where all four are as they were, the content is. A drive that keeps no such time of its own
gives the other one, in whole seconds or hundredths (FAT, exFAT, SFTP). There, on Windows, and of a file that was
changed within the last two seconds, the hash is taken each time; whatever else changes, such as where a drive is
mounted, costs a hash and no decoding.
"""

import hashlib
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from acutance.progress import track

State = tuple[int, ...]
MANY = 200
"""Files of which hashing is shown."""
SETTLED = 2 * 10**9
"""Nanoseconds after which a file that is changed again has another time; no drive has longer ticks."""
COARSE = 10**7
"""Nanoseconds: a time of change that is a multiple of them is none."""


@dataclass(frozen=True)
class Seen:
    """A file as it was when its content was hashed.

    Attributes:
        sha256: of all that is in it; empty where it could not be read.
        state: its size, both times and its inode; empty where it could not be read.
        telling: whether a file with this state has this content.
    """

    sha256: str
    state: State
    telling: bool


def look(files: Sequence[Path], before: Mapping[str, Seen]) -> dict[str, Seen]:
    """Return what is in files, by their absolute paths, given what was seen `before`."""
    paths = {named(path): path for path in files}
    known = {name: before[name] for name, path in paths.items() if name in before and _still(path, before[name])}
    due = {name: path for name, path in paths.items() if name not in known}
    shown = track(due.items(), "hashing pictures", len(due)) if len(due) > MANY else due.items()
    found = known | {name: _seen(path) for name, path in shown}
    return {name: found[name] for name in paths}


def named(path: Path) -> str:
    """Return the name under which a file is remembered."""
    return str(path.absolute())


def state(path: Path) -> State:
    """Return the size of a file in bytes, both times in nanoseconds, and its inode; nothing where there is no file."""
    try:
        return _state(path.stat())
    except OSError:
        return ()


def _still(path: Path, seen: Seen) -> bool:
    return seen.telling and seen.state == state(path)


def _state(status: os.stat_result) -> State:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _seen(path: Path) -> Seen:
    try:
        with path.open("rb") as file:
            status, now = os.fstat(file.fileno()), time.time_ns()
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return Seen("", (), telling=False)
    changed = status.st_ctime_ns
    return Seen(digest, _state(status), os.name != "nt" and changed % COARSE != 0 and changed < now - SETTLED)
