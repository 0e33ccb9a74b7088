"""The conventions by which a paper's numbers were taken; a number without them means little."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from jaxtyping import UInt8

from acutance.metrics.compared import Compared, Measure
from acutance.metrics.metric import METRICS, Metric
from acutance.metrics.names import measures_of

FIDELITY = ("psnr", "ssim")
"""What every table holds."""


@dataclass(frozen=True)
class Protocol:
    """How to score: what is left out at the edges, whether Y is rounded, whether SSIM shrinks large pictures first.

    Not every metric asks all of it. LPIPS, structure distance and LR-PSNR see the whole RGB pictures under any, and
    NIQE's Y is always rounded.
    """

    name: str
    description: str
    luma_rounded: bool = False
    auto_downsample: bool = False
    fixed_border: int | None = None

    def border(self, scale: int) -> int:
        """Return how many pixels are left out on every side: as many as the scale unless the protocol fixes it."""
        return scale if self.fixed_border is None else self.fixed_border

    def scorer(
        self, metrics: Sequence[str] = FIDELITY, *, weights: str | Path | None = None, backbone: str = "squeeze"
    ) -> "Scorer":
        """Return what scores pictures by this protocol: `scorer(sr, hr, scale) -> {"psnr": 28.42, ...}`.

        Args:
            metrics: names in `METRICS`, or "lpips" for LPIPS with `backbone`.
            weights: the folder of the weights that metrics need; that of ACUTANCE_WEIGHTS by default.
            backbone: whose features "lpips" compares, a name in `BACKBONES`.

        Raises:
            RequestError: there is no such metric or backbone, or its weights are missing or wrong.
        """
        return Scorer(self, measures_of(metrics, None if weights is None else Path(weights), backbone))

    def score(self, sr: UInt8[np.ndarray, "h w 3"], hr: UInt8[np.ndarray, "H W 3"], scale: int) -> dict[str, float]:
        """Return "psnr" in dB and "ssim" of `sr` against `hr`, which is first cropped to a multiple of the scale.

        Raises RequestError if the sizes then differ, or if nothing is left to compare.
        """
        return self.scorer()(sr, hr, scale)

    def compare(
        self,
        sr: UInt8[np.ndarray, "h w 3"],
        hr: UInt8[np.ndarray, "H W 3"],
        scale: int,
        lr: UInt8[np.ndarray, "h2 w2 3"] | None = None,
    ) -> Compared:
        """Return the two pictures as this protocol compares them, HR cropped to a multiple of the scale."""
        height, width = (length - length % scale for length in hr.shape[:2])
        target = hr[:height, :width]
        return Compared(sr, target, scale, self.border(scale), self.luma_rounded, self.auto_downsample, lr)


@dataclass(frozen=True)
class Scorer:
    """Metrics under one protocol: built once, with the weights they need, then asked for picture after picture."""

    protocol: Protocol
    measures: Mapping[str, Measure]

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What is scored, in the order of the values."""
        return tuple(METRICS[name] for name in self.measures)

    def __call__(
        self,
        sr: UInt8[np.ndarray, "h w 3"],
        hr: UInt8[np.ndarray, "H W 3"],
        scale: int,
        lr: UInt8[np.ndarray, "h2 w2 3"] | None = None,
    ) -> dict[str, float]:
        """Return the value of every metric for `sr` against `hr`, which is first cropped to a multiple of the scale.

        `lr` is what `sr` was made of, where that is not the bicubic reduction of `hr`.

        Raises:
            RequestError: the sizes then differ, or are too small for a metric.
        """
        pictures = self.protocol.compare(sr, hr, scale, lr)
        return {name: measure(pictures) for name, measure in self.measures.items()}


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
RESTORATION = Protocol(
    name="restoration",
    description="whole 8-bit pictures, no border: PSNR (RGB) is that of papers on colour denoising and JPEG",
    fixed_border=0,
)
PROTOCOLS: Mapping[str, Protocol] = MappingProxyType({each.name: each for each in (PCL, SPSR, RESTORATION)})
"""Every protocol by its name."""
