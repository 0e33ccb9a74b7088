"""A picture file, opened: what it is stands in its header, and its pixels are decoded as they are asked for."""

import io
import re
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BufferedIOBase
from pathlib import Path
from textwrap import shorten

from acutance.errors import PictureError
from acutance.images.formats import LIBVIPS, Format
from acutance.images.metadata import NOTHING, Metadata
from acutance.images.raster import Raster
from acutance.images.sniff import HEAD, identify

MOST_PIXELS = 300_000_000
"""Pixels of a file, all frames together, above which it is refused unless told otherwise."""
LONGEST = 300
"""Letters of what a decoder says that are passed on."""
CUT = ("premature end", "unexpected end", "not enough data", "short read", "end of stream", "read error")
"""What decoders say of a file that ends too early."""
Where = Path | bytes
# What Pillow warns of either ends in an error of ours or is no concern of a user's.
warnings.filterwarnings("ignore", category=UserWarning, module="PIL")


@dataclass(frozen=True)
class Limits:
    """What a reader has to keep to: pixels of all frames together, and whether only the first frame is wanted."""

    pixels: int = MOST_PIXELS
    first_frame: bool = False


@dataclass(frozen=True)
class Source:
    """A picture file, or an animation, or one of several pages.

    Attributes:
        format: of the file.
        frames: its pictures, upright; to be read from the first to the last, each from top to bottom.
        metadata: what it says beside.
        notes: sentences on what was changed in reading: colours converted, pages left out.
        lossy: whether the file has lost detail to compression.
        delays: milliseconds of each frame of an animation; empty where it is none.
        loop: how often the animation plays; 0 is for ever.
    """

    format: Format
    frames: tuple[Raster, ...]
    metadata: Metadata = NOTHING
    notes: tuple[str, ...] = ()
    lossy: bool = False
    delays: tuple[int, ...] = ()
    loop: int = 0

    @staticmethod
    def open(
        where: str | Path | bytes, *, most_pixels: int = MOST_PIXELS, first_frame: bool = False, name: str = "-"
    ) -> "Source":
        """Return the source of a file, or of the bytes of one that is called `name` in errors.

        Raises:
            PictureError: there is no such file, it is of a format that is not read or not a whole picture, or it holds
                more than `most_pixels` pixels or more than so few bytes can; the reason is named.
        """
        where = where if isinstance(where, bytes) else Path(where)
        called = name if isinstance(where, bytes) else where
        try:
            with reported(called):
                with stream(where) as file:
                    known = identify(file.read(HEAD), "" if isinstance(where, bytes) else where.suffix)
                return _opened(known, where, Limits(most_pixels, first_frame))
        except MemoryError:
            # Nothing of a picture is decoded yet: its header says a length that no file has.
            raise PictureError(called, "its header asks for more memory than there is.") from None

    def with_notes(self, *notes: str) -> "Source":
        """Return the same with more to be said."""
        return replace(self, notes=(*self.notes, *notes))


@contextmanager
def stream(where: Where) -> Generator[BufferedIOBase]:
    """Open a file, or the bytes of one, for reading."""
    with io.BytesIO(where) if isinstance(where, bytes) else where.open("rb") as file:
        yield file


@contextmanager
def reported(name: str | Path) -> Generator[None]:
    """Turn whatever a decoder raises in the block into a PictureError that names the file."""
    try:
        yield
    except FileNotFoundError:
        raise PictureError(name, "there is no such file.") from None
    except (PictureError, MemoryError, KeyboardInterrupt):
        raise
    # A broken file can make the decoders raise nearly anything.
    except Exception as error:
        raise broken(name, error) from error


def broken(name: str | Path, error: Exception) -> PictureError:
    """Return the error for a file that cannot be read, for the reason that a decoder gives."""
    reason = shorten(_reason(error), LONGEST, placeholder=" ...")
    return PictureError(
        name, f"{reason}." if reason.startswith(("it ", "its ", "this ")) else f"it cannot be read: {reason}."
    )


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    # libvips says first where it happened and last what.
    said = str(getattr(error, "detail", "") or error).strip()
    last = said.splitlines()[-1].strip().rstrip(".") if said else type(error).__name__
    last = re.sub(r"^(Vips\w+|\w+load\w*|tiff2vips|TIFF\w+): ", "", last)
    return f"the file is truncated ({last})" if any(word in last.lower() for word in CUT) else last


def _opened(known: Format, where: Where, limits: Limits) -> Source:
    if known.reader == LIBVIPS:
        from acutance.images import vips_reading

        return vips_reading.opened(known, where, limits)
    from acutance.images import pillow_reading

    return pillow_reading.opened(known, where, limits)
