"""What went wrong, as one sentence and an exit status: 0 all done, 1 some of it failed, 2 the command was wrong."""

import sys
from collections.abc import Iterable

import typer

from acutance.errors import AcutanceError, shown

WRONG = 2
"""The status of a command that was wrong, which all processes that were given it find out alike."""
STOPPED = 130
"""The status after Ctrl-C, as shells have it."""


def status_of(error: Exception) -> int:
    """Return the exit status for an error."""
    if isinstance(error, AcutanceError):
        return error.status
    return error.exit_code if isinstance(error, typer.TyperException) else 1


def sentence_for(error: Exception) -> str:
    """Return the sentence that tells a user what went wrong and, where there is one, the way out."""
    if isinstance(error, AcutanceError):
        return str(error)
    if isinstance(error, typer.TyperException):
        return error.format_message()
    if _out_of_memory(error):
        return "out of memory; a smaller --tile, --batch or --patch needs less."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."
    return f"unexpected {type(error).__name__}: {_first_line(error)}; run again with --debug for the traceback."


def name_each(faults: Iterable[object]) -> None:
    """Name what failed while the rest went on, each on a line of standard error."""
    for fault in faults:
        print(f"acutance: {shown(fault)}", file=sys.stderr, flush=True)


def _out_of_memory(error: Exception) -> bool:
    """Tell without importing torch, whose CUDA error has a class of its own and whose CPU error is a RuntimeError."""
    by_class = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
    return by_class or (isinstance(error, RuntimeError) and "can't allocate memory" in str(error))


def _first_line(error: Exception) -> str:
    return (str(error).strip() or "no message").splitlines()[0].rstrip(".")
