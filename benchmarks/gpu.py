"""What a step of training costs on a GPU, with L1 alone and with PCL, and where the time between its kernels goes.

`benchmarks/gpu.sh` runs it together with the tests that need a GPU. Written to $OUT, ./gpu-results without it:

    steps.json            steps/s, seconds a step and peak memory of each network, objective and precision
    timeline.json         how busy the device is in a step, and the longest gaps between its kernels
    NETWORK-OBJECTIVE.json.gz  each timeline, for https://ui.perfetto.dev

The batch lies on the device, so this is the step without its data. DEVICE=cpu STEPS=2 tries it where there is no GPU,
on smaller batches.
"""

import gc
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch.profiler import ProfilerActivity, profile

from acutance.experiment import Experiment
from acutance.recipes import pcl, pixel
from acutance.training.machine import Machine
from acutance.training.trainer import Trainer
from acutance.types import Batch

DEVICE = os.environ.get("DEVICE", "cuda")
STEPS = int(os.environ.get("STEPS", "30"))
OUT = Path(os.environ.get("OUT", "gpu-results"))
SIZE, PATCH = (16, 192) if DEVICE == "cuda" else (1, 48)
WARM_UP, LONGEST = 3, 20.0
"""Steps before the clock starts, and seconds after which a case ends early."""
GAP = 10e-6
"""Seconds between two kernels from which on it counts as a gap."""
CASES: dict[str, Callable[[], Experiment]] = {
    "edsr_s-pixel": pixel.edsr_s,
    "edsr_s-pcl": pcl.edsr_s,
    "rcan-pixel": pixel.rcan,
    "rcan-pcl": pcl.rcan,
}
PRECISIONS = ("32-true", "bf16-mixed")


@dataclass(frozen=True)
class Cost:
    """What a step costs; memory in GiB, None where the device does not count it."""

    case: str
    precision: str
    steps: int
    seconds_per_step: float
    steps_per_second: float
    peak_memory: float | None


@dataclass(frozen=True)
class Span:
    """A kernel at work, in seconds since the profile began."""

    name: str
    start: float
    end: float


def stepping(case: str, precision: str) -> Callable[[], dict[str, torch.Tensor]]:
    """Return what takes one step of a case on one batch."""
    torch.manual_seed(0)
    fabric = Machine(DEVICE, precision=precision).launch()
    trainer = Trainer(CASES[case](), fabric)
    shapes = ((SIZE, 3, PATCH // 4, PATCH // 4), (SIZE, 3, PATCH, PATCH))
    batch = Batch(*(torch.rand(shape, device=fabric.device) for shape in shapes))

    def step() -> dict[str, torch.Tensor]:
        with fabric.autocast():
            return trainer.step(batch)

    return step


def wait() -> None:
    """Until the device has done what it was asked."""
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def cost(case: str, precision: str) -> Cost:
    """Time steps after a warm-up, all in one go, as a run takes them."""
    step = stepping(case, precision)
    for _ in range(min(WARM_UP, STEPS)):
        step()
    wait()
    if DEVICE == "cuda":
        torch.cuda.reset_peak_memory_stats()
    started, done = time.perf_counter(), 0
    while done < STEPS and time.perf_counter() - started < LONGEST:
        step()
        done += 1
    wait()
    seconds = (time.perf_counter() - started) / done
    peak = torch.cuda.max_memory_allocated() / 2**30 if DEVICE == "cuda" else None
    return Cost(case, precision, done, seconds, 1 / seconds, peak)


def timeline(case: str, precision: str = "bf16-mixed", steps: int = 3) -> dict[str, Any]:
    """Write the timeline of a few steps and return what it says of the gaps."""
    step = stepping(case, precision)
    for _ in range(min(WARM_UP, STEPS)):
        step()
    wait()
    activities = [ProfilerActivity.CPU] + [ProfilerActivity.CUDA] * (DEVICE == "cuda")
    with profile(activities=activities) as profiler:
        for _ in range(min(steps, STEPS)):
            step()
        wait()
    profiler.export_chrome_trace(str(OUT / f"{case}.json.gz"))
    kind = torch.autograd.DeviceType.CUDA if DEVICE == "cuda" else torch.autograd.DeviceType.CPU
    events = [event for event in profiler.events() or () if event.device_type == kind]
    spans = [Span(event.name, event.time_range.start / 1e6, event.time_range.end / 1e6) for event in events]
    return {"case": case, "precision": precision, **idleness(spans)}


def idleness(spans: list[Span]) -> dict[str, Any]:
    """Return how busy a device was between its first kernel and its last, and its longest gaps.

    >>> idleness([Span("a", 0, 2), Span("b", 1, 3), Span("c", 4, 5)])["busy"]
    0.8
    """
    spans = sorted(spans, key=lambda span: span.start)
    latest = [spans[0]]  # of all kernels up to each, the one that ends last
    for span in spans[1:]:
        latest.append(max(latest[-1], span, key=lambda each: each.end))
    gaps = [
        {"seconds": after.start - before.end, "after": before.name[:100], "before": after.name[:100]}
        for before, (_, after) in zip(latest, pairwise(spans), strict=False)
        if after.start - before.end > 0
    ]
    whole, idle = latest[-1].end - spans[0].start, sum(gap["seconds"] for gap in gaps)
    counted = sorted((gap for gap in gaps if gap["seconds"] >= GAP), key=lambda gap: -gap["seconds"])
    return {
        "kernels": len(spans),
        "seconds": whole,
        "busy": 1 - idle / whole,
        "gaps": len(counted),
        "seconds_in_gaps": sum(gap["seconds"] for gap in counted),
        "longest": counted[:12],
    }


def freed() -> None:
    """Give back what the last case left, so that the next peak is its own."""
    gc.collect()
    if DEVICE == "cuda":
        torch.cuda.empty_cache()


def main() -> None:
    """Print a line a case, and write everything after each, so that an interruption loses only what is not done."""
    if DEVICE == "cuda" and not torch.cuda.is_available():
        print("skipped: there is no CUDA device here. DEVICE=cpu STEPS=2 tries the script on the CPU.")
        return
    OUT.mkdir(parents=True, exist_ok=True)
    device = torch.cuda.get_device_name() if DEVICE == "cuda" else "CPU"
    setting = {"device": device, "torch": torch.__version__, "batch": SIZE, "patch": PATCH}
    costs: list[Cost] = []
    for case, precision in ((case, precision) for case in CASES for precision in PRECISIONS):
        costs.append(measured := cost(case, precision))
        memory = "" if measured.peak_memory is None else f", peak {measured.peak_memory:.2f} GiB"
        print(f"{case:13} {precision:10} {measured.steps_per_second:8.2f} steps/s{memory}", flush=True)
        (OUT / "steps.json").write_text(json.dumps({**setting, "steps": [asdict(each) for each in costs]}, indent=1))
        freed()
    timelines = []
    for case in CASES:
        timelines.append(seen := timeline(case))
        print(
            f"{case:13} {seen['kernels']} kernels in {seen['seconds']:.3f} s, busy {seen['busy']:.1%}, "
            f"{seen['gaps']} gaps of {GAP * 1e6:.0f} microseconds or more: {seen['seconds_in_gaps']:.3f} s",
            flush=True,
        )
        for gap in seen["longest"][:3]:
            print(f"    {gap['seconds'] * 1e3:7.3f} ms after {gap['after'][:40]}, before {gap['before'][:40]}")
        (OUT / "timeline.json").write_text(json.dumps({**setting, "timelines": timelines}, indent=1))
        freed()


if __name__ == "__main__":
    main()
