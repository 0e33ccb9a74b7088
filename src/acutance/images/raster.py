"""Pixels wherever they are: still in a file, in memory, or in a raw file; rows of them come one after the other."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyvips

from acutance.images.planes import FULL, Planes

VIPS_FORMATS = {"uint8": "uchar", "uint16": "ushort", "float32": "float"}
DTYPES = {vips: np.dtype(name) for name, vips in VIPS_FORMATS.items()}
INTERPRETATIONS = {"uint8": ("b-w", "srgb"), "uint16": ("grey16", "rgb16"), "float32": ("b-w", "scrgb")}
"""What libvips calls grey and RGB of each type."""
# libvips keeps what it made; pictures here are each seen once, and would only fill the memory.
pyvips.cache_set_max(0)


def native(path: Path) -> Any:
    """Return a path as libvips takes it, whatever bytes its name is made of."""
    return os.fsencode(path) if os.name == "posix" else str(path)


@dataclass(frozen=True, eq=False)
class Raster:
    """The pixels of one picture: grey, grey and alpha, RGB, or RGB and alpha, in uint8, uint16 or float32.

    Alpha is straight (not multiplied into the colours). What lies in a file is decoded as its rows are asked for.
    """

    image: Any
    """A `pyvips.Image` of 1 to 4 bands."""

    @staticmethod
    def of(planes: Planes) -> "Raster":
        """Return the raster of an array (h, w, 1 to 4), which has to stay as it is."""
        planes = np.ascontiguousarray(planes)
        height, width, channels = planes.shape
        kind = VIPS_FORMATS[planes.dtype.name]
        return Raster(pyvips.Image.new_from_memory(planes.data, width, height, channels, kind))

    @property
    def height(self) -> int:
        """Rows."""
        return self.image.height

    @property
    def width(self) -> int:
        """Columns."""
        return self.image.width

    @property
    def channels(self) -> int:
        """1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha."""
        return self.image.bands

    @property
    def dtype(self) -> np.dtype:
        """uint8, uint16 or float32."""
        return DTYPES[self.image.format]

    @property
    def grey(self) -> bool:
        """Whether its colours are shades of grey."""
        return self.channels < 3

    @property
    def transparent(self) -> bool:
        """Whether it has alpha."""
        return self.channels in (2, 4)

    @cached_property
    def _reader(self) -> Any:
        # One for all rows: each has its own place in a file that is decoded from top to bottom.
        return pyvips.Region.new(self.image)

    def rows(self, start: int, stop: int) -> Planes:
        """Return the rows from `start` to before `stop` as (rows, w, c).

        What is decoded from a file has to be asked for from top to bottom.

        Raises:
            pyvips.Error: the file is broken there.
        """
        part = self._reader.fetch(0, start, self.width, stop - start)
        if stop == self.height:
            # What it holds would stay as long as the frame, and an animation has hundreds.
            self.__dict__.pop("_reader")
        return np.ndarray((stop - start, self.width, self.channels), self.dtype, part)

    def planes(self) -> Planes:
        """Return all of it as (h, w, c), decoded by as many threads as there are; raises as `rows`."""
        return np.ndarray((self.height, self.width, self.channels), self.dtype, self.image.write_to_memory())

    def resized(self, width: int, height: int) -> "Raster":
        """Return it by Lanczos of three lobes, which averages where it makes smaller, in this size."""
        if (width, height) == (self.width, self.height):
            return self
        image = self.image.copy(interpretation=self._interpretation)
        image = image.premultiply(max_alpha=FULL[self.dtype.name]) if self.transparent else image
        image = image.resize(width / self.width, vscale=height / self.height, kernel="lanczos3")
        image = image.unpremultiply(max_alpha=FULL[self.dtype.name]) if self.transparent else image
        image = image.crop(0, 0, width, height) if (image.width, image.height) != (width, height) else image
        return Raster(_rounded(image, self.dtype))

    def in_depth(self, bits: int) -> "Raster":
        """Return it in 8 or 16 bits a channel, or (32) in floats in [0, 1]; rounded to the nearest level."""
        dtype = np.dtype({8: "uint8", 16: "uint16", 32: "float32"}[bits])
        if dtype == self.dtype:
            return self
        return Raster(_rounded(self.image * (FULL[dtype.name] / FULL[self.dtype.name]), dtype))

    def over_white(self) -> "Raster":
        """Return it without alpha, laid over white."""
        if not self.transparent:
            return self
        white = FULL[self.dtype.name]
        colours = self.image[0 : self.channels - 1]
        opacity = self.image[self.channels - 1] / white
        return Raster(_rounded(colours * opacity + (1 - opacity) * white, self.dtype))

    def tagged(self) -> Any:
        """Return the image as libvips' writers need it: said to be grey or RGB, and of which depth."""
        return self.image.copy(interpretation=self._interpretation)

    @property
    def _interpretation(self) -> str:
        return INTERPRETATIONS[self.dtype.name][not self.grey]


def _rounded(image: Any, dtype: np.dtype) -> Any:
    if dtype.kind == "f":
        # Lanczos goes beyond black and white beside an edge.
        return (image < 0).ifthenelse(0, (image > 1).ifthenelse(1, image)).cast("float")
    return image.rint().cast(VIPS_FORMATS[dtype.name])
