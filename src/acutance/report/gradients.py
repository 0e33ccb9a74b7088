"""Gradient maps side by side, as Figure 10 of SPSR: that of LR, what networks predict of HR's, and that of HR."""

from collections.abc import Mapping

import numpy as np
from PIL import Image

from acutance.errors import RequestError
from acutance.ops import gradient_map, image_of, pixels_of
from acutance.report.panels import Box, Pixels, captioned, enlarged, framed, grid, inside

PANEL = 480
"""About how many pixels long a crop is drawn; a whole map is not made smaller, as its lines are thin."""


def gradient_comparison(
    lr: Pixels, predicted: Mapping[str, Pixels], hr: Pixels, *, crop: Box | None = None
) -> Image.Image:
    """Draw the gradient map of `lr`, its pixels enlarged to squares, the maps that networks predict, and that of `hr`.

    Args:
        lr: what the networks saw.
        predicted: maps as large as `hr` by the label of their network, as `upscale --gradients` writes them.
        hr: the original, a whole number of times as large as `lr`.
        crop: the part of `hr` to show; all of it where it is not given.

    Raises:
        RequestError: a map has another size than `hr`, or the crop reaches outside it.
    """
    height, width = hr.shape[:2]
    scale = height // lr.shape[0]
    small = gradient_picture(lr).repeat(scale, axis=0).repeat(scale, axis=1)
    maps = {"LR gradient, enlarged": small, **predicted, "HR gradient": gradient_picture(hr)}
    for label, pixels in maps.items():
        if pixels.shape != hr.shape:
            size = f"{pixels.shape[1]}x{pixels.shape[0]}"
            raise RequestError(f"the map {label!r} is {size}, not {width}x{height} as the original.")
    box = Box(0, 0, width, height) if crop is None else inside(crop, hr)
    notes = {label: f"RMSE {_distance(pixels, maps['HR gradient']):.2f} levels" for label, pixels in predicted.items()}
    panels = [captioned(enlarged(box.of(pixels), PANEL), label, notes.get(label, "")) for label, pixels in maps.items()]
    return framed(grid(panels, rows=1 if len(panels) <= 4 else 2))


def gradient_picture(pixels: Pixels) -> Pixels:
    """Return the gradient map of a picture as a picture: 1, the difference of black and white, and more is white.

    Written as the maps of `acutance upscale --gradients`, but without a false edge along the border.
    """
    return pixels_of(gradient_map(image_of(pixels), "replicate"))


def _distance(one: Pixels, other: Pixels) -> float:
    return float(np.sqrt(np.square(one.astype(np.float64) - other).mean()))
