"""A decoded picture."""

import io
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float32, UInt8, UInt16

from acutance.errors import RequestError
from acutance.images.metadata import NOTHING, Metadata
from acutance.images.planes import FULL, Planes

if TYPE_CHECKING:
    from PIL.Image import Image

    from acutance.images.raster import Raster

Colours = UInt8[np.ndarray, "h w 3"] | UInt16[np.ndarray, "h w 3"] | Float32[np.ndarray, "h w 3"]
Plane = UInt8[np.ndarray, "h w"] | UInt16[np.ndarray, "h w"] | Float32[np.ndarray, "h w"]
SHOWN = 1600
"""Pixels of the longer side that a notebook is given; its columns are narrower than that."""


@dataclass(frozen=True, eq=False, repr=False)
class Picture:
    """A picture, upright, in 8 or 16 bits or floats a channel; a notebook shows it.

        >>> picture = Picture.of(np.zeros((2, 3), np.uint16))
        >>> picture.size, picture.grey, picture.to_pil().mode
        ((3, 2), True, 'I;16')

    Attributes:
        pixels: RGB; three equal channels where the picture is grey; floats lie in [0, 1].
        alpha: opacity of the same type, not multiplied into `pixels`; None where the picture has none.
        grey: whether the picture is, and is to be written, in shades of grey.
        metadata: what goes with it: colour profile, EXIF, XMP, IPTC, words, pixels an inch.
    """

    pixels: Colours
    alpha: Plane | None = None
    grey: bool = False
    metadata: Metadata = NOTHING

    @property
    def icc(self) -> bytes | None:
        """The colour profile that `pixels` are in."""
        return self.metadata.icc

    @property
    def exif(self) -> bytes | None:
        """The EXIF block from its byte order mark on, with the orientation set to 1."""
        return self.metadata.exif

    @property
    def height(self) -> int:
        """Rows."""
        return self.pixels.shape[0]

    @property
    def width(self) -> int:
        """Columns."""
        return self.pixels.shape[1]

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows, as Pillow has them."""
        return self.width, self.height

    @staticmethod
    def of(
        planes: np.ndarray, *, metadata: Metadata | None = None, icc: bytes | None = None, exif: bytes | None = None
    ) -> "Picture":
        """Return the picture of an array of (h, w) or (h, w, 1 to 4): grey, grey and alpha, RGB, RGB and alpha.

        Raises:
            RequestError: the array has another shape or type, or no pixels.
        """
        planes = planes[..., None] if planes.ndim == 2 else planes
        if planes.ndim != 3 or planes.shape[2] not in (1, 2, 3, 4) or planes.dtype.name not in FULL or not planes.size:
            wanted = "uint8, uint16 or float32 of h x w x 1 to 4"
            raise RequestError(f"a picture is {wanted}, not {planes.dtype} of {planes.shape}.")
        grey, transparent = planes.shape[2] < 3, planes.shape[2] in (2, 4)
        pixels = np.repeat(planes[..., :1], 3, axis=2) if grey else planes[..., :3]
        said = metadata if metadata is not None else Metadata(icc=icc, exif=exif)
        return Picture(pixels, planes[..., -1] if transparent else None, grey, said)

    def raster(self) -> "Raster":
        """Return its pixels as they are written."""
        from acutance.images.raster import Raster

        return Raster.of(self.planes)

    @property
    def planes(self) -> Planes:
        """The channels that the picture really has: 1 or 3, and one more where it has alpha."""
        colours = self.pixels[..., :1] if self.grey else self.pixels
        return colours if self.alpha is None else np.concatenate([colours, self.alpha[..., None]], axis=2)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the picture in the format of the suffix; see `acutance.images.write`, whose errors it raises."""
        from acutance.images.writing import write

        write(str(path), self)

    def to_pil(self) -> "Image":
        """Return a Pillow image with the profile, the EXIF block and the resolution, of mode L, LA, RGB, RGBA or I;16.

        Pillow has no other modes of 16 bits, so that these become 8, as do floats.
        """
        from acutance.images.convert import to_pil

        deep = self.grey and self.alpha is None and self.pixels.dtype == np.uint16
        image = to_pil(self.planes if deep else self.in_8_bits().planes)
        blocks = {"icc_profile": self.icc, "exif": self.exif, "dpi": self.metadata.resolution}
        image.info.update({name: block for name, block in blocks.items() if block})
        return image

    def in_8_bits(self) -> "Picture":
        """Return the picture rounded to 8 bits a channel; itself where it has 8."""
        if self.pixels.dtype == np.uint8:
            return self
        levels = self.planes * (FULL["uint8"] / FULL[self.pixels.dtype.name])
        return Picture.of(np.rint(levels).astype(np.uint8), metadata=self.metadata)

    def __repr__(self) -> str:
        kind = f"{'grey' if self.grey else 'RGB'}{'' if self.alpha is None else ' with alpha'}"
        depth = "floats" if self.pixels.dtype.kind == "f" else f"{8 * self.pixels.itemsize} bits"
        return f"Picture({self.width}x{self.height}, {kind}, {depth})"

    def _repr_png_(self) -> bytes:
        """Return the picture as PNG, made smaller where no notebook would show all of it."""
        image = self.in_8_bits().to_pil()
        image.thumbnail((SHOWN, SHOWN))
        file = io.BytesIO()
        image.save(file, "PNG", icc_profile=self.icc)
        return file.getvalue()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.pixels, dtype=dtype, copy=copy)
