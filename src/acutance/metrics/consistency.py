"""Consistency of SR with what it was made of: the PSNR of SR, made small again, against LR."""

import numpy as np
from jaxtyping import UInt8

from acutance.degrade import Bicubic
from acutance.errors import RequestError
from acutance.metrics.psnr import psnr_rgb
from acutance.ops import image_of, pixels_of


def lr_psnr(sr: UInt8[np.ndarray, "h w 3"], lr: UInt8[np.ndarray, "h2 w2 3"], *, scale: int) -> float:
    """Return the PSNR over RGB of SR's bicubic reduction, rounded to 8 bits, against LR as given, in dB.

    It is infinite for HR itself where LR is its bicubic reduction. No border is left out. Raises RequestError unless
    `sr` is `scale` times as high and as wide as `lr`.
    """
    expected = tuple(scale * length for length in lr.shape[:2])
    if sr.shape[:2] != expected:
        sizes = "x".join(map(str, sr.shape[1::-1])), "x".join(map(str, expected[::-1]))
        raise RequestError(f"SR has {sizes[0]} pixels, and x{scale} of LR should have {sizes[1]}")
    return psnr_rgb(reduced(sr, scale), lr, border=0)


def reduced(picture: UInt8[np.ndarray, "h w 3"], scale: int) -> UInt8[np.ndarray, "h2 w2 3"]:
    """Return the picture's bicubic reduction, rounded to 8 bits. Raises RequestError if nothing is left."""
    return pixels_of(Bicubic(scale)(image_of(picture)))
