"""Signals to two processes that train together: every one reaches a checkpoint, from which the run goes on."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from acutance.cli.main import main
from acutance.errors import AcutanceError
from acutance.run_folder import RunFolder
from acutance.training.state import read_state
from soak import forked
from soak.count import Count
from soak.jobs import learning

WAYS = ("Ctrl-C to both", "SIGTERM to both", "SIGTERM to the first", "SIGINT to the second")
STEPS, PATIENCE = 4000, 300.0
"""Steps of the run, which nobody waits for, and seconds for it to begin and for it to end."""
STOPPED = 130


def signalled(place: Path, numbers: range, by_itself: bool, seed: int = 1) -> Count:
    """Stop a training of two processes once for each number, in one of the `WAYS` after the other.

    It is started as torchrun does, or `by_itself`, by the command with --devices 2.
    """
    chance, found = random.Random(f"{seed} {numbers}"), Count()
    for number in numbers:
        out, told = place / f"stopped-{number}", place / f"stopped-{number}.txt"
        words = ["train", f"{place / 'in' / 'mine.py'}:pixel", *learning(place / "in"), "--scale", 2, "--out", out]
        command = [*map(str, words), "--steps", str(STEPS)]
        # Of a command that starts its processes itself, the number of the second is not known here.
        way = WAYS[number % (3 if by_itself else len(WAYS))]
        found.tried += 1
        found.faults += _stopped(command, way, out, told, by_itself, chance)
    return found


def _stopped(
    command: Sequence[str], way: str, out: Path, told: Path, by_itself: bool, chance: random.Random
) -> list[str]:
    """Start the run, wait until it is amid its steps, stop it in a way, and return what is not as it is meant to be."""
    processes = _begun_by_itself(command, told) if by_itself else _begun(command, told)
    try:
        _wait(lambda: RunFolder(out).metrics.exists() and RunFolder(out).metrics.stat().st_size > 0, processes, told)
        time.sleep(chance.uniform(0, 0.5))
        before = RunFolder(out).lines()[-1]["step"]
        _signal(processes, way)
        statuses = [forked.ended(process, PATIENCE) for process in processes]
    except RuntimeError as fault:
        return [str(fault)]
    finally:
        for process in processes:
            with suppress(OSError):
                os.killpg(process, signal.SIGKILL)
                os.waitpid(process, 0)
    return _faults(out, before, statuses, f"{way}, {told}")


def _faults(out: Path, before: int, statuses: Sequence[int | None], what: str) -> list[str]:
    faults = [f"it ends with {status}: {what}" for status in statuses if status != STOPPED]
    try:
        state = read_state(RunFolder(out).state)
    except AcutanceError as fault:
        return [*faults, f"{fault} ({what})"]
    if state is None or state["step"] < before:
        faults.append(f"the checkpoint is {'missing' if state is None else 'older than the curve'}: {what}")
    return faults


def _begun(command: Sequence[str], told: Path) -> list[int]:
    """Start both processes as torchrun does: with the variables of torch.distributed, in one group of processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    processes: list[int] = []
    for rank in range(2):
        place = {"RANK": rank, "LOCAL_RANK": rank, "GROUP_RANK": 0, "NODE_RANK": 0, "MASTER_PORT": port}
        variables = {name: str(value) for name, value in {**place, "WORLD_SIZE": 2, "LOCAL_WORLD_SIZE": 2}.items()}
        variables["MASTER_ADDR"] = "127.0.0.1"
        join = partial(_join, processes[0] if processes else 0, variables)
        processes.append(forked.begin(lambda: main(command), told.with_suffix(f".{rank}.txt"), join))
    return processes


def _join(group: int, variables: dict[str, str]) -> None:
    os.setpgid(0, group)
    os.environ.update(variables)


def _begun_by_itself(command: Sequence[str], told: Path) -> list[int]:
    """Start the command that starts both processes."""
    words = [sys.executable, "-m", "acutance", *command, "--devices", "2"]
    with told.open("wb") as file:
        return [subprocess.Popen(words, stdout=file, stderr=file, start_new_session=True).pid]


def _wait(until: Callable[[], bool], processes: Sequence[int], told: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not until():
        if time.monotonic() > deadline or any(forked.ended(process, 0) is not None for process in processes):
            raise RuntimeError(f"the run does not get to its steps: {told}")
        time.sleep(0.01)


def _signal(processes: Sequence[int], way: str) -> None:
    number = signal.SIGINT if way.startswith(("Ctrl-C", "SIGINT")) else signal.SIGTERM
    if way.endswith("both"):
        os.killpg(processes[0], number)
    else:
        os.kill(processes[0 if way.endswith("first") else -1], number)
