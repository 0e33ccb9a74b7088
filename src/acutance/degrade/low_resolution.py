"""From HR to LR by random steps: the size that the scale asks for, rounded to 8 bits, from a seed."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from acutance.degrade.step import Picture
from acutance.errors import RequestError


@dataclass(frozen=True)
class LowResolution:
    """What makes LR of HR, with random numbers. Its `repr` names its settings, and nothing else decides what it does.

    Attributes:
        scale: how many times smaller LR is; 1 keeps the size.
        margin: LR pixels around a patch that are degraded with it, about as far as the filters reach.
    """

    scale: int
    margin: int = field(default=8, kw_only=True)

    def __post_init__(self) -> None:
        if self.scale < 1:
            raise RequestError(f"cannot shrink by {self.scale}: the scale must be at least 1.")

    def __call__(self, hr: Picture, random: np.random.Generator | Sequence[int] | int) -> Float[np.ndarray, "h2 w2 c"]:
        """Return LR in [0, 1], in multiples of 1/255; a pure function of HR and the seed, or the generator.

        Raises:
            RequestError: the scale does not divide HR's size.
        """
        height, width = hr.shape[:2]
        if height % self.scale or width % self.scale or not hr.size:
            raise RequestError(f"HR of {width}x{height} pixels is no multiple of the scale {self.scale}.")
        size = (height // self.scale, width // self.scale)
        lr = self.degraded(hr.astype(np.float32, copy=False), size, np.random.default_rng(random))
        return np.rint(np.clip(lr, 0, 1) * 255) / np.float32(255)

    @abstractmethod
    def degraded(self, hr: Picture, size: tuple[int, int], random: np.random.Generator) -> Picture:
        """Return LR of the given height and width."""
