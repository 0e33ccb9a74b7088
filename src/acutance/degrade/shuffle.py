"""BSRGAN's degradation: the steps in a random order (Zhang et al. 2021, section 3)."""

from dataclasses import dataclass

import numpy as np

from acutance.degrade.camera_noise import CameraNoise
from acutance.degrade.chain import Chain, Sometimes, in_random_order
from acutance.degrade.compression import JPEG
from acutance.degrade.low_resolution import LowResolution
from acutance.degrade.noise import GaussianNoise
from acutance.degrade.random_blur import Blur
from acutance.degrade.random_resize import Fit, Resize
from acutance.degrade.step import Picture, Step

WIDE = Blur(sigma=(0.1, 4.0), size=(7, 21), forms=(("gaussian", 1.0),), round_share=0.5)
STEPS = (WIDE, WIDE, GaussianNoise((2, 25)), Sometimes(0.9, JPEG((30, 95))), Sometimes(0.25, CameraNoise()))

RESIZE = Resize((0.5, 2.0), up=0.5, down=0.5)
COMPRESSION = JPEG((30, 95))


@dataclass(frozen=True)
class Shuffle(LowResolution):
    """Blur twice, resize twice, add noise and compress, in an order that is drawn; JPEG comes last once more.

    BSRGAN's steps and ranges, but for its camera, which is ours (`CameraNoise`), and its correlated noise, left out.

    Attributes:
        scale: how many times smaller LR is.
        steps: in any order.
        resize: somewhere among them, by a factor of LR's size; a resizing to LR's size comes somewhere after it.
        last: what ends it.
    """

    scale: int = 4
    steps: tuple[Step, ...] = STEPS
    resize: Resize = RESIZE
    last: Step = COMPRESSION

    def degraded(self, hr: Picture, size: tuple[int, int], random: np.random.Generator) -> Picture:
        """Return LR of the given height and width."""
        fit = Fit(size)

        def somewhere(picture: Picture, random: np.random.Generator) -> Picture:
            return self.resize.near(picture, size, random)

        ordered = in_random_order([*self.steps, somewhere, fit], random)
        first, second = sorted((ordered.index(somewhere), ordered.index(fit)))
        ordered[first], ordered[second] = somewhere, fit
        return Chain(*ordered, self.last)(picture=hr, random=random)
