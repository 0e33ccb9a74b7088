"""How far the frequencies of SR are from those of HR: the mean over rings of |10 log10 (P_SR / P_HR)|, in dB.

P is the power of Y in a ring of spatial frequencies, from the Fourier transform of the picture less its mean under a
Hann window. The measure is ours: PCL claims to restore high frequencies (section IV-B) and gives no number for it.
"""

import numpy as np
from jaxtyping import Float64, Int, UInt8

from acutance.errors import RequestError
from acutance.metrics.luma import luma, shave, shaved

RINGS = 32
"""From 0 to 1/2 cycle a pixel, equally wide, so that pictures of different sizes can be averaged."""
ROUNDING = 1 / 12
"""Variance that 8 bits add: it stands below every spectrum, as nothing weaker can be seen in a file."""


def spectrum(sr: UInt8[np.ndarray, "h w 3"], hr: UInt8[np.ndarray, "H W 3"], *, border: int) -> float:
    """Return the distance of two RGB pictures' radial spectra on Y, in dB; 0 for equal ones.

    `border` pixels on every side are left out. Raises RequestError if the sizes differ or fewer than 64 pixels a side
    are left.
    """
    first, second = (radial_spectrum(picture) for picture in shaved(sr, hr, border))
    return float(np.abs(first - second).mean())


def radial_spectrum(picture: UInt8[np.ndarray, "h w 3"], *, border: int = 0) -> Float64[np.ndarray, "32"]:
    """Return the power of Y in each ring of frequencies, in dB of one squared level (of 0 to 255) a pixel.

    Ring i reaches from i/64 to (i + 1)/64 cycles a pixel. Raises RequestError if fewer than 64 pixels a side are left,
    as a ring would then be empty.
    """
    plane = luma(shave(picture, border), rounded=False)
    if min(plane.shape) < 2 * RINGS:
        raise RequestError(
            f"a spectrum needs {2 * RINGS} pixels a side, and {plane.shape[1]}x{plane.shape[0]} are left"
        )
    window = np.outer(*map(np.hanning, plane.shape))
    power = np.abs(np.fft.rfft2((plane - plane.mean()) * window)) ** 2 / np.square(window).sum()
    rings = _rings(plane.shape)
    total, count = (np.bincount(rings.ravel(), weight, RINGS + 1)[:RINGS] for weight in (power.ravel(), None))
    return 10 * np.log10(total / count + ROUNDING)


def _rings(shape: tuple[int, ...]) -> Int[np.ndarray, "h w"]:
    """Return the ring of every frequency of a real Fourier transform; `RINGS` for those beyond 1/2 cycle a pixel."""
    down, across = np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None]
    return np.minimum(np.hypot(down, across) * 2 * RINGS, RINGS).astype(np.intp)
