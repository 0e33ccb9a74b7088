"""A lock between processes that a killed process gives back."""

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from acutance.errors import AcutanceError, RequestError
from acutance.terminal import say

if TYPE_CHECKING:
    from filelock import BaseFileLock

UNSUPPORTED = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.EPERM}
"""What a drive answers that has no locks."""


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Generator[None]:
    """Hold the lock file at `path`, waiting for whoever holds it; it comes free when its holder ends, however it ends.

    Where the drive knows no locks the work goes on without, which is said once for each folder.

    Raises:
        RequestError: another process holds it, and `wait` is off.
        AcutanceError: the lock file cannot be made, naming it and the system's reason.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not (_has_locks(path) and _acquired(lock, wait)):
            _say_unlocked(path.parent)
    except Timeout as error:
        raise RequestError(f"another process is at work in {path.parent}; wait for it, or end it.") from error
    except OSError as error:
        raise AcutanceError(f"cannot write {path}: {error.strerror or error}.") from error
    try:
        yield
    finally:
        lock.release()


def _has_locks(path: Path) -> bool:
    """Try the drive first: where it has no locks some versions of filelock wait for ever, or make a file do for one."""
    try:
        import fcntl
    except ImportError:
        return True  # Windows has other locks
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in UNSUPPORTED  # otherwise another process holds it
    except NotImplementedError:
        return False
    finally:
        os.close(file)
    return True


def _acquired(lock: "BaseFileLock", wait: bool) -> bool:
    try:
        lock.acquire(blocking=wait)
    except NotImplementedError:
        return False
    except OSError as error:
        if error.errno in UNSUPPORTED:
            return False
        raise
    return True


@cache
def _say_unlocked(folder: Path) -> None:
    say(f"{folder} is on a drive without file locks; no other process should write there meanwhile.")
