"""Between the luma and chroma of films and RGB: matrix and range are those of the film, there and back.

Only the change between 4:2:0 or 4:2:2 and 4:4:4 is left to swscale; the matrix is applied here, in floats.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from acutance.errors import RequestError

UNSPECIFIED, BT709, BT601 = 2, 1, 6
"""FFmpeg's numbers for matrices (AVColorSpace); BT601 in that of SMPTE 170M."""
WEIGHTS = {BT709: (0.2126, 0.0722), 5: (0.299, 0.114), BT601: (0.299, 0.114), 9: (0.2627, 0.0593)}
"""Shares of red and blue in luma: BT.709, BT.470BG and SMPTE 170M (both BT.601's), BT.2020."""
LIMITED, FULL = 1, 2
HIGH = 720
"""Rows from which on a film that does not say its matrix is taken for BT.709, as players do; below for BT.601."""


@dataclass(frozen=True)
class Colours:
    """What a film's numbers mean.

    Attributes:
        matrix: of luma and chroma.
        range: 16 to 235 (LIMITED) or 0 to 255 (FULL), in 8 bits.
        primaries, transfer: passed on as they are.
        bits: of a sample.
    """

    matrix: int
    range: int
    primaries: int
    transfer: int
    bits: int

    @staticmethod
    def of(frame: Any) -> "Colours":
        """Return those of a decoded frame; raise RequestError where it is no YUV or of a matrix that is not known."""
        form = frame.format
        if form.is_rgb or not form.is_planar or len(form.components) != 3:
            raise RequestError(f"films in {form.name} are not taken; those in planar YUV without alpha are.")
        matrix = int(frame.colorspace)
        if matrix == UNSPECIFIED:
            matrix = BT709 if frame.height >= HIGH else BT601
        if matrix not in WEIGHTS:
            raise RequestError(f"the matrix of its colours is FFmpeg's number {matrix}, which is not known here.")
        full = int(frame.color_range) == FULL or form.name.startswith("yuvj")
        bits = form.components[0].bits
        return Colours(matrix, FULL if full else LIMITED, int(frame.color_primaries), int(frame.color_trc), bits)

    @property
    def between(self) -> str:
        """The format in which numbers are taken from swscale and given to it; more than 8 bits lie at the top of 16."""
        return "yuv444p16le" if self.bits > 8 else "yuv444p"

    def rgb_of(self, numbers: np.ndarray) -> np.ndarray:
        """Return RGB (h, w, 3) in [0, 1] for luma and chroma as PyAV has them: (3, h, w) in 8 bits, (h, w, 3) else."""
        red, blue = WEIGHTS[self.matrix]
        black, luma, chroma, middle = self._levels()
        y, u, v = (np.moveaxis(numbers, -1, 0) if self.bits > 8 else numbers).astype(np.float32) / self._unit
        y, u, v = (y - black) / luma, (u - middle) / chroma, (v - middle) / chroma
        r, b = y + 2 * (1 - red) * v, y + 2 * (1 - blue) * u
        g = (y - red * r - blue * b) / (1 - red - blue)
        return np.stack([r, g, b], -1).clip(0, 1)

    def numbers_of(self, rgb: np.ndarray) -> np.ndarray:
        """Return luma and chroma for RGB (h, w, 3) in [0, 1], in the form that `rgb_of` takes."""
        red, blue = WEIGHTS[self.matrix]
        black, luma, chroma, middle = self._levels()
        r, g, b = np.moveaxis(rgb, -1, 0)
        y = red * r + (1 - red - blue) * g + blue * b
        u, v = (b - y) / (2 * (1 - blue)), (r - y) / (2 * (1 - red))
        made = np.stack([y * luma + black, u * chroma + middle, v * chroma + middle])
        made = made.round().clip(0, 2**self.bits - 1) * self._unit
        return np.ascontiguousarray(np.moveaxis(made, 0, -1), np.uint16) if self.bits > 8 else made.astype(np.uint8)

    @property
    def _unit(self) -> int:
        """What one step is in the numbers that are handed over."""
        return 2 ** (16 - self.bits) if self.bits > 8 else 1

    def _levels(self) -> tuple[float, float, float, float]:
        """Return black, the reach of luma and of chroma, and the middle of chroma, in steps."""
        unit = 2.0 ** (self.bits - 8)
        if self.range == LIMITED:
            return 16 * unit, 219 * unit, 224 * unit, 128 * unit
        most = 2.0**self.bits - 1
        return 0.0, most, most, 128 * unit
