"""Flipped bits: refused, gone around, or of no consequence; never other numbers."""

import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np

import acutance
from acutance import checkpoints, images, run_folder
from acutance.data import Store
from acutance.degrade import Bicubic
from acutance.errors import AcutanceError
from acutance.scores.cache import Cached
from acutance.tensors import read_weights
from acutance.training.state import read_state
from soak import forked
from soak.count import Count
from soak.jobs import Job, digest_of

Read = Callable[[], str]
"""Reads what was damaged as a command does, and returns a digest of the numbers that it got."""


@dataclass(frozen=True)
class Target:
    """A file that is damaged.

    Attributes:
        name: of what it is.
        path: of the file.
        read: reads it, or what stands for it.
        right: the digests that may come of it.
    """

    name: str
    path: Path
    read: Read
    right: frozenset[str]


COPY = "SOAK_COPY"
"""Names the copy of the package in the environment of the process that runs from it."""


def demand_copy() -> None:
    """Start this process again from a copy of the package, unless it is: what ships is damaged where it lies."""
    if COPY in os.environ:
        return
    folder = tempfile.mkdtemp(prefix="soak-package-")
    shutil.copytree(Path(acutance.__file__).parent, Path(folder) / "acutance", ignore=shutil.ignore_patterns("photos"))
    path = os.pathsep.join([folder, os.environ.get("PYTHONPATH", "")])
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | {COPY: folder, "PYTHONPATH": path})


def flipped(target: Target, count: int, seed: int = 1) -> Count:
    """Flip one bit at a time, each in the whole file, and read it."""
    chance, found, whole = random.Random(f"{seed} {target.name}"), Count(), target.path.read_bytes()
    for _ in range(count):
        bit = chance.randrange(8 * len(whole))
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        target.path.write_bytes(damaged)
        found.tried += 1
        outcome = _outcome(target, bytes(damaged))
        if outcome in ("refused", "gone around"):
            found.outcomes[outcome] += 1
        else:
            found.faults.append(f"bit {bit} of {target.name}: {outcome}")
        target.path.write_bytes(whole)
    return found


def _outcome(target: Target, damaged: bytes) -> str:
    try:
        with redirect_stderr(StringIO()):
            read = target.read()
    except AcutanceError:
        return "refused"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "gone around" if read in target.right else "let in with other numbers"


def targets(run: Job, place: Path) -> list[Target]:
    """Make a run, a store and a cache, and return what of them, and of the package, is damaged."""
    out = place / "run"
    status = forked.done(lambda: run.work(out), place / "run.txt")
    if status:
        raise RuntimeError(f"{run.name} ends with {status} by itself: {place / 'run.txt'}")
    return [*_of_run(out), *_of_store(place), _cached(place), _shipped()]


def _of_run(out: Path) -> list[Target]:
    """Return the last checkpoint, the one before, which a run has until it is finished, and the weights."""
    folder = run_folder.RunFolder(out)
    before = run_folder.previous(folder.state)
    earlier = read_state(folder.state)
    assert earlier is not None
    shutil.copy(folder.state, before)

    def state() -> str:
        return digest_of(read_state(folder.state))

    def earlier_state() -> str:
        there = folder.state.rename(folder.state.with_name("away.pt"))
        try:
            return digest_of(read_state(folder.state))
        finally:
            there.rename(folder.state)

    def weights() -> str:
        return digest_of(read_weights(folder.last)) + digest_of(checkpoints.load(folder.last).state_dict())

    right = frozenset({digest_of(earlier)})
    return [
        Target("last.pt", folder.state, state, right),
        Target("previous.pt", before, earlier_state, right),
        Target("last.safetensors", folder.last, weights, frozenset({weights()})),
    ]


def _of_store(place: Path) -> list[Target]:
    """Return the pixels and the index of a store; a store that is damaged is made anew from the pictures."""
    cache = place / "store"

    def pixels() -> str:
        store = Store.open(place / "in" / "photos", cache=cache, degradation=Bicubic(2))
        return digest_of(
            [np.concatenate([store.hr(each).ravel(), store.lr(each).ravel()]) for each in range(len(store))]
        )

    right = frozenset({pixels()})
    return [
        Target(f"store, {path.name.partition('-')[0]}{path.suffix}", path, pixels, right)
        for path in sorted(cache.rglob("*"))
        if path.suffix in (".u8", ".json")
    ]


def _cached(place: Path) -> Target:
    """Return an SR picture that `evaluate --cache` keeps; one that is damaged is made anew."""
    picture = images.read(next((place / "in" / "small").glob("*.png"))).pixels
    kept = Cached(lambda lr: np.ascontiguousarray(lr.repeat(2, 0).repeat(2, 1)), place / "cache", "a network")

    def sr() -> str:
        return digest_of(kept(np.ascontiguousarray(picture)))

    right = frozenset({sr()})
    (path,) = (place / "cache").rglob("*.png")
    return Target("cache of evaluate", path, sr, right)


def _shipped() -> Target:
    """Return a network of the package, which is damaged where it lies: the package has to be a copy."""
    path = checkpoints.bundled()["default-x2"]
    assert os.environ[COPY] in str(path.resolve())

    def weights() -> str:
        return digest_of(acutance.load("default-x2").state_dict())

    return Target("network that ships", path, weights, frozenset({weights()}))
