"""RLFN for photographs as people have them: compressed, a little noisy or blurred, now and then much worse.

    LR = bicubic(HR)                                                       one time in eight
         JPEG or WebP (noise (blur (HR) reduced))   each with some chance  three times in eight
         SecondOrder(HR)                            Real-ESRGAN's ranges   one time in two
         HR's colour, where HR has only one
    L  = mean |SR - HR|

How `real-x4` was trained. `rlfn_pcl` and `rlfn_gradient` go on with a term more, at L1's gradient (`@share=0.3`):
PCL, and SPSR's gradient maps as its trivial control. `rlfn_sharp` goes on from `real-x4` by ESRGAN's terms:

    L  = mean |SR - HR| + a L_per + b L_adv + c C     whose gradients at SR are 3, 1 and a half of that of L1

L_per sees all of SqueezeNet's layers that LPIPS sees, moved at random; L_adv sees the sixteen phases of the pixel
shuffle as channels, a third of the time of one that sees images; C are the mean colours of blocks.
"""

from dataclasses import dataclass, replace

import numpy as np
from torch import Tensor
from torch.nn.functional import pixel_unshuffle

from acutance.critics import VGGStyleDiscriminator
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
from acutance.losses import Adversarial, BlockMeans, GradientPixel, Perceptual, Pixel
from acutance.networks import create
from acutance.recipes import pixel
from acutance.recipes.features import PERIODS, perceptual_features
from acutance.recipes.pcl_phase import WAYS
from acutance.recipes.recipe import Recipe, Request

NOISE = OneOf((GaussianNoise((1, 12)), PoissonNoise((0.05, 1.0))), (0.5, 0.5))
COMPRESSION = OneOf((JPEG((40, 95)), WebP((40, 95))), (0.8, 0.2))


@dataclass(frozen=True)
class Photograph(LowResolution):
    """One of three kinds of LR: clean, worsened once, or twice."""

    scale: int = 4

    def degraded(self, hr: Picture, size: tuple[int, int], random: np.random.Generator) -> Picture:
        """Return LR of the given height and width; of a flat HR it has the colour, which JPEG would move."""
        if hr.min(axis=(0, 1)).tolist() == hr.max(axis=(0, 1)).tolist():
            return np.broadcast_to(hr[:1, :1], (*size, hr.shape[-1])).copy()
        drawn = random.random()
        if drawn < 0.5:
            return SecondOrder(self.scale).degraded(hr, size, random)
        if drawn < 0.625:
            return Classical(self.scale).degraded(hr, size, random)
        worse = Chain(Sometimes(0.5, NOISE), Sometimes(0.85, COMPRESSION))
        soft = Sometimes(0.4, Blur(sigma=(0.2, 1.6)))
        return worse(Classical(self.scale).degraded(soft(hr, random), size, random), random)


def rlfn(scale: int = 4) -> Experiment:
    """RLFN by L1; the rate falls to a hundredth."""
    control = pixel.rlfn(scale)
    return replace(control, degradation=Photograph(scale), schedule=CosineRestarts(floor=0.01))


def rlfn_finish(scale: int = 4) -> Experiment:
    """The same at a smaller rate, for an end in 32 bits: what was learned in 16 darkens a little in them."""
    return replace(rlfn(scale), optimizer=Adam(learning_rate=1e-4), average=0.99)


def _pcl(request: Request) -> Experiment:
    return WAYS["phase"].added(rlfn_finish(request.scale), request)


def _gradient(request: Request) -> Experiment:
    start = rlfn_finish(request.scale)
    return replace(start, objective={**start.objective, "gradient": Term(GradientRatio(1.0), GradientPixel())})


def phases(image: Tensor) -> Tensor:
    """Return the pixels of each phase of the pixel shuffle as channels of their own, (b, 48, h / 4, w / 4)."""
    return pixel_unshuffle(image, 4)


def _sharp(request: Request) -> Experiment:
    patch = request.patch or 128
    network, critic = create("rlfn", scale=4), VGGStyleDiscriminator(48, 64, patch // 4)
    features = perceptual_features(SEEN, request.files.get("squeezenet"))
    terms = {
        "pixel": Term(1.0, Pixel()),
        "colour": Term(GradientRatio(0.5), BlockMeans(16)),
        "adversarial": Term(GradientRatio(1.0), Adversarial(critic, phases)),
        "perceptual": Term(GradientRatio(3.0), Perceptual(features, period=PERIODS[SEEN])),
    }
    slow, falling = Adam(learning_rate=1e-4), CosineRestarts(floor=0.05)
    return Experiment(
        network, terms, steps=4_500, batch=8, patch=patch, degradation=Photograph(4), optimizer=slow,
        schedule=falling, critic_optimizer=slow, critic_schedule=falling, critics_first=False, average=0.99,
        initialised_from="real-x4",
    )  # fmt: skip


SEEN = "squeezenet_all"
CONTROL = "studies/photo.py:rlfn_finish"
rlfn_pcl = Recipe(_pcl, "RLFN for photographs, PCL at a random phase", control=CONTROL, takes=("embedding",))
rlfn_gradient = Recipe(_gradient, "RLFN for photographs, gradient maps", control=CONTROL, trivial=True)
rlfn_sharp = Recipe(_sharp, "RLFN for photographs, sharp", control=CONTROL, needs=("squeezenet",))
