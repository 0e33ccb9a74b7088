"""The child process: gives inputs to a reader under a limit of memory, and says a line about each when it is done."""

import argparse
import contextlib
import os
import resource
import sys
import tempfile
import traceback
from pathlib import Path

from acutance.errors import AcutanceError
from fuzz.inputs import made, valid
from fuzz.readers import Reader, reader

MEMORY = 1 << 30
"""Bytes of private memory that a child may have, those of its libraries included."""
READY, READ, REFUSED, WRONG = "ready", "read", "refused", "wrong"
"""How the lines begin."""


def work(kind: str, folder: Path, seed: int, numbers: range) -> None:
    """Try the inputs of some numbers, one after the other."""
    tested, seeds = reader(kind), valid(folder)
    tested.attempt(folder / seeds[0].name)  # what a process costs once is no part of an input's time
    limit()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as place:
        _say(READY)
        for number in numbers:
            each = made(seeds, seed, number)
            path = Path(place) / f"input{each.suffix}"
            path.write_bytes(each.content)
            _say(tried(tested, path))


def tried(tested: Reader, path: Path) -> str:
    """Return what became of a file: "read", "refused", or "wrong" and why."""
    try:
        tested.attempt(path)
    except AcutanceError as error:
        return f"{WRONG} {len(str(error))} letters in one sentence" if len(str(error)) > 2000 else REFUSED
    except BaseException as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        said = (str(error).strip().splitlines() or [""])[0][:150]
        return f"{WRONG} {type(error).__name__}: {said} ({Path(place.filename).name}:{place.lineno})"
    return READ


def limit() -> None:
    """Limit the memory of this process, and leave no core file when it crashes."""
    # Address space would count what is only reserved; this counts what can be written to.
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _say(line: str) -> None:
    os.write(OUT, line.encode(errors="replace").replace(b"\n", b" ") + b"\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind")
    parser.add_argument("folder", type=Path, help="of the valid files")
    parser.add_argument("seed", type=int)
    parser.add_argument("numbers", type=int, nargs=2, help="the first, and the one after the last")
    given = parser.parse_args()
    # What libraries print on their own is kept apart from what is said here.
    OUT = os.dup(sys.stdout.fileno())
    with Path(os.devnull).open("w") as nothing, contextlib.suppress(BrokenPipeError):
        os.dup2(nothing.fileno(), sys.stdout.fileno())
        work(given.kind, given.folder, given.seed, range(*given.numbers))
