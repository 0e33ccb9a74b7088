r"""Blur kernels: Gaussian, generalised, plateau, and sinc, as Real-ESRGAN draws them (Wang et al. 2021, section 3.1).

With x the offset of a tap from the centre, in pixels, and S the covariance of an ellipse:

    Gaussian     exp(-1/2 x' S^-1 x)
    generalised  exp(-1/2 (x' S^-1 x)^beta)       beta < 1: heavier tails, beta > 1: flatter top
    plateau      1 / (1 + (x' S^-1 x)^beta)
    sinc         w J1(w |x|) / (2 pi |x|)         an ideal low-pass filter with cutoff w, which rings (eq. 6)

Each is an (n, n) array of 32 bits, n odd, of sum 1.
"""

from math import cos, pi, sin

import numpy as np
import torch
from jaxtyping import Float

Kernel = Float[np.ndarray, "n n"]

FORMS = ("gaussian", "generalised", "plateau")


def ellipse(size: int, sigmas: tuple[float, float], angle: float) -> Float[np.ndarray, "n n"]:
    """Return x' S^-1 x of every tap, for an ellipse of half-axes `sigmas` in pixels, turned by `angle` in radians."""
    offset = np.arange(size) - size // 2
    x, y = np.meshgrid(offset, offset)
    along, across = cos(angle) * x + sin(angle) * y, cos(angle) * y - sin(angle) * x
    return (along / sigmas[0]) ** 2 + (across / sigmas[1]) ** 2


def bell(form: str, size: int, sigmas: tuple[float, float], angle: float = 0.0, beta: float = 1.0) -> Kernel:
    """Return a kernel of one of `FORMS`; `beta` is the exponent of the latter two."""
    squared = ellipse(size, sigmas, angle)
    if form == "plateau":
        return _of_sum_one(1 / (1 + squared**beta))
    return _of_sum_one(np.exp(-0.5 * squared ** (beta if form == "generalised" else 1)))


def sinc(size: int, cutoff: float) -> Kernel:
    """Return a circular low-pass filter; `cutoff` is in radians a pixel, up to pi."""
    offset = torch.arange(size, dtype=torch.float64) - size // 2
    radius = torch.hypot(offset[:, None], offset[None])
    rings = cutoff * torch.special.bessel_j1(cutoff * radius) / (2 * pi * radius.clamp(min=1e-9))
    rings[size // 2, size // 2] = cutoff**2 / (4 * pi)
    return _of_sum_one(rings.numpy())


def _of_sum_one(kernel: Float[np.ndarray, "n n"]) -> Kernel:
    return (kernel / kernel.sum()).astype(np.float32)
