"""The parent: hands numbers to children, watches their clocks, and keeps what went wrong."""

import os
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from fuzz.inputs import made, valid
from fuzz.worker import READ, READY, REFUSED, WRONG

SECONDS, PATIENCE, GLANCE = 5.0, 300.0, 0.2
"""Of the processor that an input may take; by the clock, on a machine that is busy with other things; between looks."""
AT_ONCE = 2000
"""Inputs that one child is given."""
HANG, CRASH = "a hang", "a crash"


@dataclass(frozen=True)
class Fault:
    """An input that ended in neither a result nor a sentence of ours."""

    number: int
    what: str


@dataclass
class Tally:
    """What became of inputs: how many of each outcome, and the faults."""

    counts: Counter[str] = field(default_factory=Counter[str])
    faults: list[Fault] = field(default_factory=list[Fault])

    def add(self, other: "Tally") -> None:
        self.counts += other.counts
        self.faults += other.faults


def hunt(kind: str, folder: Path, seed: int, numbers: range, jobs: int) -> Iterator[Tally]:
    """Try the inputs of some numbers, `jobs` at once, and yield what came of a part of them after the other.

    `folder` holds the valid files.
    """
    parts = [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(lambda part: _tried(kind, folder, seed, part), parts)


def keep(found: Path, kind: str, folder: Path, seed: int, faults: list[Fault]) -> Iterator[str]:
    """Write each fault's input into the folder `found`, and yield a line about it."""
    found.mkdir(parents=True, exist_ok=True)
    seeds = valid(folder)
    for fault in faults:
        each = made(seeds, seed, fault.number)
        path = found / f"{kind}-{seed}-{each.name}"
        path.write_bytes(each.content)
        yield f"{path}: {fault.what}; again: python -m fuzz {kind} --seed {seed} --only {fault.number}"


def _tried(kind: str, folder: Path, seed: int, numbers: range) -> Tally:
    """Try inputs in as many children as it takes: one that crashes or hangs is followed by another."""
    tally, place = Tally(), numbers.start
    while place < numbers.stop:
        for said in _child(kind, folder, seed, range(place, numbers.stop)):
            outcome = said.partition(" ")[0] if said not in (HANG, CRASH) else said
            tally.counts[outcome] += 1
            if outcome not in (READ, REFUSED):
                tally.faults.append(Fault(place, said.removeprefix(f"{WRONG} ")))
            place += 1
    return tally


def _child(kind: str, folder: Path, seed: int, numbers: range) -> Iterator[str]:
    """Yield a child's line about each of its inputs; the last may be HANG or CRASH."""
    words = [sys.executable, "-m", "fuzz.worker", kind, folder, seed, numbers.start, numbers.stop]
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "VIPS_CONCURRENCY": "1", "G_DEBUG": ""}
    process = subprocess.Popen(
        [str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0, env=environment
    )
    assert process.stdout is not None
    try:
        lines = _lines(process.stdout, process.pid)
        if next(lines) != READY:
            raise RuntimeError(f"a child of {kind} does not start; try: {' '.join(map(str, words))}")
        for _ in numbers:
            yield (said := next(lines))
            if said in (HANG, CRASH):
                return
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _lines(pipe: IO[bytes], child: int) -> Iterator[str]:
    """Yield the lines from a child; HANG where one is too long in coming, CRASH where the child has ended."""
    rest, allowed = b"", PATIENCE
    while True:
        began, used = time.monotonic(), _processor_seconds(child)
        while b"\n" not in rest:
            ready, _, _ = select.select([pipe], [], [], GLANCE)
            part = os.read(pipe.fileno(), 1 << 16) if ready else b""
            if ready and not part:
                yield CRASH
                return
            if not ready and (_processor_seconds(child) - used > allowed or time.monotonic() - began > PATIENCE):
                yield HANG
                return
            rest += part
        line, _, rest = rest.partition(b"\n")
        allowed = SECONDS
        yield line.decode()


def _processor_seconds(process: int) -> float:
    """Return the processor time of a process so far, by its clock."""
    return time.clock_gettime(((~process) << 3) | 2)
