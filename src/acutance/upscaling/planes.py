"""Grey, RGB and transparent pictures through a network that knows RGB."""

import cv2
import numpy as np
from torch import Tensor

from acutance.errors import RequestError
from acutance.ops import bicubic
from acutance.upscaling.engine import Engine
from acutance.upscaling.enlarge import Note, Planes, Step, enlarge
from acutance.upscaling.memory import free_for_results

BICUBIC_REACH = 4
"""LR pixels that a bicubic result depends on, and two to spare."""


def upscale_planes(planes: Planes, engine: Engine, note: Note | None = None) -> tuple[Planes, ...]:
    """Return planes (h, w, 1 to 4) of grey or RGB, alpha last in the even ones, `engine.scale` times as large.

    Behind SR stands what the engine makes beside it, without alpha.

    The network sees grey as RGB, and the mean of what it makes is kept. Alpha is resized bicubically, and before the
    network sees them, fully transparent pixels take the colour of the nearest others, as theirs means nothing.

    Raises:
        RequestError: the result would not fit into the memory.
    """
    height, width, channels = planes.shape
    tile = engine.tile_for(height, width)
    _demand_room(planes, engine)
    transparent = channels in (2, 4)
    colours = _bled(planes[..., :-1], planes[..., -1]) if transparent else planes
    step = engine if colours.shape[2] == 3 else _as_grey(engine)
    scale, overlap = engine.scale, engine.overlap
    blend, pictures = engine.blend, engine.pictures
    made = enlarge(colours, step, scale=scale, tile=tile, overlap=overlap, blend=blend, pictures=pictures, note=note)
    sr, *side = np.split(made, pictures, axis=2)
    if not transparent:
        return sr, *side
    alpha = enlarge(planes[..., -1:], lambda lr: bicubic(lr, scale), scale=scale, tile=tile, overlap=BICUBIC_REACH)
    return np.concatenate([sr, alpha], axis=2), *side


def _as_grey(engine: Engine) -> Step:
    def step(lr: Tensor) -> Tensor:
        return engine(lr.repeat(1, 3, 1, 1)).unflatten(1, (-1, 3)).mean(2)

    return step


def _bled(colours: Planes, alpha: Planes) -> Planes:
    """Return the colours with those of the nearest visible pixels where `alpha` is 0."""
    hidden = alpha == 0
    if not hidden.any() or hidden.all():
        return colours
    # OpenCV numbers the visible pixels, its zeros, and says for every pixel which is the nearest.
    labels = cv2.distanceTransformWithLabels(hidden.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)[1]
    palette = np.zeros((int(labels.max()) + 1, colours.shape[2]), colours.dtype)
    palette[labels[~hidden]] = colours[~hidden]
    return palette[labels]


def _demand_room(planes: Planes, engine: Engine) -> None:
    height, width = (engine.scale * length for length in planes.shape[:2])
    needed, free = height * width * planes.shape[2] * planes.itemsize * engine.pictures, free_for_results()
    if needed > free:
        size = f"{width}x{height} pixels, {needed / 2**30:.1f} GiB"
        raise RequestError(f"the result would have {size}, but only {free / 2**30:.1f} GiB of memory are free.")
