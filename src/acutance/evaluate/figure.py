"""One picture as several networks made it: the whole with a crop marked, then that crop from each, side by side."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image, ImageDraw, ImageFont

from acutance.errors import RequestError
from acutance.evaluate.results import Scores
from acutance.evaluate.wording import values

Pixels = UInt8[np.ndarray, "_ _ 3"]

PANEL = 320
"""About how many pixels wide an enlarged crop is."""
CROPS = (160, 80, 64, 40, 32, 20, 16)
"""Sides of a crop that enlarge to exactly `PANEL`."""
MARGIN, GAP, CAPTION = 20, 14, 54
PAPER, INK, PALE, MARK = "#ffffff", "#1b1f24", "#667079", "#f0630a"


class Box(NamedTuple):
    """A part of a picture, in pixels from its left and top."""

    left: int
    top: int
    width: int
    height: int

    def of(self, pixels: Pixels) -> Pixels:
        """Return that part of a picture."""
        return pixels[self.top : self.top + self.height, self.left : self.left + self.width]


def comparison(
    hr: Pixels,
    candidates: Mapping[str, Pixels],
    *,
    crop: Box | None = None,
    scores: Mapping[str, Scores] | None = None,
) -> Image.Image:
    """Draw the whole of `hr` with the crop marked, then the crop of each candidate and of the original.

    Args:
        hr: the original.
        candidates: what each network made, by its label; as large as `hr`.
        crop: the part to enlarge; chosen where the candidates differ most where it is not given.
        scores: the values to write below a label, such as {"L1": {"psnr": 28.42, "ssim": 0.81}}.

    Raises:
        RequestError: a candidate has another size than `hr`, or the crop reaches outside it.
    """
    for label, pixels in candidates.items():
        if pixels.shape != hr.shape:
            raise RequestError(
                f"{label!r} is {pixels.shape[1]}x{pixels.shape[0]}, not {hr.shape[1]}x{hr.shape[0]} as the original."
            )
    box = most_different(hr, candidates) if crop is None else _inside(crop, hr)
    captions = {label: values((scores or {}).get(label, {})) for label in candidates}
    panels = [_captioned(_enlarged(box.of(pixels)), label, captions[label]) for label, pixels in candidates.items()]
    panels.append(_captioned(_enlarged(box.of(hr)), "original", f"{box.width} x {box.height} pixels"))
    grid = _grid(panels)
    return _beside(_whole(hr, box, grid.height - CAPTION), grid)


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


def _inside(crop: Box, hr: Pixels) -> Box:
    height, width = hr.shape[:2]
    right, bottom = crop.left + crop.width, crop.top + crop.height
    if min(crop.left, crop.top) < 0 or min(crop.width, crop.height) < 1 or right > width or bottom > height:
        raise RequestError(f"the crop {tuple(crop)} is not inside a picture of {width}x{height}.")
    return crop


def _enlarged(pixels: Pixels) -> Image.Image:
    factor = max(1, round(PANEL / max(pixels.shape[:2])))
    return Image.fromarray(pixels.repeat(factor, axis=0).repeat(factor, axis=1))


def _whole(hr: Pixels, box: Box, height: int) -> Image.Image:
    picture = Image.fromarray(hr)
    ratio = min(height / picture.height, 1.5 * height / picture.width)
    size = max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio))
    small = picture.resize(size, Image.Resampling.LANCZOS)
    for distance, width, colour in ((4, 1, PAPER), (3, 3, MARK)):
        ImageDraw.Draw(small).rectangle(_frame(box, ratio, distance, size), outline=colour, width=width)
    return _captioned(small, "the whole picture", f"{picture.width} x {picture.height} pixels")


def _frame(box: Box, ratio: float, distance: int, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the corners of a frame at a distance around the box, moved inwards where it would leave the picture."""
    edge = 4 - distance
    left, top = (max(edge, round(side * ratio) - distance) for side in (box.left, box.top))
    right = min(size[0] - 1 - edge, round((box.left + box.width) * ratio) + distance - 1)
    bottom = min(size[1] - 1 - edge, round((box.top + box.height) * ratio) + distance - 1)
    return left, top, max(left, right), max(top, bottom)


def _captioned(picture: Image.Image, label: str, note: str) -> Image.Image:
    panel = Image.new("RGB", (picture.width, picture.height + CAPTION), PAPER)
    panel.paste(picture)
    draw = ImageDraw.Draw(panel)
    for text, y, size, colour in ((label, 6, 19, INK), (note, 30, 16, PALE)):
        font = ImageFont.load_default(size)
        draw.text((0, picture.height + y), _fitted(text, font, picture.width), font=font, fill=colour)
    return panel


def _fitted(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    shown = text
    while text and font.getlength(shown) > width:
        text = text[:-1]
        shown = text + "..."
    return shown


def _grid(panels: list[Image.Image]) -> Image.Image:
    rows = 1 if len(panels) <= 3 else 2
    columns = -(-len(panels) // rows)
    width, height = panels[0].width + GAP, panels[0].height + GAP // 2
    sheet = Image.new("RGB", (columns * width - GAP, rows * height - GAP // 2), PAPER)
    for place, panel in enumerate(panels):
        sheet.paste(panel, (place % columns * width, place // columns * height))
    return sheet


def _beside(whole: Image.Image, grid: Image.Image) -> Image.Image:
    sheet = Image.new("RGB", (whole.width + grid.width + GAP + 2 * MARGIN, grid.height + 2 * MARGIN), PAPER)
    sheet.paste(whole, (MARGIN, MARGIN + (grid.height - whole.height) // 2))
    sheet.paste(grid, (MARGIN + whole.width + GAP, MARGIN))
    return sheet
