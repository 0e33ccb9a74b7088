"""Where the grids of a network that looks at images lie: what strides by n sees every n-th pixel as the first.

A frozen or slowly learning network that strides is met at the same phase in every step, and what is in step with its
grid, such as a checkerboard of period two, may please it. Images that are moved by a random number of pixels before it
looks have no such grid. The Haar wavelet of PCL strides by two, and the blocks of its embedding network after it by 2,
2 and 2: "random" moves by the 0 or 1 pixels of the wavelet alone, "whole" by any number below the stride of the deepest
block that is compared. SqueezeNet's first convolution strides by two, its later layers by 16 in all.
"""

import torch
from torch import Tensor

from acutance.errors import unknown
from acutance.ops import shifted

FIXED, RANDOM, WHOLE = "fixed", "random", "whole"
PHASES = (FIXED, RANDOM, WHOLE)
WAVELET = 2
"""The stride of the Haar wavelet."""


def known_phase(phase: str) -> str:
    """Return a phase; raise RequestError where there is no such one."""
    if phase not in PHASES:
        raise unknown("phase", phase, PHASES)
    return phase


def period_of(phase: str, whole: int, image: Tensor) -> int:
    """Return below how many pixels an image is moved: `whole` is the stride of all that looks."""
    return min(whole if phase == WHOLE else WAVELET, *image.shape[-2:])


def said_of(phase: str) -> dict[str, object]:
    """Return what a record says of a phase: nothing of a fixed one, as records of before."""
    return {} if phase == FIXED else {"phase": phase}


def drawn_shift(phase: str, generator: torch.Generator, period: int = WAVELET) -> tuple[int, int]:
    """Return how far images are moved, down and across, each below `period`: (0, 0) for a fixed phase."""
    if phase == FIXED:
        return 0, 0
    down, across = torch.randint(period, (2,), generator=generator).tolist()
    return down, across


def moved(shift: tuple[int, int], *images: Tensor) -> list[Tensor]:
    """Return all of the images moved alike; leading dimensions of any number."""
    return [shifted(image, *shift) for image in images]
