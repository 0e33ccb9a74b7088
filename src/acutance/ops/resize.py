"""Bicubic resizing equal to MATLAB's `imresize`: Keys' kernel (a = -1/2), wider when shrinking, symmetric edges."""

import math
from fractions import Fraction

import torch
from jaxtyping import Float
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
    padded = _pad_symmetric(_pad_symmetric(image, padding, axis=2), padding, axis=3)
    precise = padded.to(_working_type(image, ratio))
    resized = interpolate(precise, scale_factor=float(ratio), mode="bicubic", antialias=True)
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


def _pad_symmetric(image: Float[Tensor, "b c h w"], padding: int, axis: int) -> Float[Tensor, "b c H W"]:
    """Mirror the image about both ends of an axis as often as needed, edge pixels repeated."""
    length = image.shape[axis]
    beyond = torch.cat([torch.arange(-padding, 0), torch.arange(length, length + padding)]) % (2 * length)
    mirrored = torch.minimum(beyond, 2 * length - 1 - beyond).to(image.device)
    before, after = image.index_select(axis, mirrored).split(padding, axis)
    return torch.cat([before, image, after], axis)
