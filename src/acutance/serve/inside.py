"""Inside the process that a picture is given: it confines itself, does its task, and tells how it goes.

What it says are lines of JSON: `{"done": 3, "of": 12, "share": 0.25}` as it goes on, and at the end
`{"answer": {...}}`, or `{"fault": "...", "status": 415}`.
"""

import json
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from acutance.errors import AcutanceError, PictureError, RequestError
from acutance.serve.task import Task

Tell = Callable[[Mapping[str, object]], None]
TOO_LARGE = ("are the limit", "cannot hold", "more memory than there is", "out of memory")
"""What is said of pictures that are refused for their size, and of nothing else."""


def work(task: Task, pipe: Connection) -> None:
    """Do a task and tell of it; the last thing that this process does."""

    def tell(said: Mapping[str, object]) -> None:
        pipe.send_bytes(json.dumps(said).encode())

    with suppress(BrokenPipeError, KeyboardInterrupt):
        tell(_ending(task, tell))
    pipe.close()
    # Nothing here is worth a tidy end, and libraries have been seen to hang in theirs.
    os._exit(0)


def _ending(task: Task, tell: Tell) -> Mapping[str, object]:
    try:
        confine(task)
        from acutance.serve import workshop

        return {"answer": workshop.DEEDS[task.deed](task, tell)}
    except BrokenPipeError:
        raise
    except Exception as error:
        return _fault(task, error)


def _fault(task: Task, error: Exception) -> dict[str, object]:
    from acutance.upscaling.failures import is_out_of_memory

    if is_out_of_memory(error):
        return {"fault": f"out of memory: a picture may take {task.memory / 2**30:.3g} GiB here.", "status": 413}
    if isinstance(error, AcutanceError):
        reason = error.reason if isinstance(error, PictureError) else str(error)
        sentence = reason.replace(" (--max-pixels)", "").replace(f"{task.folder}{os.sep}", "")
        large = any(words in sentence for words in TOO_LARGE)
        wrong = 422 if isinstance(error, RequestError) else 415
        return {"fault": sentence, "status": 413 if large else wrong}
    said = (str(error).strip() or "no message").splitlines()[0][:200].replace(task.folder, "")
    return {"fault": f"unexpected {type(error).__name__}: {said}", "status": 500}


def confine(task: Task) -> None:
    """Limit this process's memory, files and threads, keep it behind everyone else's, and quiet its libraries."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["TMPDIR"] = task.folder
    with suppress(OSError, AttributeError):
        os.nice(5)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    _limit(task)
    import torch

    torch.set_num_threads(task.threads)


def _limit(task: Task) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    # Address space would count what is only reserved; this counts what can be written to.
    limits = {
        resource.RLIMIT_DATA: task.memory,
        resource.RLIMIT_FSIZE: task.file_bytes,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    # A write beyond the limit is an error that can be told, and not the end.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def lies_in(folder: str, name: str) -> Path:
    """Return the path of one of a task's files."""
    return Path(folder) / name
