"""Disks that fail: at every write, sync and rename in turn, and one that is full. Then they work again, and the job is
done once more: as if nothing had been.
"""

import ctypes
import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from soak import forked
from soak.count import Count
from soak.jobs import Job
from soak.kills import differences

SOURCE = Path(__file__).with_name("failing_disk.c")
PRELOADED = "SOAK_FAILING_DISK"
"""Names the library in the environment of the process that it is preloaded into."""


def demand_preloaded() -> None:
    """Start this process again with the failing disk preloaded, unless it is."""
    if PRELOADED in os.environ:
        return
    library = Path(tempfile.mkdtemp(prefix="soak-")) / "failing_disk.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
    environment = os.environ | {PRELOADED: str(library), "LD_PRELOAD": str(library)}
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)


def may_mount() -> bool:
    """Whether this process may mount a disk of its own."""
    with tempfile.TemporaryDirectory() as place:
        words = ["mount", "-t", "tmpfs", "-o", "size=4096", "soak", place]
        if subprocess.run(words, capture_output=True, check=False).returncode:
            return False
        subprocess.run(["umount", place], check=True)
        return True


def failing(job: Job, place: Path, error: int, every: int = 1) -> Count:
    """Let a job's n-th write, sync or rename fail, for every n or each `every`-th, each in a folder of its own.

    A full disk (ENOSPC) stays full from there on; any other error is there once.
    """
    found, alone = Count(), place / "alone"
    calls = place / "calls.txt"
    status = forked.done(lambda: _counted(job, alone, calls), place / "alone.txt", partial(_arm, alone, 0, 0))
    if status:
        return Count(faults=[f"{job.name} ends with {status} by itself: {place / 'alone.txt'}"])
    wanted = job.result(alone)
    for call in range(1, int(calls.read_text()) + 1, every):
        out, told = place / f"failing-{call}", place / f"failing-{call}.txt"
        found.tried += 1
        _try(job, out, told, partial(_arm, out, call, error), found, wanted)
    return found


def full(job: Job, place: Path, sizes: int) -> Count:
    """Do a job on small disks (tmpfs) of as many sizes, up to what it needs; the last is made larger then."""
    found = Count()
    status = forked.done(lambda: job.work(place / "alone"), place / "alone.txt")
    if status:
        return Count(faults=[f"{job.name} ends with {status} by itself: {place / 'alone.txt'}"])
    wanted = job.result(place / "alone")
    need = sum(path.stat().st_size for path in (place / "alone").rglob("*") if path.is_file())
    for number in range(sizes):
        disk, told = place / f"disk-{number}", place / f"disk-{number}.txt"
        size = max(4096, need * (number + 1) // (sizes + 1))
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "soak", disk], check=True)
        try:
            found.tried += 1
            larger = ["mount", "-o", f"remount,size={20 * need + 2**24}", disk]
            _try(job, disk / "out", told, int, found, wanted, partial(subprocess.run, larger, check=True))
        finally:
            subprocess.run(["umount", disk], check=True)
    return found


def _try(
    job: Job, out: Path, told: Path, prepare: Callable[[], object], found: Count, wanted: dict[str, str],
    repair: Callable[[], object] = int,
) -> None:  # fmt: skip
    """Do a job while the disk fails, then again when it does not, and note what came of it."""
    status = forked.done(lambda: job.work(out), told, prepare)
    said = told.read_text(errors="replace")
    if status not in (0, 1) or "Traceback" in said or (status and "acutance: " not in said):
        found.faults.append(f"{job.name} ends with {status} and no sentence where the disk fails: {told}")
    found.outcomes["ended in a sentence" if status else "gone around"] += 1
    repair()
    status = forked.done(lambda: job.work(out), told)
    if status:
        found.faults.append(f"{job.name} ends with {status} when the disk works again: {told}")
    found.faults += [] if status else differences(job, out, wanted)


def _arm(folder: Path, call: int, error: int) -> None:
    library = ctypes.CDLL(os.environ[PRELOADED])
    library.arm(os.fsencode(f"{folder.absolute()}/"), call, error, int(error == errno.ENOSPC))


def _counted(job: Job, out: Path, calls: Path) -> int:
    status = job.work(out)
    calls.write_text(str(ctypes.CDLL(os.environ[PRELOADED]).counted()))
    return status
