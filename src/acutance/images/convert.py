"""Pillow's images to arrays of 8 bits (16 for its 16-bit grey) and back, whatever way they keep their colours."""

import io

import numpy as np
from PIL import Image, ImageCms

from acutance.images.planes import Planes

GREY = frozenset({"1", "L", "LA", "La", "I;16", "I;16L", "I;16B", "I;16N", "I", "F"})
"""Pillow's modes that hold shades of grey."""
SIXTEEN = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})


def from_pil(image: Image.Image) -> Planes:
    """Return the channels of an image as it is stored: (h, w, 1 to 4), grey or RGB, alpha last where it has any.

    Palettes are looked up, transparent colours become alpha, CMYK is converted to sRGB with its profile where it has
    one, LAB by its definition. Raises ValueError for 32-bit integers beyond 16 bits and for floats beyond [0, 1].
    """
    if image.mode == "F":
        floats = np.asarray(image)
        if not (floats.min() >= 0 and floats.max() <= 1):
            raise ValueError(f"its floats go from {floats.min():g} to {floats.max():g}; those in [0, 1] are read")
        return floats[..., None].astype(np.float32)
    if image.mode == "I":
        wide = np.asarray(image)
        if wide.min() < 0 or wide.max() > 65535 or image.format not in ("PPM", "PNG"):
            raise ValueError("its samples are integers of 32 bits; those of 8 and 16 are read")
        return wide[..., None].astype(np.uint16)
    if image.mode in SIXTEEN:
        return np.asarray(image).astype(np.uint16)[..., None]
    if image.mode in ("CMYK", "LAB"):
        return np.asarray(_to_srgb(image))
    planes = np.asarray(image.convert(_plain_mode(image)))
    return planes if planes.ndim == 3 else planes[..., None]


def to_pil(planes: Planes) -> Image.Image:
    """Return 8-bit channels (h, w, 1 to 4), or one channel of 16 bits or floats, as L, LA, RGB, RGBA, I;16 or F."""
    return Image.fromarray(planes[..., 0] if planes.shape[2] == 1 else planes)


def _plain_mode(image: Image.Image) -> str:
    transparent = image.has_transparency_data or image.mode in ("La", "RGBa", "PA")
    return ("L" if image.mode in GREY else "RGB") + ("A" if transparent else "")


def _to_srgb(image: Image.Image) -> Image.Image:
    try:
        if image.mode == "LAB":
            profile = ImageCms.createProfile("LAB")
        else:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        converted = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (KeyError, OSError, ImageCms.PyCMSError):
        converted = None
    return converted or image.convert("RGB")
