"""A lock between processes that a killed process gives back."""

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
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=wait)
    except Timeout as error:
        raise RequestError(f"another process is at work in {path.parent}; wait for it, or end it.") from error
    except OSError as error:
        raise AcutanceError(f"cannot write {path}: {error.strerror or error}.") from error
    try:
        yield
    finally:
        lock.release()
