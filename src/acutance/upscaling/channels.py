"""Grey, RGB and transparent pictures through a network that knows RGB, and any others through one of their bands."""

import numpy as np
import torch
from torch import Tensor

from acutance.errors import RequestError
from acutance.ops import bicubic, image_of
from acutance.upscaling.engine import Engine

RGB = 3
BICUBIC_REACH = 4
"""LR pixels that a bicubic result depends on, and two to spare."""
Planes = np.ndarray


def through(planes: Planes, engine: Engine) -> Tensor:
    """Return what becomes of a window, (h, w, 1 to 4) of grey or RGB, alpha last in the even ones: (c, H, W).

    Behind SR and its alpha stands what the engine makes beside it, without alpha.

    The network sees grey as RGB, and the mean of what it makes is kept. Alpha is resized bicubically, and before the
    network sees them, fully transparent pixels take the colour of the nearest others, as theirs means nothing.
    A network of other bands sees every band as it is.

    Raises:
        RequestError: the network takes other bands than RGB, and another number than the picture has.
    """
    if engine.bands != RGB:
        if planes.shape[2] != engine.bands:
            raise RequestError(f"it has {planes.shape[2]} bands, and the network takes {engine.bands}.")
        return engine(image_of(planes))[0]
    transparent = planes.shape[2] in (2, 4)
    colours = _bled(planes[..., :-1], planes[..., -1]) if transparent else planes
    made = _grey(image_of(colours), engine) if colours.shape[2] == 1 else engine(image_of(colours))
    if not transparent:
        return made[0]
    alpha = bicubic(image_of(planes[..., -1:]), engine.scale)
    count = colours.shape[2]
    return torch.cat([made[0, :count], alpha[0], made[0, count:]])


def _grey(lr: Tensor, engine: Engine) -> Tensor:
    return engine(lr.repeat(1, 3, 1, 1)).unflatten(1, (-1, 3)).mean(2)


def _bled(colours: Planes, alpha: Planes) -> Planes:
    """Return the colours with those of the nearest visible pixels where `alpha` is 0."""
    hidden = alpha == 0
    if not hidden.any() or hidden.all():
        return colours
    import cv2

    # OpenCV numbers the visible pixels, its zeros, and says for every pixel which is the nearest.
    labels = cv2.distanceTransformWithLabels(hidden.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)[1]
    palette = np.zeros((int(labels.max()) + 1, colours.shape[2]), colours.dtype)
    palette[labels[~hidden]] = colours[~hidden]
    return palette[labels]
