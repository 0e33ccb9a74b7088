"""From an array to an array `scale` times as large, through a function of tensors that sees a window at a time."""

from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Float
from torch import Tensor

from acutance.ops import image_of, tiles
from acutance.ops.pixels import as_type
from acutance.ops.tiles import Window, paste, windows

Planes = np.ndarray
Parts = Iterator[tuple[Window, Float[np.ndarray, "c h w"]]]
Step = Callable[[Tensor], Tensor]
Note = Callable[[int, int], None]
"""Called with the tiles done and their number."""


def enlarge(
    planes: Planes,
    step: Step,
    *,
    scale: int,
    tile: int,
    overlap: int,
    blend: bool = False,
    pictures: int = 1,
    note: Note | None = None,
) -> Planes:
    """Return planes (h, w, c) as (h * scale, w * scale, pictures * c) of the same type.

    Only windows are ever floating-point tensors; the picture stays as it is. Values are clamped to the range of the
    type, floats to [0, 1], and rounded to the nearest integer where the type is one.

    Args:
        planes: uint8, uint16 or floating-point.
        step: makes (1, pictures * c, h * scale, w * scale) of (1, c, h, w), both around [0, 1], on the CPU.
        scale: of `step`.
        tile: longest side of a tile's own part, in pixels of `planes`.
        overlap: pixels that a tile sees beyond.
        blend: fade from tile to tile over their overlap, instead of keeping of each what is its own.
        pictures: how many `step` makes of one.
        note: told of progress.
    """
    height, width, channels = planes.shape
    result = np.empty((height * scale, width * scale, pictures * channels), planes.dtype)
    image = np.moveaxis(result, -1, 0)
    every = windows(height, width, tile=tile, overlap=overlap)

    def parts() -> Parts:
        for done, window in enumerate(every, 1):
            yield window, step(image_of(planes[window.seen]))[0].clamp(0, 1).numpy()
            if note:
                note(done, len(every))

    if blend:
        tiles.blend(image, parts(), scale)
    else:
        for window, part in parts():
            paste(image, window, as_type(part, result.dtype), scale)
    return result
