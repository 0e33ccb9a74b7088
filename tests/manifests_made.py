"""Small pictures, a small network, and what a manifest says of them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from acutance import checkpoints, images
from acutance.networks import EDSR, EDSRConfig


def tiny(path: Path) -> Path:
    """Write a network of x2 that takes no time."""
    torch.manual_seed(3)
    checkpoints.save(path, EDSR(EDSRConfig(scale=2, blocks=1, channels=4)))
    return path


def put_many(folder: Path, count: int) -> None:
    """Write so many small pictures, no two alike."""
    for number in range(count):
        side = 9 + number % 23
        pixels = np.random.default_rng(number).integers(0, 256, (side, side + 3, 3), np.uint8)
        images.write(folder / f"{number:03}.png", pixels)


def entries(manifest: Path) -> list[dict[str, Any]]:
    """Return the lines of a manifest but the first."""
    if not manifest.exists():
        return []
    lines = manifest.read_text().splitlines()[1:]
    return [json.loads(line) for line in lines if line.endswith("}")]
