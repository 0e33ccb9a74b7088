"""Pictures of any depth become 8 bits; 10 and 12 bits that are stored in 16 without a word are asked about."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from acutance import images
from acutance.errors import PictureError, RequestError

Pixels = UInt8[np.ndarray, "h w 3"]
SHALLOW = (255, 1023, 4095)
"""The largest values of 8, 10 and 12 bits: what has no more of 65535 is black, or has so many bits."""


def read(path: Path, white_level: int | None = None) -> Pixels:
    """Return a picture as RGB of 8 bits: 16 bits are rounded, grey becomes RGB, alpha is dropped.

    Args:
        path: the file.
        white_level: the value of white in a file of 16 bits, None for 65535.

    Raises:
        PictureError: it cannot be read, is brighter than white, or has 16 bits of which it fills 12 at most and
            nothing says what is white.
    """
    depth = Depth()
    pixels = depth.read(path, white_level)
    if reason := depth.doubt([path]):
        raise PictureError(path, reason)
    return pixels


@dataclass
class Depth:
    """Reads the pictures of a set, and remembers the largest value of those that have 16 bits: a set judges itself.

    A picture whose largest value is 4000 of 65535 is dark where others are not, and has 12 bits where none is brighter.
    """

    largest: dict[Path, int] = field(default_factory=dict[Path, int])

    def read(self, path: Path, white_level: int | None = None) -> Pixels:
        """Return a picture as the function `read` does, without doubting it."""
        pixels = images.read(path).pixels
        if pixels.dtype == np.uint16 and white_level is None:
            self.largest[path] = int(pixels.max())
        return np.ascontiguousarray(eight_bit(pixels, white_level, path))

    def doubt(self, paths: Iterable[Path]) -> str:
        """Say how many bits the values seem to have, where no picture among `paths` fills 16; else nothing."""
        found = {path: self.largest[path] for path in paths if path in self.largest}
        most = max(found.values(), default=0)
        white = next((each for each in SHALLOW if most <= each), None)
        if not most or white is None:
            return ""
        return (
            f"its largest value is {most} of 65535, and no other of 16 bits has more: is it so dark, or {white} white? "
            f"Say it with --white-level 65535 or --white-level {white}."
        )

    def check(self, paths: Iterable[Path]) -> None:
        """Raise RequestError where `doubt` has something to say of a set, naming its brightest picture."""
        files = [path for path in paths if path in self.largest]
        if reason := self.doubt(files):
            raise RequestError(f"{max(files, key=lambda path: self.largest[path])}: {reason}")


def eight_bit(pixels: np.ndarray, white_level: int | None, path: Path) -> Pixels:
    """Return pixels with 16 bits a channel, or floats in [0, 1], rounded to 8 bits: full white stays full white.

    Raises:
        PictureError: a value is beyond white.
    """
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype != np.uint16:
        return (np.clip(np.nan_to_num(pixels), 0, 1) * 255).round().astype(np.uint8)
    white = white_level or 65535
    if (most := int(pixels.max())) > white:
        raise PictureError(path, f"it has the value {most}, beyond a white level of {white}.")
    return ((pixels.astype(np.uint32) * 510 + white) // (2 * white)).astype(np.uint8)
