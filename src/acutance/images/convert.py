"""Pillow's images to arrays of 8 bits (16 for its 16-bit grey) and back, whatever way they keep their colours."""

import io

import numpy as np
from PIL import Image, ImageCms

from acutance.images.picture import Planes

GREY = frozenset({"1", "L", "LA", "La", "I;16", "I;16L", "I;16B", "I;16N"})
"""Pillow's modes that hold shades of grey."""
SIXTEEN = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})
WIDE = frozenset({"I", "F"})


def from_pil(image: Image.Image) -> Planes:
    """Return the channels of an image as it is stored: (h, w, 1 to 4), grey or RGB, alpha last where it has any.

    Palettes are looked up, transparent colours become alpha, CMYK is converted to sRGB with its profile where it has
    one. Raises ValueError for samples of 32 bits.
    """
    if image.mode in WIDE:
        raise ValueError("its samples have 32 bits; 8 and 16 are read")
    if image.mode in SIXTEEN:
        planes = np.asarray(image).astype(np.uint16)
        return planes[..., None]
    if image.mode == "CMYK":
        return np.asarray(_cmyk_to_rgb(image))
    planes = np.asarray(image.convert(_plain_mode(image)))
    return planes if planes.ndim == 3 else planes[..., None]


def to_pil(planes: Planes) -> Image.Image:
    """Return 8-bit channels (h, w, 1 to 4), or one 16-bit channel, as an image of mode L, LA, RGB, RGBA or I;16."""
    return Image.fromarray(planes[..., 0] if planes.shape[2] == 1 else planes)


def _plain_mode(image: Image.Image) -> str:
    transparent = image.has_transparency_data or image.mode in ("La", "RGBa", "PA")
    return ("L" if image.mode in GREY else "RGB") + ("A" if transparent else "")


def _cmyk_to_rgb(image: Image.Image) -> Image.Image:
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        converted = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (KeyError, OSError, ImageCms.PyCMSError):
        converted = None
    return converted or image.convert("RGB")
