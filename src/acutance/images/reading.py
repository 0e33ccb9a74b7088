"""Reading a picture file into memory."""

from pathlib import Path

from acutance.images.picture import Picture
from acutance.images.source import Source, reported


def read(path: str | Path) -> Picture:
    """Return the picture in a file of a format that is read (`images.FORMATS`), upright.

    8 and 16 bits and floats stay what they are. Palettes and transparent colours are looked up, CMYK becomes sRGB; of
    an animation and of a file with several pages the first is read. A colour profile that does not fit the pixels is
    left out.

    Raises:
        PictureError: there is no such file, it cannot be read, or it is not a whole picture; the reason is named.
    """
    source = Source.open(path, first_frame=True)
    with reported(path):
        return Picture.of(source.frames[0].planes(), metadata=source.metadata)
