"""What a network makes of the same pictures as it learns: the samples of a run's validation, side by side."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from acutance.report.panels import Box, Pixels, captioned, enlarged, framed, grid
from acutance.run_folder import RunFolder

SIDE, PANEL, MOST = 96, 240, 5
"""Pixels of a part of a picture, pixels that it is drawn large, and how many times are shown."""


def pictures_over_time(folder: RunFolder) -> dict[str, Image.Image]:
    """Return by its caption each picture that the validation of a run keeps: a part with detail, at up to five steps.

    The first and the last are among them. A picture of fewer than two validations is left out, as is what cannot be
    read.
    """
    figures: dict[str, Image.Image] = {}
    for place in sorted(path for path in folder.samples.glob("*") if path.is_dir()):
        files = sorted(path for path in place.glob("*.png") if path.stem.isdigit())
        try:
            taken = [(path, _pixels(path)) for path in _spread(files)]
        except (OSError, ValueError):
            continue
        if len(taken) > 1:
            box = _detailed(taken[-1][1])
            panels = [
                captioned(enlarged(box.of(pixels), PANEL), f"step {int(path.stem)}", "") for path, pixels in taken
            ]
            figures[f"A part of {place.name}, while training"] = framed(grid(panels, rows=1))
    return figures


def _pixels(path: Path) -> Pixels:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def _spread(files: Sequence[Path]) -> list[Path]:
    """Return the first, the last and some between, no more than MOST."""
    if len(files) <= MOST:
        return list(files)
    return [files[round(place * (len(files) - 1) / (MOST - 1))] for place in range(MOST)]


def _detailed(pixels: Pixels) -> Box:
    """Return the part of a picture whose values differ most, of those on a grid of half its size."""
    height, width = pixels.shape[:2]
    side = min(SIDE, height, width)
    step = max(1, side // 2)
    boxes = [Box(x, y, side, side) for y in range(0, height - side + 1, step) for x in range(0, width - side + 1, step)]
    return max(boxes, key=lambda box: float(box.of(pixels).std()))
