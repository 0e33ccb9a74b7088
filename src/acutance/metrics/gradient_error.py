"""Error of the gradient map: the root of mean (M(SR) - M(HR))^2, M of SPSR's Eq. 2 (`ops.gradient_map`)."""

import numpy as np
from jaxtyping import Float64, UInt8

from acutance.errors import RequestError
from acutance.metrics.luma import shaved
from acutance.ops import gradient_map, image_of


def gradient_rmse(sr: UInt8[np.ndarray, "h w 3"], hr: UInt8[np.ndarray, "H W 3"], *, border: int) -> float:
    """Return the RMSE of the gradient maps of two RGB pictures over all channels, in levels of 0 to 255.

    A map holds the length of the central difference, not halved, so values reach 255 times the root of 2. `border`
    pixels on every side are left out, and the outermost that remain, which lack a neighbour. Raises RequestError if the
    sizes differ or fewer than 3 pixels a side remain.
    """
    first, second = (_gradients(picture) for picture in shaved(sr, hr, border))
    if not first.size:
        raise RequestError(f"a gradient map needs 3x3 pixels or more, and a border of {border} leaves fewer")
    return float(np.sqrt(np.square(first - second).mean()))


def _gradients(picture: UInt8[np.ndarray, "h w 3"]) -> Float64[np.ndarray, "3 rows columns"]:
    return gradient_map(image_of(picture, np.float64), padding="valid")[0].numpy() * 255
