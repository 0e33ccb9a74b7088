"""The conventions by which a paper's numbers were taken; a number without them means little."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from jaxtyping import UInt8

from acutance.metrics.psnr import psnr
from acutance.metrics.ssim import ssim


@dataclass(frozen=True)
class Protocol:
    """How to score: what is left out at the edges, whether Y is rounded, whether SSIM shrinks large pictures first."""

    name: str
    description: str
    luma_rounded: bool = False
    auto_downsample: bool = False
    fixed_border: int | None = None

    def border(self, scale: int) -> int:
        """Return how many pixels are left out on every side: as many as the scale unless the protocol fixes it."""
        return scale if self.fixed_border is None else self.fixed_border

    def score(self, sr: UInt8[np.ndarray, "h w 3"], hr: UInt8[np.ndarray, "H W 3"], scale: int) -> dict[str, float]:
        """Return "psnr" in dB and "ssim" of `sr` against `hr`, which is first cropped to a multiple of the scale.

        Raises RequestError if the sizes then differ, or if nothing is left to compare.
        """
        height, width = (length - length % scale for length in hr.shape[:2])
        border, target = self.border(scale), hr[:height, :width]
        return {
            "psnr": psnr(sr, target, border=border, luma_rounded=self.luma_rounded),
            "ssim": ssim(
                sr, target, border=border, auto_downsample=self.auto_downsample, luma_rounded=self.luma_rounded
            ),
        }


PCL = Protocol(
    name="pcl",
    description="PSNR and SSIM on Y (BT.601, not rounded) of 8-bit pictures, borders of the scale's width cut off",
)
SPSR = Protocol(
    name="spsr",
    description="PSNR and SSIM on Y (BT.601, rounded to 8 bits) 4 pixels cut off every side; SSIM as ssim.m, which "
    "first shrinks pictures whose shorter side is 384 pixels or more",
    luma_rounded=True,
    auto_downsample=True,
    fixed_border=4,
)
PROTOCOLS: Mapping[str, Protocol] = MappingProxyType({protocol.name: protocol for protocol in (PCL, SPSR)})
"""Every protocol by its name."""
