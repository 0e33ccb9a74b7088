"""Trains the network that ships for as many minutes as a GPU is there: distilled and HR, batch 64, patch 256, bf16.

`studies/train_on_gpu.sh` runs it, and says how. What is cut, turned, reduced and trained on lies on the device from the
first step on. The rate falls with the clock on the wall, so that the last minute is the end of a schedule wherever it
comes; the last tenth is in 32 bits at a small rate (`distilled.py:rlfn_finish`). Weights are written twice a minute.
"""

import argparse
import os
import time
from pathlib import Path

import distilled
import torch
from packed import unpacked
from torch import Tensor

from acutance import checkpoints
from acutance.experiment import Experiment
from acutance.ops import bicubic
from acutance.training.clock import Clock
from acutance.training.machine import Machine
from acutance.training.trainer import Trainer
from acutance.types import Batch

TICKS = 1_000_000
"""Steps of a clock that is as fine as needed to say which share of the time has passed."""


def main() -> None:
    """Train, and write OUT/rlfn-xSCALE.safetensors."""
    given = _words().parse_args()
    os.environ["ACUTANCE_WEIGHTS"] = str(given.weights)
    out = given.out / f"rlfn-x{given.scale}.safetensors"
    out.parent.mkdir(parents=True, exist_ok=True)
    crops = torch.from_numpy(unpacked(given.crops)).to(given.device)
    print(f"{len(crops)} crops of {crops.shape[-1]} pixels on {given.device}", flush=True)
    experiment = distilled.rlfn(given.scale)
    if given.init:
        experiment.network.load_state_dict(checkpoints.load(given.init).state_dict())
    _train(experiment, crops, given, "bf16-mixed", given.seconds * 0.9, out)
    finish = distilled.rlfn_finish(given.scale)
    finish.network.load_state_dict(checkpoints.load(out).state_dict())
    _train(finish, crops, given, "32-true", given.seconds * 0.1, out)


def _train(
    experiment: Experiment, crops: Tensor, given: argparse.Namespace, precision: str, seconds: float, out: Path
) -> None:
    """Train for so many seconds, or for `given.steps`."""
    torch.manual_seed(given.seed)
    fabric = Machine(given.device, precision=precision).launch()
    trainer = Trainer(experiment, fabric)
    started = told = time.monotonic()
    steps = 0
    while (passed := (time.monotonic() - started) / seconds) < 1 and steps != given.steps:
        progress = steps / given.steps if given.steps else passed
        with fabric.autocast():
            losses = trainer.step(_batch(crops, given), Clock(TICKS, int(progress * TICKS)))
        steps += 1
        if time.monotonic() - told > 30:
            told = time.monotonic()
            checkpoints.save(out, trainer.average.network)
            words = " ".join(f"{name} {float(value):.5f}" for name, value in losses.items())
            print(
                f"{precision} {passed:.0%}: {steps} steps, {steps / (told - started):.2f} a second, {words}", flush=True
            )
    checkpoints.save(out, trainer.average.network, {"step": steps, "precision": precision})
    print(f"{precision}: {steps} steps in {time.monotonic() - started:.0f} s -> {out}", flush=True)


def _batch(crops: Tensor, given: argparse.Namespace) -> Batch:
    """Return a batch of patches that are cut, mirrored and turned at random, with their LR in 256 levels."""
    side, patch = crops.shape[-1], given.patch
    chosen = torch.randint(len(crops), (given.batch,), device=crops.device)
    top, left = (torch.randint(side - patch + 1, (given.batch, 1), device=crops.device) for _ in range(2))
    reach = torch.arange(patch, device=crops.device)
    rows, columns = (top + reach)[:, None, :, None], (left + reach)[:, None, None, :]
    hr = crops[chosen[:, None, None, None], torch.arange(3, device=crops.device)[None, :, None, None], rows, columns]
    hr = hr.float() / 255
    for turn in (lambda x: x.flip(-1), lambda x: x.flip(-2), lambda x: x.transpose(-1, -2)):
        hr = torch.where(torch.rand(given.batch, 1, 1, 1, device=hr.device) < 0.5, turn(hr), hr)
    with torch.no_grad():
        lr = (bicubic(hr, 1 / given.scale).clamp(0, 1) * 255).round() / 255
    return Batch(lr, hr.contiguous())


def _words() -> argparse.ArgumentParser:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("crops", type=Path, help="what studies/packed.py wrote")
    words.add_argument("--weights", type=Path, default=Path("weights"), help="the folder with rlfn_x4.pth")
    words.add_argument("--out", type=Path, default=Path(os.environ.get("OUT", "gpu-results")))
    words.add_argument("--init", default="", help="the name of a network that ships, or a file")
    words.add_argument("--scale", type=int, default=4)
    words.add_argument("--batch", type=int, default=64)
    words.add_argument("--patch", type=int, default=256)
    words.add_argument("--seconds", type=float, default=480)
    words.add_argument("--steps", type=int, default=0, help="as many and no more, each time")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--device", default="cuda")
    return words


if __name__ == "__main__":
    main()
