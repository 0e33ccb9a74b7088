"""What figures are put together from: parts of pictures enlarged pixel by pixel, with a caption, on a regular grid."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageDraw, ImageFont

from acutance.errors import RequestError, shown

Pixels = UInt8[np.ndarray, "_ _ 3"]

MARGIN, GAP, CAPTION = 20, 14, 54
PAPER, INK, PALE = "#ffffff", "#1b1f24", "#667079"


class Box(NamedTuple):
    """A part of a picture, in pixels from its left and top."""

    left: int
    top: int
    width: int
    height: int

    def of(self, pixels: Pixels) -> Pixels:
        """Return that part of a picture."""
        return pixels[self.top : self.top + self.height, self.left : self.left + self.width]


def inside(crop: Box, hr: Pixels) -> Box:
    """Return the crop; raise RequestError where it reaches outside the picture."""
    height, width = hr.shape[:2]
    right, bottom = crop.left + crop.width, crop.top + crop.height
    if min(crop.left, crop.top) < 0 or min(crop.width, crop.height) < 1 or right > width or bottom > height:
        raise RequestError(f"the crop {tuple(crop)} is not inside a picture of {width}x{height}.")
    return crop


def enlarged(pixels: Pixels, side: int) -> Image.Image:
    """Return a picture whose pixels are squares, about `side` pixels long; as it is where it is longer."""
    factor = max(1, round(side / max(pixels.shape[:2])))
    return Image.fromarray(pixels.repeat(factor, axis=0).repeat(factor, axis=1))


def captioned(picture: Image.Image, label: str, note: str) -> Image.Image:
    """Return a picture above its label and, paler, a note; what is too long for its width is cut short."""
    panel = Image.new("RGB", (picture.width, picture.height + CAPTION), PAPER)
    panel.paste(picture)
    draw = ImageDraw.Draw(panel)
    for text, y, size, colour in ((label, 6, 19, INK), (note, 30, 16, PALE)):
        font = ImageFont.load_default(size)
        draw.text((0, picture.height + y), _shortened(shown(text), font, picture.width), font=font, fill=colour)
    return panel


def grid(panels: Sequence[Image.Image], rows: int) -> Image.Image:
    """Return panels of one size in a number of rows."""
    columns = -(-len(panels) // rows)
    width, height = panels[0].width + GAP, panels[0].height + GAP // 2
    sheet = Image.new("RGB", (columns * width - GAP, rows * height - GAP // 2), PAPER)
    for place, panel in enumerate(panels):
        sheet.paste(panel, (place % columns * width, place // columns * height))
    return sheet


def framed(picture: Image.Image) -> Image.Image:
    """Return a picture on a sheet with a margin."""
    sheet = Image.new("RGB", (picture.width + 2 * MARGIN, picture.height + 2 * MARGIN), PAPER)
    sheet.paste(picture, (MARGIN, MARGIN))
    return sheet


def _shortened(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    short = text
    while text and font.getlength(short) > width:
        text = text[:-1]
        short = text + "..."
    return short
