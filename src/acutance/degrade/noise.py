"""Noise of a fixed width, and noise of counted light (Real-ESRGAN, section 3.2)."""

from dataclasses import dataclass

import numpy as np

from acutance.degrade.step import Picture, Range, demand_probability, demand_range

LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class GaussianNoise:
    """Add normal noise, each pixel on its own.

    Attributes:
        sigma: standard deviation, in levels of 255.
        grey: probability that all channels get the same noise.
    """

    sigma: Range = (1.0, 30.0)
    grey: float = 0.4

    def __post_init__(self) -> None:
        demand_range("sigma of noise", self.sigma, 0, 255)
        demand_probability("grey noise", self.grey)

    def __call__(self, picture: Picture, random: np.random.Generator) -> Picture:
        """Return the noisy picture, clamped to [0, 1]."""
        sigma = random.uniform(*self.sigma) / 255
        channels = 1 if random.random() < self.grey else picture.shape[2]
        noise = random.standard_normal((*picture.shape[:2], channels), np.float32)
        return np.clip(picture + np.float32(sigma) * noise, 0, 1)


@dataclass(frozen=True)
class PoissonNoise:
    """Add the noise of counted light: its variance grows with brightness.

    The light of a picture of 8 bits is counted in as many steps as the picture has values, rounded up to a power of
    two, as Real-ESRGAN's released code has it: 256 for most pictures.

    Attributes:
        scale: what the noise is multiplied by.
        grey: probability that the light is counted in grey, and all channels get the same noise.
    """

    scale: Range = (0.05, 3.0)
    grey: float = 0.4

    def __post_init__(self) -> None:
        demand_range("the scale of Poisson noise", self.scale, 0, 100)
        demand_probability("grey noise", self.grey)

    def __call__(self, picture: Picture, random: np.random.Generator) -> Picture:
        """Return the noisy picture, clamped to [0, 1]."""
        scale = np.float32(random.uniform(*self.scale))
        light = picture
        if random.random() < self.grey and picture.shape[2] == 3:
            light = (picture @ LUMA)[..., None]
        eight = np.rint(light * 255)
        values = 2.0 ** np.ceil(np.log2(np.count_nonzero(np.bincount(eight.astype(np.uint8).ravel()))))
        counted = random.poisson(eight / 255 * values).astype(np.float32) / np.float32(values)
        return np.clip(picture + scale * (counted - eight / np.float32(255)), 0, 1)
