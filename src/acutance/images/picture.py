"""A decoded picture."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import UInt8, UInt16

from acutance.errors import RequestError

Colours = UInt8[np.ndarray, "h w 3"] | UInt16[np.ndarray, "h w 3"]
Plane = UInt8[np.ndarray, "h w"] | UInt16[np.ndarray, "h w"]
Planes = UInt8[np.ndarray, "h w c"] | UInt16[np.ndarray, "h w c"]
"""One to four channels: grey, grey and alpha, RGB, RGB and alpha."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture, upright, in 8 or 16 bits a channel.

    Attributes:
        pixels: RGB; three equal channels where the picture is grey.
        alpha: opacity in the same depth, not multiplied into `pixels`; None where the picture has none.
        icc: the colour profile that `pixels` are in.
        exif: the EXIF block from its byte order mark on, with the orientation set to 1.
        grey: whether the picture is, and is to be written, in shades of grey.
    """

    pixels: Colours
    alpha: Plane | None = None
    icc: bytes | None = None
    exif: bytes | None = None
    grey: bool = False

    @property
    def height(self) -> int:
        """Rows."""
        return self.pixels.shape[0]

    @property
    def width(self) -> int:
        """Columns."""
        return self.pixels.shape[1]

    @staticmethod
    def of(planes: np.ndarray, *, icc: bytes | None = None, exif: bytes | None = None) -> "Picture":
        """Return the picture of an array of (h, w) or (h, w, 1 to 4): grey, grey and alpha, RGB, RGB and alpha.

        Raises:
            RequestError: the array has another shape or is neither uint8 nor uint16.
        """
        planes = planes[..., None] if planes.ndim == 2 else planes
        if planes.ndim != 3 or planes.shape[2] not in (1, 2, 3, 4) or planes.dtype.name not in ("uint8", "uint16"):
            raise RequestError(f"a picture is uint8 or uint16 of h x w x 1 to 4, not {planes.dtype} of {planes.shape}.")
        grey, transparent = planes.shape[2] < 3, planes.shape[2] in (2, 4)
        pixels = np.repeat(planes[..., :1], 3, axis=2) if grey else planes[..., :3]
        return Picture(pixels, planes[..., -1] if transparent else None, icc, exif, grey)

    @property
    def planes(self) -> Planes:
        """The channels that the picture really has: 1 or 3, and one more where it has alpha."""
        colours = self.pixels[..., :1] if self.grey else self.pixels
        return colours if self.alpha is None else np.concatenate([colours, self.alpha[..., None]], axis=2)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.pixels, dtype=dtype, copy=copy)
