"""RLFN for photographs as people have them: compressed, a little noisy or blurred, now and then much worse.

    LR = bicubic(HR)                                                       one time in eight
         JPEG or WebP (noise (blur (HR) reduced))   each with some chance  three times in eight
         SecondOrder(HR)                            Real-ESRGAN's ranges   one time in two
         HR's colour, where HR has only one
    L  = mean |SR - HR|

How `real-x4` was trained. `rlfn_pcl` and `rlfn_gradient` go on with a term more, at L1's gradient (`@share=0.3`):
PCL, and SPSR's gradient maps as its trivial control.
"""

from dataclasses import dataclass, replace

import numpy as np
from finished import with_rounded_kernels

from acutance.degrade import (
    JPEG,
    Blur,
    Chain,
    Classical,
    GaussianNoise,
    LowResolution,
    OneOf,
    PoissonNoise,
    SecondOrder,
    Sometimes,
    WebP,
)
from acutance.degrade.step import Picture
from acutance.experiment import Adam, CosineRestarts, Experiment, GradientRatio, Term
from acutance.losses import GradientPixel
from acutance.recipes import pixel
from acutance.recipes.pcl_phase import WAYS
from acutance.recipes.recipe import Recipe, Request

NOISE = OneOf((GaussianNoise((1, 12)), PoissonNoise((0.05, 1.0))), (0.5, 0.5))
COMPRESSION = OneOf((JPEG((40, 95)), WebP((40, 95))), (0.8, 0.2))


@dataclass(frozen=True)
class Photograph(LowResolution):
    """One of three kinds of LR: clean, worsened once, or twice.

    Attributes:
        clean, twice: how often; otherwise once.
        noise, compression: how often there is any of what is worsened once.
    """

    scale: int = 4
    clean: float = 0.125
    twice: float = 0.5
    noise: float = 0.5
    compression: float = 0.85

    def degraded(self, hr: Picture, size: tuple[int, int], random: np.random.Generator) -> Picture:
        """Return LR of the given height and width; of a flat HR it has the colour, which JPEG would move."""
        if hr.min(axis=(0, 1)).tolist() == hr.max(axis=(0, 1)).tolist():
            return np.broadcast_to(hr[:1, :1], (*size, hr.shape[-1])).copy()
        drawn = random.random()
        if drawn < self.twice:
            return SecondOrder(self.scale).degraded(hr, size, random)
        if drawn < self.twice + self.clean:
            return Classical(self.scale).degraded(hr, size, random)
        worse = Chain(Sometimes(self.noise, NOISE), Sometimes(self.compression, COMPRESSION))
        soft = Sometimes(0.4, Blur(sigma=(0.2, 1.6)))
        return worse(Classical(self.scale).degraded(soft(hr, random), size, random), random)


def rlfn(scale: int = 4) -> Experiment:
    """RLFN by L1; the rate falls to a hundredth."""
    control = pixel.rlfn(scale)
    return replace(control, degradation=Photograph(scale), schedule=CosineRestarts(floor=0.01))


def rlfn_noisy(scale: int = 4) -> Experiment:
    """The same with more noise, at a smaller rate."""
    noisy = Photograph(scale, twice=0.35, noise=0.75, compression=0.6)
    return replace(rlfn(scale), degradation=noisy, optimizer=Adam(learning_rate=2e-4), average=0.999)


def rlfn_rounded(scale: int = 4) -> Experiment:
    """The same with kernels rounded to bf16 where they compute, as in [finished](finished.py): how `real-x2` ended."""
    return with_rounded_kernels(rlfn_noisy(scale))


def rlfn_finish(scale: int = 4) -> Experiment:
    """The same at a smaller rate, for an end in 32 bits: what was learned in 16 darkens a little in them."""
    return replace(rlfn(scale), optimizer=Adam(learning_rate=1e-4), average=0.99)


def _pcl(request: Request) -> Experiment:
    return WAYS["phase"].added(rlfn_finish(request.scale), request)


def _gradient(request: Request) -> Experiment:
    start = rlfn_finish(request.scale)
    return replace(start, objective={**start.objective, "gradient": Term(GradientRatio(1.0), GradientPixel())})


CONTROL = "studies/photo.py:rlfn_finish"
rlfn_pcl = Recipe(_pcl, "RLFN for photographs, PCL at a random phase", control=CONTROL, takes=("embedding",))
rlfn_gradient = Recipe(_gradient, "RLFN for photographs, gradient maps", control=CONTROL, trivial=True)
