"""The processes of a run on one machine: the first starts the others, each sees when one ends, and one tells of it.

The others run the command of the first, with the variables of torch.distributed (RANK, WORLD_SIZE, ...) that torchrun
sets too. A pipe leads from the first to each: its end means that the first has ended, and a byte before that, that it
ended in an orderly way and has said why. Where torchrun or Slurm started everybody there is no pipe.
"""

import atexit
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import cache
from select import select
from threading import Thread

from acutance.errors import RequestError, shown
from acutance.terminal import is_first_process, show

PIPE = "ACUTANCE_FIRST_PROCESS"
"""The variable that holds the number of a process's end of its pipe."""
PATIENCE = 10.0
"""Seconds that a process may wait in vain for one that has ended, before it ends too."""
GLANCE = 1.0
"""Seconds in which a process that has just ended is known to have done so."""
TOLD = 3.0
"""Seconds that another process gives the first to say what went wrong with both."""

_started: list[subprocess.Popen[bytes]] = []
_pipes: list[int] = []
_waits_since: list[float] = []


@contextmanager
def waiting() -> Generator[None]:
    """Inside the block this process waits for the others, and may do so in vain."""
    _waits_since.append(time.monotonic())
    try:
        yield
    finally:
        _waits_since.pop()


def start(count: int, nodes: int = 1) -> None:
    """Make this process the first of `count` on its machine, and start the others, by the command that started it.

    With several machines MASTER_ADDR, MASTER_PORT and NODE_RANK say where the first of all is, and which this one is.

    Raises:
        RequestError: that command cannot be given again, as in a notebook, or those variables are missing.
    """
    command, node = _command(), _node(nodes)
    if nodes == 1:
        os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": _free_port()}
    places = [_place(local, node, count, nodes) for local in range(count)]
    os.environ |= places[0]
    for place in places[1:]:
        _start(command, {**os.environ, **place})
    atexit.register(_tell)
    Thread(target=_end_with_others, daemon=True).start()


def _start(command: list[str], environment: dict[str, str]) -> None:
    if os.name == "nt":  # handles are not handed down there by their number
        _started.append(subprocess.Popen(command, env=environment))
        return
    theirs, ours = os.pipe()
    _started.append(subprocess.Popen(command, env={**environment, PIPE: str(theirs)}, pass_fds=[theirs]))
    os.close(theirs)
    _pipes.append(ours)


def _command() -> list[str]:
    words = sys.orig_argv[1:]
    if not words or words[0] == "-" or "ipykernel" in sys.modules:
        raise RequestError("several devices start the same script once for each: write this in a file, and run that.")
    return [sys.executable, *words]


def _node(nodes: int) -> int:
    needed = ("MASTER_ADDR", "MASTER_PORT", "NODE_RANK")
    if nodes > 1 and (missing := [name for name in needed if name not in os.environ]):
        raise RequestError(f"{nodes} machines need torchrun or Slurm, or {', '.join(missing)} set on each.")
    return int(os.environ["NODE_RANK"]) if nodes > 1 else 0


def _place(local: int, node: int, count: int, nodes: int) -> dict[str, str]:
    """Return what torch.distributed is told of a process."""
    numbers = {
        "RANK": node * count + local,
        "LOCAL_RANK": local,
        "NODE_RANK": node,
        "GROUP_RANK": node,
        "WORLD_SIZE": count * nodes,
        "LOCAL_WORLD_SIZE": count,
    }
    return {name: str(number) for name, number in numbers.items()}


def _free_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def _tell() -> None:
    """Let the others know that this process, the first, ends by itself."""
    for pipe in _pipes:
        with suppress(OSError):
            os.write(pipe, b"!")


def _end_with_others() -> None:
    """End the first process where it waits in vain for one that has failed."""
    while not (lost := _failed()):
        time.sleep(GLANCE / 5)
    _end_if_stuck(lost)


def watch_first() -> None:
    """Let this process, which the first has started, end where it waits in vain for that."""
    if _first() is not None:
        Thread(target=_end_with_first, daemon=True).start()


def _end_with_first() -> None:
    while not first_ended(PATIENCE):
        pass
    _end_if_stuck(lost() or "")


def _end_if_stuck(sentence: str) -> None:
    while True:
        if any(time.monotonic() - since > PATIENCE for since in [*_waits_since]):
            if speaks():
                show(f"acutance: {shown(sentence)}", sys.stderr)
            os._exit(1)
        time.sleep(GLANCE / 5)


def lost() -> str:
    """Say which process has ended before its time, and how; looked for, where it has just happened."""
    deadline = time.monotonic() + GLANCE
    while _started and time.monotonic() < deadline:
        if found := _failed():
            return found
        time.sleep(GLANCE / 20)
    world = os.environ.get("WORLD_SIZE", "several")
    if _first() is not None and first_ended(GLANCE):
        return f"process 1 of {world}, the first, has ended."
    return f"another of the {world} processes has ended."


def _failed() -> str:
    for number, process in enumerate(_started, start=2):
        if status := process.poll():
            cause = f"was ended by {_signal(-status)}" if status < 0 else f"ended with status {status}"
            return f"process {number} of {len(_started) + 1} {cause}."
    return ""


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


@cache
def _first() -> int | None:
    """Return this process's end of the pipe from the first, if that has started it."""
    number = os.environ.get(PIPE)
    return None if number is None or is_first_process() else int(number)


_heard: dict[str, bytes] = {}


def first_ended(within: float) -> bool:
    """Whether the first process has ended, or does so within so many seconds."""
    pipe, deadline = _first(), time.monotonic() + within
    while pipe is not None and "end" not in _heard:
        if not select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
            return False
        byte = os.read(pipe, 1)
        _heard["told" if byte else "end"] = byte
    return pipe is not None


def speaks(*, shared: bool = False) -> bool:
    """Whether this process is to tell of what went wrong with it.

    The first is, and another where the first does not: it was killed, or goes on. Of a `shared` fault, which is that of
    all processes alike, the first tells wherever they were started.
    """
    if is_first_process():
        return True
    if _first() is None:
        return not shared
    return not (first_ended(TOLD) and "told" in _heard)
