"""Reading a picture file."""

import io
import threading
import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from acutance.errors import PictureError
from acutance.images import deep, exif, tiff
from acutance.images.convert import GREY, from_pil
from acutance.images.picture import Picture

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
_LIMIT = threading.Lock()
# What Pillow warns of either ends in an error of ours or is no concern of a user's.
warnings.filterwarnings("ignore", category=UserWarning, module="PIL")


def read(path: str | Path) -> Picture:
    """Return the picture in a PNG, JPEG, WebP, TIFF, BMP or GIF file, upright.

    16-bit samples stay 16-bit. Palettes and transparent colours are looked up, CMYK becomes sRGB; of an animation
    and of a file with several pages the first is read. A colour profile that does not fit the pixels is left out.

    Raises:
        PictureError: there is no such file, it cannot be read, or it is not a whole picture; the reason is named.
    """
    try:
        return _decode(Path(path).read_bytes())
    except FileNotFoundError:
        raise PictureError(path, "there is no such file.") from None
    except UnidentifiedImageError:
        raise PictureError(path, "this is not a picture in PNG, JPEG, WebP, TIFF, BMP or GIF.") from None
    # A broken file can make the decoders raise nearly anything.
    except Exception as error:
        raise PictureError(path, f"it cannot be read: {_reason(error)}.") from error


def _decode(data: bytes) -> Picture:
    if not data:
        raise ValueError("the file is empty")
    with _open(data) as image:
        if isinstance(image, TiffImageFile):
            tiff.check_whole(image, len(data))
        sixteen, grey = deep.is_deep(data, image), image.mode in GREY
        profile, block = _profile(image, grey), _exif(image)
        planes = deep.decode(data, image) if sixteen else from_pil(image)
        # Pillow and OpenCV turn TIFF, and only TIFF, as they decode.
        turned = isinstance(image, TiffImageFile)
    upright = planes if turned or not block else exif.turn_upright(planes, exif.orientation(block))
    return Picture.of(upright, icc=profile, exif=exif.made_upright(block) if block else None)


def _open(data: bytes) -> Image.Image:
    # Pillow refuses pictures over 179 million pixels, for everyone or for no one.
    with _LIMIT:
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            return Image.open(io.BytesIO(data), formats=FORMATS)
        finally:
            Image.MAX_IMAGE_PIXELS = limit


def _profile(image: Image.Image, grey: bool) -> bytes | None:
    profile = image.info.get("icc_profile")
    fits = profile and profile[16:20] == (b"GRAY" if grey else b"RGB ")
    return profile if fits else None


def _exif(image: Image.Image) -> bytes | None:
    block = tiff.exif_of(image) if isinstance(image, TiffImageFile) else image.info.get("exif")
    return block.removeprefix(exif.PREFIX) if block else None


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).rstrip(".") or type(error).__name__
