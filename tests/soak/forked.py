"""Commands in processes of their own that share what is imported already: a process costs milliseconds, not seconds."""

import importlib
import os
import pkgutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import acutance

Work = Callable[[], int]


def import_everything() -> None:
    """Import what any command may need, so that no process does it again."""
    import matplotlib.backends.backend_agg
    import matplotlib.pyplot  # noqa: F401

    for module in pkgutil.walk_packages(acutance.__path__, "acutance."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def begin(work: Work, told: Path, prepare: Callable[[], object] = lambda: None) -> int:
    """Start a process that does some work, and return its number; what it prints goes to the file `told`."""
    told.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    number = os.fork()
    if number:
        return number
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        handle = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        prepare()
        status = work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def ended(process: int, seconds: float = 600.0) -> int | None:
    """Return the status of a process, waiting so long; minus the signal that ended it; None while it runs."""
    until = time.monotonic() + seconds
    while True:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= until:
            return None
        time.sleep(0.005)


def done(work: Work, told: Path, prepare: Callable[[], object] = lambda: None) -> int:
    """Do some work in a process, and return its status; one that hangs is killed."""
    process = begin(work, told, prepare)
    status = ended(process)
    if status is None:
        kill(process)
        return -signal.SIGKILL
    return status


def kill(process: int) -> None:
    """Kill a process at once, and wait for its end."""
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
