"""A real picture as several networks enlarge it, as in Figure 4 of PCL-SR; there is no original beside them."""

from collections.abc import Mapping

import numpy as np
from PIL import Image

from acutance.errors import RequestError
from acutance.report.crops import most_different
from acutance.report.panels import Box, Pixels, captioned, enlarged, framed, grid, inside

PANEL = 320
"""About how many pixels wide an enlarged crop is."""


def draw_real(lr: Pixels, made: Mapping[str, Pixels], *, crop: Box | None = None, title: str = "input") -> Image.Image:
    """Draw a part of `lr`, its pixels enlarged to squares, and the same part of what each network made of it.

    Args:
        lr: the picture as it is.
        made: what networks made of it, by their labels; all of one size, a whole number of times as large.
        crop: the part to show, in pixels of SR; where the networks differ most where it is not given.
        title: the label of the input.

    Raises:
        RequestError: pictures are not of one size, or the crop reaches outside them.
    """
    first = next(iter(made.values()))
    scale = first.shape[0] // lr.shape[0]
    height, width = (scale * side for side in lr.shape[:2])
    for label, pixels in made.items():
        if pixels.shape != (height, width, 3):
            raise RequestError(f"{label!r} is {pixels.shape[1]}x{pixels.shape[0]}, not {width}x{height}.")
    box = most_different(first, made) if crop is None else inside(crop, first)
    squares = np.ascontiguousarray(lr.repeat(scale, axis=0).repeat(scale, axis=1))
    panels = [captioned(enlarged(box.of(squares), PANEL), title, "as it is")]
    panels += [captioned(enlarged(box.of(pixels), PANEL), label, f"x{scale}") for label, pixels in made.items()]
    return framed(grid(panels, rows=1 if len(panels) <= 4 else 2))
