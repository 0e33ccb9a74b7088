"""Kills: a job is killed at a random moment, again and again, and then goes on to its end: as if nobody had."""

import random
import time
from pathlib import Path

from soak import forked
from soak.count import Count
from soak.jobs import Job

IN_A_ROW = 3
"""Kills of one job before it may end."""


def killed(job: Job, place: Path, count: int, seed: int = 1) -> Count:
    """Kill a job `count` times, in as many folders as it takes, and compare what each comes to with one left alone."""
    chance, found = random.Random(f"{seed} {job.name}"), Count()
    began = time.monotonic()
    status = forked.done(lambda: job.work(place / "alone"), place / "alone.txt")
    seconds, wanted = time.monotonic() - began, job.result(place / "alone")
    if status:
        found.faults.append(f"{job.name} ends with {status} by itself: {place / 'alone.txt'}")
    trial = 0
    while found.tried < count and not status and trial < 20 * count:
        trial += 1
        out, told = place / f"killed-{trial}", place / f"killed-{trial}.txt"
        for _ in range(min(IN_A_ROW, count - found.tried)):
            process = forked.begin(lambda out=out: job.work(out), told)
            if forked.ended(process, chance.uniform(0, seconds)) is not None:
                break  # it was faster
            forked.kill(process)
            found.tried += 1
        found.faults += _different(job, out, told, wanted)
    return found


def _different(job: Job, out: Path, told: Path, wanted: dict[str, str]) -> list[str]:
    """Let a job go on to its end, and return a sentence for each thing that is not as it is meant to be."""
    status = forked.done(lambda: job.work(out), told)
    return [f"{job.name} ends with {status} after kills: {told}"] if status else differences(job, out, wanted)


def differences(job: Job, out: Path, wanted: dict[str, str]) -> list[str]:
    """Return a sentence for each kind of difference between what is in a folder and what is meant to be there."""
    result = job.result(out)
    lost, left = sorted(wanted.keys() - result.keys()), sorted(result.keys() - wanted.keys())
    other = sorted(name for name in wanted.keys() & result.keys() if wanted[name] != result[name])
    kinds = {"lost": lost, "left over": left, "other than undisturbed": other}
    return [f"{job.name}: {', '.join(names)} {kind} in {out}" for kind, names in kinds.items() if names]
