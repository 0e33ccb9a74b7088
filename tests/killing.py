"""Work in a process of its own that is killed, or whose disk fails, at the n-th step of its writing.

The child is a fork of the process of the tests, which has everything imported; that is a hundred times sooner than a
new one. It ends by a real SIGKILL amid the real work, before the call on the file system that is counted.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

STEPS = ("mkdir", "open", "fsync", "rename", "replace", "unlink", "remove")
"""Functions of `os` that change what is on a disk, or are about to."""


def in_child(work: Callable[[], object], told: Path, *, before: Callable[[str], object] | None = None) -> int:
    """Do some work in a forked child, and return its exit status as `os.waitstatus_to_exitcode` has it.

    Args:
        work: to be done; the status is 0 when it ends, 1 where it raises.
        told: file for what the child says, its traceback too.
        before: called before each of `STEPS` on a file, with its name.
    """
    child = os.fork()
    if child == 0:
        with told.open("w", buffering=1) as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
            sys.stdout = sys.stderr = file
            try:
                if before is not None:
                    _watch(before)
                work()
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_at(number: int) -> Callable[[str], object]:
    """Return what ends its process at the step of that number, from 0."""
    return _counted(number, lambda name: os.kill(os.getpid(), signal.SIGKILL))


def fail_at(number: int, error: int, reached: Path) -> Callable[[str], object]:
    """Return what lets the step of that number, from 0, fail with an error of `errno`; `reached` is made then."""

    def fail(name: str) -> None:
        reached.write_text(name)
        raise OSError(error, os.strerror(error))

    return _counted(number, fail)


def _counted(number: int, act: Callable[[str], object]) -> Callable[[str], object]:
    done = 0

    def before(name: str) -> None:
        nonlocal done
        done += 1
        if done == number + 1:
            act(name)

    return before


def _watch(before: Callable[[str], object]) -> None:
    for name in STEPS:
        _wrap(name, getattr(os, name), before)


def _wrap(name: str, function: Callable[..., object], before: Callable[[str], object]) -> None:
    def watched(*given: object, **options: object) -> object:
        if name != "open" or (len(given) > 1 and isinstance(given[1], int) and given[1] & os.O_CREAT):
            before(name)
        return function(*given, **options)

    setattr(os, name, watched)
