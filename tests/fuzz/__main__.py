"""The command: how many inputs of which kind, and what became of them."""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from fuzz.hunt import Tally, hunt, keep
from fuzz.inputs import kept, made, valid
from fuzz.readers import KINDS, reader

BUILD = Path(__file__).parents[2] / "build" / "fuzz"


def main() -> int:
    """Return 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("kind", nargs="?", choices=KINDS, help="of reader; all by default")
    parser.add_argument("--count", type=int, default=100_000, help="inputs of each kind")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="child processes at once")
    parser.add_argument("--only", type=int, help="try this one alone, here, and show its traceback")
    given = parser.parse_args()
    status = 0
    for kind in [given.kind] if given.kind else KINDS:
        folder = BUILD / "valid" / kind
        kept(folder, reader(kind).seeds())
        if given.only is not None:
            _one(kind, folder, given.seed, given.only)
            continue
        numbers = range(given.first, given.first + given.count)
        total, began = Tally(), time.monotonic()
        for tally in hunt(kind, folder, given.seed, numbers, given.jobs):
            total.add(tally)
            print(told(kind, given.seed, total, time.monotonic() - began), flush=True)
            for line in keep(BUILD / "found", kind, folder, given.seed, tally.faults):
                print(f"  {line}", flush=True)
        status = status or int(bool(total.faults))
    return status


def told(kind: str, seed: int, tally: Tally, seconds: float) -> str:
    """Return a line about what was done so far."""
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(tally.counts.items()))
    total = sum(tally.counts.values())
    return f"{kind}, seed {seed}: {total:,} inputs in {seconds:.0f} s: {counts}; {len(tally.faults)} faults"


def _one(kind: str, folder: Path, seed: int, number: int) -> None:
    each = made(valid(folder), seed, number)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / each.name
        path.write_bytes(each.content)
        reader(kind).attempt(path)
    print(f"{each.name} is read")


if __name__ == "__main__":
    sys.exit(main())
