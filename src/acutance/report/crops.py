"""One picture as several networks made it, as in Figure 2 of PCL-SR: the whole with a crop marked, then the crops."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from PIL import Image, ImageDraw

from acutance.errors import RequestError
from acutance.report.panels import CAPTION, GAP, PAPER, Box, Pixels, captioned, enlarged, framed, grid, inside
from acutance.scores.results import Scores
from acutance.scores.wording import values

PANEL = 320
"""About how many pixels wide an enlarged crop is."""
CROPS = (160, 80, 64, 40, 32, 20, 16)
"""Sides of a crop that enlarge to exactly `PANEL`."""
MARK = "#f0630a"


def draw_crops(
    hr: Pixels,
    candidates: Mapping[str, Pixels],
    *,
    crop: Box | None = None,
    scores: Mapping[str, Scores] | None = None,
    title: str = "the whole picture",
) -> Image.Image:
    """Draw the whole of `hr` with the crop marked, then the crop of the original and of each candidate.

    Args:
        hr: the original.
        candidates: what each network made, by its label; as large as `hr`.
        crop: the part to enlarge; chosen where the candidates differ most where it is not given.
        scores: the values to write below a label, such as {"L1": {"psnr": 28.42, "ssim": 0.81}}.
        title: the label of the whole.

    Raises:
        RequestError: a candidate has another size than `hr`, or the crop reaches outside it.
    """
    for label, pixels in candidates.items():
        if pixels.shape != hr.shape:
            raise RequestError(
                f"{label!r} is {pixels.shape[1]}x{pixels.shape[0]}, not {hr.shape[1]}x{hr.shape[0]} as the original."
            )
    box = most_different(hr, candidates) if crop is None else inside(crop, hr)
    captions = {label: values((scores or {}).get(label, {})) for label in candidates}
    panels = [captioned(enlarged(box.of(hr), PANEL), "HR", f"{box.width} x {box.height} pixels")]
    panels += [captioned(enlarged(box.of(sr), PANEL), label, captions[label]) for label, sr in candidates.items()]
    sheet = grid(panels, rows=1 if len(panels) <= 3 else 2)
    return framed(_beside(_whole(hr, box, sheet.height - CAPTION, title), sheet))


def most_different(hr: Pixels, candidates: Mapping[str, Pixels]) -> Box:
    """Return the square where the variance over the candidates, summed over its pixels, is largest.

    A single candidate is held against `hr`.
    """
    pictures = list(candidates.values()) if len(candidates) > 1 else [hr, *candidates.values()]
    variance = np.var(np.stack([pixels.mean(axis=2, dtype=np.float32) for pixels in pictures]), axis=0)
    height, width = variance.shape
    side = next((side for side in CROPS if side <= min(height, width) / 4), min(height, width))
    sums = _box_sums(variance, side)
    top, left = np.unravel_index(np.argmax(sums), sums.shape)
    return Box(int(left), int(top), side, side)


def _box_sums(values: Float[np.ndarray, "h w"], side: int) -> Float[np.ndarray, "y x"]:
    integral = np.pad(values.astype(np.float64).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    return integral[side:, side:] - integral[:-side, side:] - integral[side:, :-side] + integral[:-side, :-side]


def _whole(hr: Pixels, box: Box, height: int, title: str) -> Image.Image:
    picture = Image.fromarray(hr)
    ratio = min(height / picture.height, 1.5 * height / picture.width)
    size = max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio))
    small = picture.resize(size, Image.Resampling.LANCZOS)
    for distance, width, colour in ((4, 1, PAPER), (3, 3, MARK)):
        ImageDraw.Draw(small).rectangle(_frame(box, ratio, distance, size), outline=colour, width=width)
    return captioned(small, title, f"{picture.width} x {picture.height} pixels")


def _frame(box: Box, ratio: float, distance: int, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the corners of a frame at a distance around the box, moved inwards where it would leave the picture."""
    edge = 4 - distance
    left, top = (max(edge, round(side * ratio) - distance) for side in (box.left, box.top))
    right = min(size[0] - 1 - edge, round((box.left + box.width) * ratio) + distance - 1)
    bottom = min(size[1] - 1 - edge, round((box.top + box.height) * ratio) + distance - 1)
    return left, top, max(left, right), max(top, bottom)


def _beside(whole: Image.Image, panels: Image.Image) -> Image.Image:
    sheet = Image.new("RGB", (whole.width + GAP + panels.width, panels.height), PAPER)
    sheet.paste(whole, (0, (panels.height - whole.height) // 2))
    sheet.paste(panels, (whole.width + GAP, 0))
    return sheet
