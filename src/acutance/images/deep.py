"""Sixteen bits a channel, through OpenCV, as Pillow cuts 16-bit colour to 8 bits without a word."""

import cv2
import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import BITSPERSAMPLE, TiffImageFile

from acutance.images.convert import GREY, WIDE
from acutance.images.picture import Picture, Planes

PNG_DEPTH_AT = 24


def is_deep(data: bytes, image: Image.Image) -> bool:
    """Tell whether a file, opened but not decoded as `image`, has 16 bits a channel; OpenCV reads no CMYK of 16."""
    if image.format == "PNG":
        return data[PNG_DEPTH_AT] == 16
    if not isinstance(image, TiffImageFile) or image.mode in WIDE | {"CMYK"}:
        return False
    return set(image.tag_v2.get(BITSPERSAMPLE, ())) == {16}


def decode(data: bytes, image: Image.Image) -> Planes:
    """Return the channels of such a file as they are stored: (h, w, 1 to 4).

    Pillow decodes it first: of a broken file it says what is wrong, while OpenCV may return the whole part in silence.
    """
    grey, transparent = image.mode in GREY, image.info.get("transparency")
    image.load()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None or decoded.dtype != np.uint16:
        raise ValueError("its 16-bit samples are of a kind that is not read")
    planes = decoded.reshape(*decoded.shape[:2], -1)
    colours = planes[..., :1] if grey else planes[..., 2::-1]
    if planes.shape[2] == 4:
        return np.dstack([colours, planes[..., 3]])
    if grey and isinstance(transparent, int):
        return np.dstack([colours, np.where(colours == transparent, 0, 65535).astype(np.uint16)])
    return np.ascontiguousarray(colours)


def encode_png(picture: Picture) -> bytes:
    """Return a 16-bit PNG with profile and EXIF; grey with alpha is written as RGB with alpha, without a profile."""
    planes = picture.planes
    if planes.shape[2] == 2:
        picture = Picture(picture.pixels, picture.alpha, None, picture.exif)
        planes = picture.planes
    if planes.shape[2] > 1:
        planes = np.dstack([planes[..., 2::-1], planes[..., 3:]])
    blocks = {cv2.IMAGE_METADATA_EXIF: picture.exif, cv2.IMAGE_METADATA_ICCP: picture.icc}
    kept = {kind: np.frombuffer(block, np.uint8)[None] for kind, block in blocks.items() if block}
    encoded = cv2.imencodeWithMetadata(".png", np.ascontiguousarray(planes), list(kept), list(kept.values()))[1]
    return encoded.tobytes()
