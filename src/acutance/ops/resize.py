"""Bicubic resizing equal to MATLAB's `imresize`: Keys' kernel (a = -1/2), wider when shrinking, symmetric edges."""

import math
from fractions import Fraction

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import interpolate

from acutance.errors import RequestError

REACH = 3
"""Pixels beyond the edge that a kernel can touch, counted in the coarser of the two grids."""


def bicubic(image: Float[Tensor, "b c h w"], scale: int | float) -> Float[Tensor, "b c H W"]:
    """Resize as MATLAB does, 4 times larger with `scale` 4, 4 times smaller with `scale` 1/4.

    The result has ceil(h * scale) rows and ceil(w * scale) columns, is neither rounded nor clamped, and differs from
    MATLAB's by less than 5e-6 on images in [0, 1]. Raises RequestError unless `scale` is between 1/100 and 100.
    """
    if not 0.01 <= scale <= 100:
        raise RequestError(f"cannot resize by {scale}: the scale must be between 0.01 and 100")
    ratio = Fraction(scale).limit_denominator(1000)
    padding = _padding(ratio)
    margin = int(padding * ratio)
    height, width = (math.ceil(length * ratio) for length in image.shape[-2:])
    padded = _pad_symmetric(image, padding).to(_working_type(image, ratio))
    resized = interpolate(padded, scale_factor=float(ratio), mode="bicubic", antialias=True)
    return resized[..., margin : margin + height, margin : margin + width].to(image.dtype)


def _working_type(image: Tensor, ratio: Fraction) -> torch.dtype:
    # In float32 the pixel positions of x3, thirds, drift by a ten-thousandth over a thousand pixels.
    exact = ratio.numerator & (ratio.numerator - 1) == 0
    if image.dtype == torch.float64 or not (exact or image.device.type == "mps"):
        return torch.float64
    return torch.float32


def _padding(ratio: Fraction) -> int:
    # A multiple of the denominator, so that the padded edge falls between two pixels of the result.
    reach = math.ceil(REACH / min(ratio, 1))
    return ratio.denominator * math.ceil(reach / ratio.denominator)


def _pad_symmetric(image: Float[Tensor, "b c h w"], padding: int) -> Float[Tensor, "b c H W"]:
    height, width = image.shape[-2:]
    rows = image.index_select(-2, _mirrored(height, padding).to(image.device))
    return rows.index_select(-1, _mirrored(width, padding).to(image.device))


def _mirrored(length: int, padding: int) -> Int[Tensor, " n"]:
    """Return the indices of a line mirrored about its edges as often as needed, edge pixels repeated."""
    index = torch.arange(-padding, length + padding) % (2 * length)
    return torch.minimum(index, 2 * length - 1 - index)
