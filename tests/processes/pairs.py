"""Runs of two processes, as a launcher starts them: forked from one that has imported all, so that a try is short.

    python -m processes.pairs 50          from tests/: fifty runs, each interrupted for real at a random time
    python -m processes.pairs 20 --kill   in each of twenty, the first or the second is killed instead

What is counted is how many have left a whole checkpoint of the step in hand, and have said no more than a sentence.
"""

import json
import os
import random
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from acutance.cli.main import main
from acutance.training.state import read_state

RECIPE = """
from acutance.experiment import Experiment, Term
from acutance.losses import Pixel
from acutance.networks import create


def pixel(scale):
    network = create("edsr", scale=scale, blocks=1, channels=8)
    return Experiment(network=network, objective={"pixel": Term(1.0, Pixel())}, steps=100_000, batch=2, patch=32)
"""
STEPS = 100_000
"""More than are ever taken: a checkpoint is due every 500, a line of the curve every 50."""


@dataclass
class Pair:
    """Two processes of one run, in a process group of their own."""

    out: Path
    first: int
    second: int

    @property
    def told(self) -> str:
        """What both have said."""
        return (self.out.parent / f"{self.out.name}.txt").read_text()

    def lines(self) -> list[int]:
        """The steps of the lines of the curve."""
        curve = self.out / "metrics.jsonl"
        lines = curve.read_text().splitlines(keepends=True) if curve.exists() else []
        return [json.loads(line)["step"] for line in lines if line.endswith("\n")]

    def wait_for_steps(self, seconds: float = 300) -> None:
        """Wait for the first line of the curve."""
        deadline = time.monotonic() + seconds
        while not self.lines():
            assert time.monotonic() < deadline, self.told
            assert os.waitpid(self.first, os.WNOHANG) == (0, 0), self.told
            time.sleep(0.02)

    def statuses(self, seconds: float = 60) -> tuple[int, int]:
        """Wait for both to end, and return their statuses; minus the signal for one that was killed."""
        deadline, found = time.monotonic() + seconds, dict[int, int]()
        while len(found) < 2:
            for process in {self.first, self.second} - found.keys():
                ended, status = os.waitpid(process, os.WNOHANG)
                if ended:
                    found[process] = os.waitstatus_to_exitcode(status)
            if time.monotonic() > deadline:
                os.killpg(self.first, signal.SIGKILL)
                raise AssertionError(f"{2 - len(found)} processes hang: {self.told}")
            time.sleep(0.02)
        return found[self.first], found[self.second]


def prepare(folder: Path) -> None:
    """Write a recipe and two pictures, and decode those."""
    (folder / "photos").mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), np.uint8)
    for number, picture in enumerate(noise):
        Image.fromarray(picture).save(folder / "photos" / f"{number}.png")
    (folder / "mine.py").write_text(RECIPE)
    assert main([*_words(folder, "once"), "--steps", "1"]) == 0


def start(folder: Path, name: str, *more: str) -> Pair:
    """Start the two processes of a run, as torchrun would."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    place = {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    words = [*_words(folder, name), *more]
    first, second = (
        _fork(lambda rank=rank: main(words), folder / f"{name}.txt", {**place, "RANK": rank, "LOCAL_RANK": rank})
        for rank in ("0", "1")
    )
    for process in (first, second):
        os.setpgid(process, first)
    return Pair(folder / name, first, second)


def _words(folder: Path, name: str) -> list[str]:
    fixed = ["--scale", "2", "--device", "cpu", "--cache", str(folder / "store")]
    return [
        "train",
        f"{folder / 'mine.py'}:pixel",
        "--data",
        str(folder / "photos"),
        "--out",
        str(folder / name),
        *fixed,
    ]


def _fork(work: Callable[[], int], told: Path, environment: dict[str, str]) -> int:
    if process := os.fork():
        return process
    file = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.environ |= environment
    status = 70
    try:
        status = work()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


KINDS: dict[str, Callable[[Pair], None]] = {
    "SIGINT to both": lambda pair: os.killpg(pair.first, signal.SIGINT),
    "SIGTERM to the first": lambda pair: os.kill(pair.first, signal.SIGTERM),
    "SIGHUP to both": lambda pair: os.killpg(pair.first, signal.SIGHUP),
    "SIGINT to the second": lambda pair: os.kill(pair.second, signal.SIGINT),
}


def interrupt(folder: Path, name: str, kind: str, after: float) -> str:
    """Interrupt a run so many seconds after its first line; return what is wrong with what is left, or nothing."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what is started in the background has it ignored,
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # and what is under nohup
    pair = start(folder, name)
    pair.wait_for_steps()
    time.sleep(after)
    done = pair.lines()[-1]
    KINDS[kind](pair)
    statuses, state = pair.statuses(), read_state(pair.out / "checkpoints" / "last.pt")
    if statuses != (130, 130):
        return f"statuses {statuses}: {pair.told}"
    if state is None or state["step"] < done:
        return f"the checkpoint is of step {state and state['step']}, and {done} were done"
    return pair.told if "Traceback" in pair.told else ""


def kill(folder: Path, name: str, kind: str, after: float) -> str:
    """Kill a process of a run so many seconds after its first line; return what is wrong with what is left."""
    pair = start(folder, name)
    pair.wait_for_steps()
    time.sleep(after)
    done = pair.lines()[-1]
    os.kill(pair.first if kind == "the first" else pair.second, signal.SIGKILL)
    killed, statuses, state = time.monotonic(), pair.statuses(), read_state(pair.out / "checkpoints" / "last.pt")
    expected = (-9, 1) if kind == "the first" else (1, -9)
    sentences = [line for line in pair.told.splitlines() if line.startswith("acutance: ")]
    faults = {
        f"statuses {statuses}": statuses != expected,
        f"it took {time.monotonic() - killed:.0f} s": time.monotonic() - killed > 30,
        f"a checkpoint of {state and state['step']}, {done} were done": state is None or state["step"] < done,
        f"it says {pair.told}": len(sentences) != 1 or "has ended" not in sentences[0] or "Traceback" in pair.told,
    }
    return "; ".join(fault for fault, is_so in faults.items() if is_so)


def count(tries: int, *, kills: bool, seed: int = 0) -> int:
    """End so many runs, say what became of each, and return how many have lost something."""
    rng, lost = random.Random(seed), 0
    kinds, end = (["the first", "the second"], kill) if kills else ([*KINDS], interrupt)
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        for number in range(tries):
            kind, after = kinds[number % len(kinds)], rng.random()
            fault = end(Path(folder), f"run-{number}", kind, after)
            lost += bool(fault)
            print(f"{number + 1} of {tries}: {kind} after {after:.2f} s: {fault or 'kept'}", flush=True)
    print(f"{tries - lost} of {tries} kept")
    return lost


if __name__ == "__main__":
    sys.exit(min(1, count(int(sys.argv[1]), kills="--kill" in sys.argv)))
