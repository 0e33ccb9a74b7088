"""How time grows: a training step over batch, patch and width, upscaling over the size of the picture.

    OMP_NUM_THREADS=1 python benchmarks/curves.py > docs/results/curves.md      # some 20 minutes of a quiet core
    OMP_NUM_THREADS=1 python benchmarks/curves.py --small                        # a minute or two, to see that it runs

Every point once a round, medians of the rounds. The slope is that of the logarithms by least squares: 1 is "twice as
much takes twice as long". Expected are those of the arithmetic: a step is linear in batch, quadratic in the patch's
side and in the width of the network; a megapixel costs the same in a picture of any size. A slope below comes of what a
step costs whatever its size, one above of caches that are left behind.
"""

import argparse
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from statistics import median

import numpy as np
import torch

from acutance.engines import Way
from acutance.experiment import Experiment
from acutance.networks import EDSR, EDSRConfig
from acutance.recipes import pcl, pixel
from acutance.training.machine import Machine
from acutance.training.trainer import Trainer
from acutance.types import Batch
from acutance.upscaling.enlarged import enlarged_planes
from acutance.upscaling.enlarger import Enlarger

SCALE, BLOCKS = 4, 4
Timed = Callable[[], object]


@dataclass(frozen=True)
class Curve:
    """Times over one quantity.

    Attributes:
        what: is timed.
        over: the quantity.
        expected: slope of the logarithms.
        points: its values.
        timed: makes what is to be timed of a value.
        each: what a time is divided by.
        note: why it is not the expected slope, where that is known.
    """

    what: str
    over: str
    expected: float
    points: Sequence[int]
    timed: Callable[[int], Timed]
    each: Callable[[int], float] = lambda _: 1.0
    note: str = ""


OF_WIDTH = "A narrow network is bound by memory, which grows with the width and not with its square."
OF_PCL = "What PCL adds, its embedding network and samples, does not depend on the network's width."
OF_PICTURES = (
    "A picture is shown with a border of 8 pixels, which is 1.56 times its area at a side of 64 and 1.13 at 256; from "
    "384 on it goes through in windows of up to 384 that overlap by 16 on each side, another 1.13 times the area, and "
    "windows of that size take a tenth longer a pixel than those of 256, as they leave the caches behind."
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="sizes with which it takes no time, and says little")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    rounds = 2 if given.small else given.rounds
    processor = platform.processor() or platform.machine()
    machine = f"{processor}, {torch.get_num_threads()} threads, torch {torch.__version__}"
    print(
        "# Scaling curves\n\n`benchmarks/curves.py`"
        f"{' --small, which says little' if given.small else ''}: {machine}, {datetime.now(UTC):%d %B %Y}, "
        f"medians of {rounds} rounds of processor time. {steps_of(*base(given.small))}\n"
    )
    for curve in curves(given.small):
        print(table(curve, measured(curve, rounds)), flush=True)


def base(small: bool) -> tuple[int, int]:
    """Return the width of the network and the LR patch of whatever curve is not over them."""
    return (16, 24) if small else (64, 48)


def steps_of(width: int, patch: int) -> str:
    return (
        f"Steps are those of an EDSR of {BLOCKS} blocks and {width} channels at x{SCALE}, on two LR patches of {patch} "
        "pixels, but for what a curve is over."
    )


def curves(small: bool) -> list[Curve]:
    """Return the curves, with sizes as they are used or small ones."""
    batches, patches, widths = ([1, 2, 4], [16, 24, 32], [8, 16, 32]) if small else (
        [1, 2, 4, 8, 16], [24, 32, 48, 64, 96], [16, 32, 64, 128],
    )  # fmt: skip
    sides = [48, 96, 192] if small else [64, 128, 256, 512, 1024]
    width, patch = base(small)
    found: list[Curve] = []
    for name, recipe in (("L1", pixel.edsr_light), ("PCL", pcl.edsr_light)):
        found += [
            Curve(f"{name} step", "batch", 1, batches, lambda n, r=recipe: step(r, width, n, patch)),
            Curve(f"{name} step", "LR patch", 2, patches, lambda n, r=recipe: step(r, width, 2, n)),
            Curve(
                *(f"{name} step", "width", 2, widths, lambda n, r=recipe: step(r, n, 2, patch)),
                note=OF_WIDTH if name == "L1" else OF_PCL,
            ),
        ]
    pictures = Curve("upscaling", "side of LR", 0, sides, upscaling, lambda n: (SCALE * n) ** 2 / 1e6, OF_PICTURES)
    return [*found, pictures]


def step(recipe: Callable[[], Experiment], width: int, batch: int, patch: int) -> Timed:
    """Return what takes one step of a recipe with an EDSR of a width, on one batch of LR patches."""
    torch.manual_seed(0)
    experiment = replace(recipe(), network=EDSR(EDSRConfig(scale=SCALE, blocks=BLOCKS, channels=width)))
    fabric = Machine("cpu", precision="32-true").launch()
    trainer = Trainer(experiment, fabric)
    pair = Batch(torch.rand(batch, 3, patch, patch), torch.rand(batch, 3, SCALE * patch, SCALE * patch))
    return lambda: trainer.step(pair)


def upscaling(side: int) -> Timed:
    """Return what upscales a square picture with the network that ships."""
    enlarger = Enlarger(f"default-x{SCALE}", way=Way("torch", "32"))
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    return lambda: enlarged_planes(pixels, enlarger)


def measured(curve: Curve, rounds: int) -> list[float]:
    """Return the seconds of each point."""
    ready = [curve.timed(point) for point in curve.points]
    times: list[list[float]] = [[] for _ in ready]
    for number in range(rounds + 1):
        for place, run in enumerate(ready):
            began = time.process_time()
            run()
            if number:  # the first is to warm up
                times[place].append(time.process_time() - began)
    return [median(each) / curve.each(point) for each, point in zip(times, curve.points, strict=True)]


def slope(points: Sequence[float], seconds: Sequence[float]) -> float:
    """Return the slope of the logarithms.

    >>> round(slope([1, 2, 4], [3, 12, 48]), 6)
    2.0
    """
    return float(np.polyfit(np.log(points), np.log(seconds), 1)[0])


def table(curve: Curve, seconds: Sequence[float]) -> str:
    """Return a curve as Markdown."""
    unit = "s/Mpx" if curve.expected == 0 else "s"
    head = [curve.over, *map(str, curve.points)]
    row = [unit, *(f"{each:.3g}" for each in seconds)]
    lines = (head, ["---"] * len(head), row)
    upper = slope(curve.points[len(curve.points) // 2 :], seconds[len(curve.points) // 2 :])
    told = f"Slope {slope(curve.points, seconds):.2f}, of the upper half {upper:.2f}, expected {curve.expected:g}."
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"## {curve.what} over {curve.over}\n\n{body}\n\n{' '.join(filter(None, (told, curve.note)))}\n"


if __name__ == "__main__":
    sys.exit(main())
