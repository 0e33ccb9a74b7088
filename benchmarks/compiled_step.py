"""From how many steps on `--compile` pays: what compiling takes, and what a step then costs beside one without.

    OMP_NUM_THREADS=1 python benchmarks/compiled_step.py [edsr-light rlfn edsr-s] [--precision 32-true bf16-mixed]

Each pair is a process of its own, with an empty cache of compiled kernels; steps of both kinds alternate (A B A B).
Times are by the clock, as the compiler is another process: the machine should have nothing else to do.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from statistics import median

import torch

SIZES = {"edsr-light": (8, 96), "rlfn": (16, 192), "edsr-s": (16, 192)}
"""Batch and HR patch of each network's recipe."""
SCALE = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", default=["edsr-light", "rlfn"])
    parser.add_argument("--precision", nargs="*", default=["32-true", "bf16-mixed"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        return child(given.networks[0], given.precision[0], given.rounds)
    print("| network | precision | batch, patch | compiling | a step | compiled | pays from step |")
    print("|---|---|---|---|---|---|---|")
    for name in given.networks:
        for precision in given.precision:
            with tempfile.TemporaryDirectory() as empty:
                words = [sys.executable, __file__, name, "--child", "--precision", precision]
                words += ["--rounds", str(given.rounds)]
                environment = os.environ | {"TORCHINDUCTOR_CACHE_DIR": empty}
                print(subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout, end="")
    return None


def child(name: str, precision: str, rounds: int) -> None:
    """Print the row of a network."""
    from acutance.experiment import Experiment, Term
    from acutance.losses import Pixel
    from acutance.networks import create
    from acutance.training.machine import Machine
    from acutance.training.trainer import Trainer
    from acutance.types import Batch

    batch, patch = SIZES[name]
    fabric = Machine("cpu", precision=precision).launch()
    pair = Batch(torch.rand(batch, 3, patch // SCALE, patch // SCALE), torch.rand(batch, 3, patch, patch))

    def trainer(compile: bool) -> Trainer:
        objective = {"pixel": Term(1.0, Pixel())}
        network = create(name, scale=SCALE)
        return Trainer(Experiment(network, objective, steps=100, batch=batch, patch=patch), fabric, compile=compile)

    def seconds(trainer: Trainer) -> float:
        began = time.perf_counter()
        with fabric.autocast():
            trainer.step(pair)
        return time.perf_counter() - began

    plain, faster = trainer(False), trainer(True)
    seconds(plain)
    first = seconds(faster) + seconds(faster)
    taken = [(seconds(plain), seconds(faster)) for _ in range(rounds)]
    ours, theirs = (median(each) for each in zip(*taken, strict=True))
    compiling = first - 2 * theirs
    pays = f"{compiling / (ours - theirs):,.0f}" if ours > theirs else "never"
    size = f"{batch}, {patch}"
    print(f"| {name} | {precision} | {size} | {compiling:.0f} s | {ours:.3f} s | {theirs:.3f} s | {pays} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
