"""Writing a picture from memory."""

from pathlib import Path

import numpy as np

from acutance.images.encoding import encode
from acutance.images.output import Output
from acutance.images.picture import Picture

PLAIN = Output()


def write(path: str | Path, picture: Picture | np.ndarray, output: Output = PLAIN) -> None:
    """Write a picture, or an array of (h, w) or (h, w, 1 to 4) in uint8, uint16 or float32, as the suffix says.

    The file is whole or not there at all. What a format cannot hold is changed: fewer bits are rounded to, and what is
    transparent is laid over white where it holds no transparency; `acutance upscale --formats` prints which holds what.
    JPEG has a quality of 95 and full colour resolution, WebP loses nothing, unless `output` says otherwise.

    Raises:
        RequestError: the suffix is not that of a format that is written.
        PictureError: the format cannot hold a picture of this size.
        AcutanceError: the file cannot be written: no space, no permission.
    """
    picture = picture if isinstance(picture, Picture) else Picture.of(picture)
    encode(path, [picture.raster()], picture.metadata, output)
