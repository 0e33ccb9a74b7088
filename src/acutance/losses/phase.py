"""Where the grids of a network that looks at images lie: what strides by n sees every n-th pixel as the first.

A frozen or slowly learning network that strides is met at the same phase in every step, and what is in step with its
grid, such as a checkerboard of period two, may please it. Images that are moved by a random number of pixels before it
looks have no such grid. The Haar wavelet of PCL strides by two, SqueezeNet's first convolution too; its later layers
stride by 16 in all.
"""

import torch
from torch import Tensor

from acutance.errors import unknown
from acutance.ops import shifted

FIXED, RANDOM = "fixed", "random"
PHASES = (FIXED, RANDOM)


def known_phase(phase: str) -> str:
    """Return a phase; raise RequestError where there is no such one."""
    if phase not in PHASES:
        raise unknown("phase", phase, PHASES)
    return phase


def said_of(phase: str) -> dict[str, object]:
    """Return what a record says of a phase: nothing of a fixed one, as records of before."""
    return {} if phase == FIXED else {"phase": phase}


def drawn_shift(phase: str, generator: torch.Generator, period: int = 2) -> tuple[int, int]:
    """Return how far images are moved, down and across, each below `period`: (0, 0) for a fixed phase."""
    if phase == FIXED:
        return 0, 0
    down, across = torch.randint(period, (2,), generator=generator).tolist()
    return down, across


def moved(shift: tuple[int, int], *images: Tensor) -> list[Tensor]:
    """Return all of the images moved alike; leading dimensions of any number."""
    return [shifted(image, *shift) for image in images]
