"""Picture files to arrays and back, by libvips and Pillow: depth, alpha, colours and what is said beside are kept."""

from acutance.images.convert import from_pil, to_pil
from acutance.images.encoding import encode
from acutance.images.folder import find
from acutance.images.formats import FORMATS, SUFFIXES, WRITTEN, table
from acutance.images.jpeg_tables import jpeg_quality
from acutance.images.metadata import Metadata
from acutance.images.output import Output, check_writable, nearest
from acutance.images.picture import Picture
from acutance.images.raster import Raster
from acutance.images.reading import read
from acutance.images.source import Source, broken
from acutance.images.writing import write

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "WRITTEN",
    "Metadata",
    "Output",
    "Picture",
    "Raster",
    "Source",
    "broken",
    "check_writable",
    "encode",
    "find",
    "from_pil",
    "jpeg_quality",
    "nearest",
    "read",
    "table",
    "to_pil",
    "write",
]
