"""Cropping a picture so that a scale divides it."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

Picture = TypeVar("Picture", Tensor, NDArray[Any])


def crop_to_multiple(picture: Picture, scale: int) -> Picture:
    """Cut rows off the bottom and columns off the right until `scale` divides the size, as the benchmarks do.

    Takes tensors (..., h, w) and arrays (h, w) or (h, w, c); returns a view.
    """
    channels_last = isinstance(picture, np.ndarray)
    height, width = (length - length % scale for length in (picture.shape[:2] if channels_last else picture.shape[-2:]))
    return picture[:height, :width] if channels_last else picture[..., :height, :width]
