"""Whether a film is all there: FFmpeg reads one that is cut off as far as it goes, and says nothing of the rest."""

from io import BufferedIOBase
from pathlib import Path

from acutance.errors import PictureError

EBML, SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
"""How a Matroska file begins, and the part of it that holds everything else."""
BOXES = (b"ftyp", b"moov", b"moof", b"mdat", b"mfra", b"free", b"skip", b"wide")
"""The outermost parts of MP4 and QuickTime files, of which any may come first."""
WIDE = 1
"""A size of a box that stands for one of 64 bits behind its name; 0 is as long as the file."""


def demand_whole(source: Path) -> None:
    """Raise PictureError where a film, MP4, QuickTime, Matroska or WebM, is shorter than it says itself."""
    held = source.stat().st_size
    with source.open("rb") as file:
        head = file.read(8)
        file.seek(0)
        said = _end_of_segment(file) if head.startswith(EBML) else _end_of_boxes(file, held)
    if said > held:
        raise PictureError(source, f"the film is truncated (at least {said - held} bytes are missing).")


def _end_of_segment(file: BufferedIOBase) -> int:
    """Return where the segment of a Matroska file ends; 0 where it does not say that, as a live stream."""
    file.seek(len(EBML))
    file.seek(_size(file) or 0, 1)
    if file.read(len(SEGMENT)) != SEGMENT:
        return 0
    size = _size(file)
    return 0 if size is None else file.tell() + size


def _size(file: BufferedIOBase) -> int | None:
    """Read the size of an element of EBML: as many bytes as there are zeros before the first one; all ones is none."""
    first = file.read(1)
    if not first.strip(b"\0"):
        return None
    length = 9 - first[0].bit_length()
    value = int.from_bytes(first + file.read(length - 1)) & ~(1 << 7 * length)
    return None if value == (1 << 7 * length) - 1 else value


def _end_of_boxes(file: BufferedIOBase, held: int) -> int:
    """Return where the last box of an MP4 file ends; what stands behind the boxes is passed over."""
    end = 0
    while end < held:
        file.seek(end)
        size, name = int.from_bytes(file.read(4)), file.read(4)
        size = int.from_bytes(file.read(8)) if size == WIDE else size
        if name not in BOXES or size < 8:
            break
        end += size
    return end
