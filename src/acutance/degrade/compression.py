"""What real encoders leave of a picture: JPEG and WebP, of a quality that is drawn."""

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from acutance.degrade.step import Picture, demand_range
from acutance.errors import RequestError


@dataclass(frozen=True)
class Encoder:
    """Compress by a real encoder, with losses, at a whole quality drawn from both ends and what is between.

    Raises:
        RequestError: the qualities are no two of 1 to 100, in order.
    """

    SUFFIX: ClassVar[str]
    OPTION: ClassVar[int]
    quality: tuple[int, int] = (30, 95)

    def __post_init__(self) -> None:
        demand_range(f"quality of {type(self).__name__}", self.quality, 1, 100)

    def __call__(self, picture: Picture, random: np.random.Generator) -> Picture:
        """Return the picture, compressed and read again: RGB or grey."""
        quality = int(random.integers(self.quality[0], self.quality[1] + 1))
        return encoded(picture, self.SUFFIX, self.OPTION, quality)


@dataclass(frozen=True)
class JPEG(Encoder):
    """libjpeg, 4:2:0."""

    SUFFIX = ".jpg"
    OPTION = cv2.IMWRITE_JPEG_QUALITY


@dataclass(frozen=True)
class WebP(Encoder):
    """libwebp."""

    SUFFIX = ".webp"
    OPTION = cv2.IMWRITE_WEBP_QUALITY


def encoded(picture: Picture, suffix: str, option: int, quality: int) -> Picture:
    """Write in memory and read again."""
    channels = picture.shape[2]
    if channels not in (1, 3):
        raise RequestError(f"{suffix[1:]} holds grey or RGB pictures, not {channels} channels.")
    # OpenCV has blue first.
    pixels = np.rint(picture[..., ::-1] * 255).astype(np.uint8)
    written = cv2.imencode(suffix, np.ascontiguousarray(pixels), [option, quality])[1]
    read = cv2.imdecode(written, cv2.IMREAD_COLOR if channels == 3 else cv2.IMREAD_GRAYSCALE)
    if read is None:  # never seen; OpenCV's types allow it
        raise RequestError(f"a picture of {picture.shape[1]}x{picture.shape[0]} pixels cannot be {suffix[1:]}.")
    return read.reshape(picture.shape)[..., ::-1].astype(np.float32) / 255
