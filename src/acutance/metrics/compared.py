"""Two pictures as a protocol compares them; what several metrics look at is made once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64, UInt8

from acutance.metrics.luma import planes

Plane = Float64[np.ndarray, "rows columns"]


@dataclass(frozen=True, eq=False)
class Compared:
    """SR beside HR, RGB of equal size, and the conventions by which they are compared.

    Args:
        sr: what a network made.
        hr: the original, its size a multiple of the scale.
        scale: how many times larger `sr` is than what it was made of.
        border: pixels left out on every side, where a metric leaves a border out.
        luma_rounded: whether Y is rounded to 8 bits.
        auto_downsample: whether SSIM shrinks large pictures first.
        lr: what `sr` was made of; None where that is the bicubic reduction of `hr`, rounded to 8 bits.
    """

    sr: UInt8[np.ndarray, "h w 3"]
    hr: UInt8[np.ndarray, "H W 3"]
    scale: int
    border: int
    luma_rounded: bool = False
    auto_downsample: bool = False
    lr: UInt8[np.ndarray, "h2 w2 3"] | None = None

    @cached_property
    def luma(self) -> tuple[Plane, Plane]:
        """Y of SR and of HR, without the border."""
        return planes(self.sr, self.hr, self.border, self.luma_rounded)

    @property
    def inner(self) -> tuple[UInt8[np.ndarray, "h w 3"], UInt8[np.ndarray, "h w 3"]]:
        """SR and HR without the border."""
        height, width = self.hr.shape[:2]
        part = slice(self.border, height - self.border), slice(self.border, width - self.border)
        return self.sr[part], self.hr[part]


Measure = Callable[[Compared], float]
"""What a metric makes of two pictures."""
