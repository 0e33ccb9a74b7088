"""A lock between processes that a killed process gives back."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from acutance.errors import AcutanceError


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Hold the lock file at `path`, waiting for whoever holds it; it comes free when its holder ends, however it ends.

    Raises:
        AcutanceError: the lock file cannot be made, naming it and the system's reason.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+b")
    except OSError as error:
        raise AcutanceError(f"cannot write {path}: {error.strerror or error}.") from error
    with file:
        _wait_for(file.fileno())
        yield


def _wait_for(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)
