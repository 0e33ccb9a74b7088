"""Real-ESRGAN's degradation: blur, resizing, noise and JPEG, and all of them once more (Wang et al. 2021, section 3.3).

    LR = (JPEG, sinc and Fit, in either order)(second(first(HR)))

The defaults are the published ranges (appendix A and the options of the released training).
"""

from dataclasses import dataclass

import numpy as np

from acutance.degrade.chain import Chain, OneOf, Sometimes, in_random_order
from acutance.degrade.compression import JPEG
from acutance.degrade.low_resolution import LowResolution
from acutance.degrade.noise import GaussianNoise, PoissonNoise
from acutance.degrade.random_blur import Blur, Sinc
from acutance.degrade.random_resize import Fit, Resize
from acutance.degrade.step import Picture, Step

BLUR = OneOf((Blur(sigma=(0.2, 3.0)), Sinc()), (0.9, 0.1))
NOISE = OneOf((GaussianNoise((1, 30)), PoissonNoise((0.05, 3.0))), (0.5, 0.5))
BLUR_AGAIN = Sometimes(0.8, OneOf((Blur(sigma=(0.2, 1.5)), Sinc()), (0.9, 0.1)))
NOISE_AGAIN = OneOf((GaussianNoise((1, 25)), PoissonNoise((0.05, 2.5))), (0.5, 0.5))
RINGING = Sometimes(0.8, Sinc())
RESIZE = Resize((0.15, 1.5), up=0.2, down=0.7)
RESIZE_AGAIN = Resize((0.3, 1.2), up=0.3, down=0.4)
COMPRESSION = JPEG((30, 95))


@dataclass(frozen=True)
class SecondOrder(LowResolution):
    """Degrade twice, as a picture that went through a phone, a messenger and a page.

    Attributes:
        scale: how many times smaller LR is.
        blur, resize, noise: of the first time, whose JPEG is `compression`.
        blur_again, resize_again, noise_again: of the second; its factors are of LR's size.
        ringing: a last filter, before or after the last JPEG.
    """

    scale: int = 4
    blur: Step = BLUR
    resize: Resize = RESIZE
    noise: Step = NOISE
    compression: Step = COMPRESSION
    blur_again: Step = BLUR_AGAIN
    resize_again: Resize = RESIZE_AGAIN
    noise_again: Step = NOISE_AGAIN
    ringing: Step = RINGING

    def degraded(self, hr: Picture, size: tuple[int, int], random: np.random.Generator) -> Picture:
        """Return LR of the given height and width."""
        once = Chain(self.blur, self.resize, self.noise, self.compression)(hr, random)
        twice = self.resize_again.near(self.blur_again(once, random), size, random)
        last = in_random_order([Chain(Fit(size), self.ringing), self.compression], random)
        return Chain(self.noise_again, *last)(twice, random)
