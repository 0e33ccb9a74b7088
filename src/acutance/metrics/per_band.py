"""PSNR and SSIM of pictures of any number of bands, each band by itself."""

import numpy as np
from jaxtyping import Float32

from acutance.errors import RequestError
from acutance.metrics.psnr import psnr_of_planes
from acutance.metrics.ssim import ssim_of_planes

Planes = Float32[np.ndarray, "_ _ _"]


def psnr_of_bands(sr: Planes, hr: Planes, *, border: int) -> list[float]:
    """Return the PSNR of each band in dB, values in [0, 1], `border` pixels on every side left out.

    Raises:
        RequestError: the pictures differ in size or bands, or nothing is left of them.
    """
    return [psnr_of_planes(*each) for each in _planes(sr, hr, border)]


def ssim_of_bands(sr: Planes, hr: Planes, *, border: int) -> list[float]:
    """Return the SSIM of each band, by the window and the constants of 8-bit pictures; raises as `psnr_of_bands`."""
    return [ssim_of_planes(*each, False) for each in _planes(sr, hr, border)]


def _planes(sr: Planes, hr: Planes, border: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return each band of both, without the border, on the scale of 0 to 255 that the formulas know."""
    if sr.shape != hr.shape:
        raise RequestError(
            f"pictures of {sr.shape} and {hr.shape} cannot be compared: sizes and bands must be the same."
        )
    height, width = hr.shape[:2]
    if min(height, width) <= 2 * border:
        raise RequestError(f"nothing is left of {width}x{height} pixels without {border} on every side.")
    inner = slice(border, height - border), slice(border, width - border)
    pairs = (each[inner].astype(np.float64) * 255 for each in (sr, hr))
    first, second = pairs
    return [(first[..., band], second[..., band]) for band in range(hr.shape[2])]
