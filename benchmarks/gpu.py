"""What a step of training costs on a GPU, with L1 alone and with PCL, and where the time between its kernels goes.

`benchmarks/gpu.sh` runs it together with the tests that need a GPU. Written to $OUT, ./gpu-results without it:

    steps.json            steps/s, seconds a step and peak memory of each network, objective and precision; PCL / L1
    data.json             what a step waits for its data in, with pictures in a memory-mapped store
    targets.json          what is aimed at, what was found, whether it is met
    timeline.json         how busy the device is in a step, and the longest gaps between its kernels
    NETWORK-OBJECTIVE.json.gz  each timeline, for https://ui.perfetto.dev

In steps.json the batch lies on the device, so that is the step without its data. Aimed at in bf16: a PCL step costs at
most 2.2 L1 steps, a step waits for data in under 2 % of its time, EDSR-S with L1 reaches 40 % of the peak or the reason
stands in its timeline. DEVICE=cpu STEPS=2 tries it all where there is no GPU, on smaller batches.
"""

import gc
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

from acutance import images
from acutance.data import PatchStream, Store
from acutance.degrade import Bicubic
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
MOST_L1_STEPS, MOST_WAIT, LEAST_OF_PEAK = 2.2, 0.02, 0.40


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


def stepping(case: str, precision: str) -> Callable[..., Mapping[str, torch.Tensor]]:
    """Return what takes one step of a case on a batch, always the same where it is given none."""
    torch.manual_seed(0)
    fabric = Machine(DEVICE, precision=precision).launch()
    trainer = Trainer(CASES[case](), fabric)
    shapes = ((SIZE, 3, PATCH // 4, PATCH // 4), (SIZE, 3, PATCH, PATCH))
    batch = Batch(*(torch.rand(shape, device=fabric.device) for shape in shapes))

    def step(given: Batch | None = None) -> Mapping[str, torch.Tensor]:
        with fabric.autocast():
            return trainer.step(batch if given is None else given)

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


def data_wait(case: str, precision: str = "bf16-mixed") -> dict[str, Any]:
    """Time steps on batches from a memory-mapped store, as a run takes them, and how long each waits for its batch.

    On a GPU a step is only asked for, so it is waited for too: then nothing that a batch does is hidden behind it, and
    the share is the most that it can be.
    """
    step, waits, whole = stepping(case, precision), 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        pictures = Path(folder) / "pictures"
        for number in range(4):
            pixels = np.random.default_rng(number).integers(0, 256, (512, 640, 3), np.uint8)
            images.write(pictures / f"{number}.png", pixels)
        store = Store.open(pictures, cache=Path(folder) / "cache", degradation=Bicubic(4))
        patches = PatchStream(store, patch=PATCH, batch=SIZE, seed=0)
        for number in range(min(WARM_UP, STEPS) + min(STEPS, 20)):
            began = time.perf_counter()
            batch = patches.batch_at(number, DEVICE)
            wait()
            ready = time.perf_counter()
            step(batch)
            wait()
            if number >= min(WARM_UP, STEPS):
                waits, whole = waits + ready - began, whole + time.perf_counter() - began
    return {"case": case, "precision": precision, "seconds": whole, "waited": waits, "share": waits / whole}


def peak_of(precision: str = "bf16-mixed") -> float:
    """Return the operations a second that a product of two large matrices reaches."""
    side = 8192 if DEVICE == "cuda" else 512
    kind = torch.bfloat16 if precision == "bf16-mixed" else torch.float32
    left, right = (torch.rand(side, side, device=DEVICE, dtype=kind) for _ in range(2))
    for _ in range(3):
        torch.mm(left, right)
    wait()
    began = time.perf_counter()
    for _ in range(10):
        torch.mm(left, right)
    wait()
    return 10 * 2 * side**3 / (time.perf_counter() - began)


def operations(case: str) -> float:
    """Return the floating-point operations of one step, forward and backward, as PyTorch counts them."""
    step = stepping(case, "32-true")
    with FlopCounterMode(display=False) as counter:
        step()
    return float(counter.get_total_flops())


def targets(costs: list[Cost], waits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what is aimed at beside what was found.

    >>> two = [Cost("a-pixel", "bf16-mixed", 1, 1.0, 1.0, None), Cost("a-pcl", "bf16-mixed", 1, 2.0, 0.5, None)]
    >>> [(each["what"], each["found"], each["met"]) for each in targets(two, [])]
    [('PCL / L1, a', 2.0, True)]
    """
    found = {each.case: each.seconds_per_step for each in costs if each.precision == "bf16-mixed"}
    rows = [
        {"what": f"PCL / L1, {name}", "at_most": MOST_L1_STEPS, "found": found[f"{name}-pcl"] / found[f"{name}-pixel"]}
        for name in sorted({case.rpartition("-")[0] for case in found})
    ]
    rows += [{"what": f"data wait, {each['case']}", "at_most": MOST_WAIT, "found": each["share"]} for each in waits]
    return [{**row, "met": row["found"] <= row["at_most"]} for row in rows]


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


def aims(costs: list[Cost], setting: dict[str, Any]) -> None:
    """Measure the waits and the share of the peak, and write and print what is aimed at beside what was found."""
    waits = [data_wait(case) for case in ("edsr_s-pixel", "edsr_s-pcl")]
    (OUT / "data.json").write_text(json.dumps({**setting, "waits": waits}, indent=1))
    freed()
    rows = targets(costs, waits)
    seconds = next(each for each in costs if (each.case, each.precision) == ("edsr_s-pixel", "bf16-mixed"))
    share = operations("edsr_s-pixel") / seconds.seconds_per_step / peak_of()
    met = share >= LEAST_OF_PEAK
    rows.append({"what": "share of the bf16 peak, edsr_s-pixel", "at_least": LEAST_OF_PEAK, "found": share, "met": met})
    (OUT / "targets.json").write_text(json.dumps({**setting, "targets": rows}, indent=1))
    for row in rows:
        aim = f"at most {row['at_most']}" if "at_most" in row else f"at least {row['at_least']}"
        print(f"{row['what']}: {row['found']:.3f}, aimed at {aim}: {'met' if row['met'] else 'missed'}", flush=True)
    freed()


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
    aims(costs, setting)
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
