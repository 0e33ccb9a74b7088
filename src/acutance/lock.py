"""A lock between processes that a killed process gives back."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from acutance.errors import AcutanceError, RequestError


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Generator[None]:
    """Hold the lock file at `path`, waiting for whoever holds it; it comes free when its holder ends, however it ends.

    Raises:
        RequestError: another process holds it, and `wait` is off.
        AcutanceError: the lock file cannot be made, naming it and the system's reason.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+b")
    except OSError as error:
        raise AcutanceError(f"cannot write {path}: {error.strerror or error}.") from error
    with file:
        try:
            _take(file.fileno(), wait)
        except BlockingIOError as error:
            raise RequestError(f"another process is at work in {path.parent}; wait for it, or end it.") from error
        yield


def _take(descriptor: int, wait: bool) -> None:
    """Take the lock; raises BlockingIOError where another process holds it and `wait` is off."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except PermissionError as error:  # Windows' word for a lock that is held
            raise BlockingIOError(error.errno, error.strerror) from error
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
