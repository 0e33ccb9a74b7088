"""Blur by a kernel that is drawn: of a lens out of focus, of a shaking hand, or of somebody's sharpening filter."""

from dataclasses import dataclass
from math import pi

import cv2
import numpy as np

from acutance.degrade.blur_kernels import FORMS, Kernel, bell, sinc
from acutance.degrade.step import Picture, Range, demand_probability, demand_range
from acutance.errors import RequestError, unknown

NARROW = 13
"""Kernels narrower than this ring little: their cutoff starts higher (Real-ESRGAN, released code)."""


@dataclass(frozen=True)
class Blur:
    """Blur by a Gaussian, or something near one, of random width and form; reflected at the edges.

    Attributes:
        sigma: standard deviation along each axis, in pixels.
        size: taps of the kernel, odd; those between the ends are drawn too.
        forms: weights of "gaussian", "generalised" and "plateau" (`degrade.blur_kernels`).
        round_share: probability that both axes have the same sigma; the ellipse is turned at random otherwise.
        generalised, plateau: ranges of the exponent beta.

    Raises:
        RequestError: a range or a form is impossible.
    """

    sigma: Range = (0.2, 3.0)
    size: tuple[int, int] = (7, 21)
    forms: tuple[tuple[str, float], ...] = (("gaussian", 0.7), ("generalised", 0.15), ("plateau", 0.15))
    round_share: float = 0.7
    generalised: Range = (0.5, 4.0)
    plateau: Range = (1.0, 2.0)

    def __post_init__(self) -> None:
        demand_range("sigma of a blur", self.sigma, 0.01, 100)
        demand_sizes(self.size)
        demand_range("beta of a generalised kernel", self.generalised, 0.05, 20)
        demand_range("beta of a plateau kernel", self.plateau, 0.05, 20)
        demand_probability("a round kernel", self.round_share)
        for form, weight in self.forms:
            if form not in FORMS:
                raise unknown("form of a kernel", form, FORMS)
            demand_probability(f"the form {form!r}", weight)

    def __call__(self, picture: Picture, random: np.random.Generator) -> Picture:
        """Return the blurred picture, of the same size."""
        return filtered(picture, self.kernel(random))

    def kernel(self, random: np.random.Generator) -> Kernel:
        """Draw a kernel."""
        weights = np.array([weight for _, weight in self.forms])
        form = self.forms[random.choice(len(weights), p=weights / weights.sum())][0]
        one, other, angle = random.uniform(*self.sigma), random.uniform(*self.sigma), random.uniform(-pi, pi)
        sigmas = (one, one) if random.random() < self.round_share else (one, other)
        beta = random.uniform(*(self.plateau if form == "plateau" else self.generalised))
        return bell(form, odd(self.size, random), sigmas, angle, beta)


@dataclass(frozen=True)
class Sinc:
    """Cut high frequencies off sharply, which rings beside edges, as resizing and compression do.

    Attributes:
        size: taps of the kernel, odd; those between the ends are drawn too.
        cutoff: in radians a pixel; None draws from pi/3 (pi/5 for kernels of 13 taps and more) to pi.
    """

    size: tuple[int, int] = (7, 21)
    cutoff: Range | None = None

    def __post_init__(self) -> None:
        demand_sizes(self.size)
        if self.cutoff is not None:
            demand_range("the cutoff of a sinc", self.cutoff, 0.01, pi)

    def __call__(self, picture: Picture, random: np.random.Generator) -> Picture:
        """Return the filtered picture, of the same size."""
        size = odd(self.size, random)
        cutoff = random.uniform(*(self.cutoff or (pi / 3 if size < NARROW else pi / 5, pi)))
        return filtered(picture, sinc(size, cutoff))


def filtered(picture: Picture, kernel: Kernel) -> Picture:
    """Convolve every channel, reflected at the edges; clamped to [0, 1]."""
    result = cv2.filter2D(picture, -1, kernel, borderType=cv2.BORDER_REFLECT_101)
    return np.clip(result, 0, 1).reshape(picture.shape)


def odd(size: tuple[int, int], random: np.random.Generator) -> int:
    """Draw an odd number of taps."""
    return 2 * int(random.integers(size[0] // 2, size[1] // 2 + 1)) + 1


def demand_sizes(size: tuple[int, int]) -> None:
    """Raise RequestError unless both are odd and in order."""
    if len(size) != 2 or not 1 <= size[0] <= size[1] or size[0] % 2 == 0 or size[1] % 2 == 0:
        raise RequestError(f"a kernel has {size} taps; that must be two odd numbers from 1 on, the smaller first.")
