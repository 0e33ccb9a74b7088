"""Pillow's images upscaled, as such."""

from typing import Any

from PIL import Image

from acutance import images
from acutance.errors import RequestError
from acutance.images import exif
from acutance.upscaling.enlarged import enlarged_planes
from acutance.upscaling.enlarger import Enlarger

KEPT = ("icc_profile", "exif", "dpi", "xmp", "XML:com.adobe.xmp", "comment", "gamma", "chromaticity", "srgb")
"""What of an image's `info` goes on; the rest says how a file was encoded."""
CONVERTED = frozenset({"CMYK", "LAB"})
"""Modes whose pixels become sRGB, which their profile does not fit."""


def upscale_image(image: Image.Image, enlarger: Enlarger) -> Image.Image:
    """Return an image upscaled, of the same mode where that holds pixels of its own.

    Palettes become RGB or RGBA, mode 1 becomes L; CMYK, LAB, YCbCr and HSV become RGB. Pixels are not turned, so that
    an orientation in the EXIF block says what it said.

    Raises:
        RequestError: the image has no pixels, or samples that are not read, such as integers of 32 bits.
    """
    if not image.width * image.height:
        raise RequestError(f"upscale takes no image without pixels, of {image.width}x{image.height}.")
    try:
        planes = images.from_pil(image)
    except (ValueError, OSError) as error:
        raise RequestError(f"cannot upscale this Pillow image of mode {image.mode}: {error}.") from error
    result = images.to_pil(enlarged_planes(planes, enlarger)[0])
    result.info = _kept(image, result)
    return result


def _kept(image: Image.Image, result: Image.Image) -> dict[str | tuple[int, int], Any]:
    kept: dict[str | tuple[int, int], Any] = {key: image.info[key] for key in KEPT if key in image.info}
    if image.mode in CONVERTED:
        kept.pop("icc_profile", None)
    if isinstance(block := kept.get("exif"), bytes):
        prefix = exif.PREFIX if block.startswith(exif.PREFIX) else b""
        kept["exif"] = prefix + exif.sized(block.removeprefix(exif.PREFIX), *result.size)
    return kept
