"""What a PCL step costs beside an L1 step: the same network and batch, interleaved, medians. Ratios carry over."""

import time
from collections.abc import Callable
from statistics import median

import torch
from lightning_fabric import Fabric

from acutance.experiment import Experiment
from acutance.recipes import pcl, pixel
from acutance.training.trainer import Trainer
from acutance.types import Batch

ROUNDS = 7
CASES: dict[str, tuple[Callable[[], Experiment], Callable[[], Experiment], int, int]] = {
    "edsr-light, batch 8, patch 96": (pixel.edsr_light, pcl.edsr_light, 8, 96),
    "edsr-s, batch 4, patch 96": (pixel.edsr_s, pcl.edsr_s, 4, 96),
}


def seconds(trainer: Trainer, batch: Batch) -> float:
    """Return the time of one step."""
    started = time.perf_counter()
    trainer.step(batch)
    return time.perf_counter() - started


def main() -> None:
    """Print one line a case."""
    fabric = Fabric(accelerator="cpu", devices=1)
    for name, (control, ours, size, patch) in CASES.items():
        trainers = [Trainer(build(), fabric) for build in (control, ours)]
        batch = Batch(torch.rand(size, 3, patch // 4, patch // 4), torch.rand(size, 3, patch, patch))
        times = [[seconds(trainer, batch) for trainer in trainers] for _ in range(ROUNDS + 1)][1:]
        plain, contrastive = (median(column) for column in zip(*times, strict=True))
        print(f"{name}: L1 {plain:.3f} s, L1 + PCL {contrastive:.3f} s, {contrastive / plain:.1f} times")


if __name__ == "__main__":
    main()
