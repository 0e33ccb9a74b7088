"""Picture files to arrays and back: 8 and 16 bits, grey, transparency, colour profile, EXIF, orientation."""

from acutance.images.convert import from_pil, to_pil
from acutance.images.folder import SUFFIXES, find
from acutance.images.picture import Picture
from acutance.images.reading import read
from acutance.images.writing import WRITTEN, check_writable, write

__all__ = ["SUFFIXES", "WRITTEN", "Picture", "check_writable", "find", "from_pil", "read", "to_pil", "write"]
