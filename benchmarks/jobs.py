"""How `acutance compare` grows with `--jobs`: four runs, one after another and two at a time, by the clock.

    python benchmarks/jobs.py [STEPS]         # 100 steps a run by default, on the photographs in the package

Every run has one thread. Two jobs on two idle cores should halve the time of the runs; what does not halve is starting,
scoring and the report. Rounds alternate (1 2 1 2), medians.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

os.environ["OMP_NUM_THREADS"] = "1"

import acutance

PHOTOS = Path(acutance.__file__).parent / "photos"
ROUNDS, JOBS = 2, (1, 2)


def seconds(jobs: int, steps: int) -> float:
    """Return what a comparison of two recipes with two seeds takes."""
    with tempfile.TemporaryDirectory() as out:
        began = time.perf_counter()
        acutance.compare(
            ["pixel:edsr_light", "pixel:edsr_light@learning_rate=5e-4"],
            **{"data": PHOTOS / "train", "test": PHOTOS, "sets": ["test"], "out": out, "steps": steps},
            **{"seeds": 2, "batch": 8, "patch": 96, "device": "cpu", "jobs": jobs},
        )
        return time.perf_counter() - began


def main() -> None:
    steps = int(sys.argv[1]) if sys.argv[1:] else 100
    taken: dict[int, list[float]] = {jobs: [] for jobs in JOBS}
    for _ in range(ROUNDS):
        for jobs in JOBS:
            taken[jobs].append(seconds(jobs, steps))
    medians = {jobs: median(each) for jobs, each in taken.items()}
    print(f"compare, four runs of {steps} steps, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}:")
    for jobs, each in medians.items():
        print(f"--jobs {jobs}: {each:.1f} s, {medians[1] / each:.2f} times as fast as one, expected {jobs}")


if __name__ == "__main__":
    main()
