"""The command: each part in a process of its own, each thing in it one line, and what went wrong below it."""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from soak import disks, flips, forked, kills, signals
from soak.count import Count
from soak.jobs import jobs

KILLS = {"store": 8, "upscale": 8, "evaluate": 8, "extractor": 8, "train pixel": 8, "train SPSR": 12, "train PCL": 12}
KILLS |= {"compare": 6}
FLIPS = {"last.pt": 400, "previous.pt": 200, "last.safetensors": 400, "store": 200, "cache": 400, "network": 200}
DISKS = ("store", "evaluate", "upscale", "train pixel")
Line = tuple[str, str, Count]
"""What was tried, what was done to it, and what came of it."""


def killed(place: Path, short: bool) -> Iterator[Line]:
    """Kill each job at random moments."""
    for name, count in ({"train pixel": 3, "upscale": 3} if short else KILLS).items():
        yield name, "kills", kills.killed(jobs(place / name / "in")[name], place / name, count)


def flipped(place: Path, short: bool) -> Iterator[Line]:
    """Flip bits of each file that holds numbers."""
    for target in flips.targets(jobs(place / "in")["train pixel"], place):
        count = next(count for name, count in FLIPS.items() if target.name.startswith(name))
        yield target.name, "flipped bits", flips.flipped(target, count // 20 if short else count)


def failing(place: Path, short: bool) -> Iterator[Line]:
    """Let disks fail, and be full."""
    for name in ("upscale",) if short else DISKS:
        job = jobs(place / name / "in")[name]
        for error, what in ((disks.errno.EIO, "EIO"), (disks.errno.ENOSPC, "ENOSPC")):
            every = 25 if short else 1 if what == "EIO" else 5
            yield f"{name}, {what}", "calls that failed", disks.failing(job, place / name / what, error, every)
        if not short and disks.may_mount():
            yield f"{name}, small disk", "full disks", disks.full(job, place / name / "disks", 12)


def stopped(place: Path, short: bool) -> Iterator[Line]:
    """Signal a training of two processes."""
    jobs(place / "in")
    parts = [(range(3), False)] if short else [(range(45), False), (range(45, 50), True)]
    for numbers, by_itself in parts:
        name = f"two processes, {'--devices 2' if by_itself else 'as torchrun starts them'}"
        yield name, "signals", signals.signalled(place, numbers, by_itself)


PARTS: dict[str, Callable[[Path, bool], Iterator[Line]]] = {
    "kills": killed,
    "flips": flipped,
    "disks": failing,
    "signals": stopped,
}


def main() -> int:
    """Return 1 where something was lost, left or let in."""
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS, help="all by default")
    parser.add_argument("--short", action="store_true", help="what the tests run: a minute")
    given = parser.parse_args()
    if given.part is None:
        words = [sys.executable, "-m", "soak", *(["--short"] if given.short else [])]
        return max(subprocess.run([*words, part], check=False).returncode for part in PARTS)
    {"disks": disks.demand_preloaded, "flips": flips.demand_copy}.get(given.part, int)()
    place = Path(tempfile.mkdtemp(prefix=f"soak-{given.part}-"))
    forked.import_everything()
    status = 0
    for name, what, count in PARTS[given.part](place, given.short):
        print(count.line(name, what), flush=True)
        print("".join(f"  {fault}\n" for fault in count.faults), end="", flush=True)
        status = status or int(bool(count.faults))
    if not status:
        shutil.rmtree(place)
    return status


if __name__ == "__main__":
    sys.exit(main())
