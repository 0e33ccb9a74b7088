"""Pictures to files: which way each goes, and what has to change for the format."""

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyvips

from acutance.errors import AcutanceError, PictureError
from acutance.files import atomic
from acutance.images import pillow_writing, vips_writing
from acutance.images.formats import LIBVIPS, Format
from acutance.images.metadata import NOTHING, Metadata
from acutance.images.output import Output, check_writable
from acutance.images.raster import Raster
from acutance.images.settings import Settings
from acutance.images.source import Source, broken

PLAIN = Output()


def encode(
    path: str | Path,
    frames: Sequence[Raster],
    metadata: Metadata = NOTHING,
    output: Output = PLAIN,
    *,
    like: Source | None = None,
) -> tuple[str, ...]:
    """Write a picture, or all frames of one, and return sentences on what the format could not hold.

    The file is whole or not there at all. Rows are asked of the frames from the first to the last, from top to bottom,
    and not held.

    Args:
        path: of the file; its suffix names the format, unless `output` does.
        frames: one, or several of the same size where the format holds several (TIFF's pages may differ).
        metadata: what goes with it, as far as the format holds it.
        output: how it is to be written.
        like: what it was made from: says whether it may lose detail, and how long frames are shown.

    Raises:
        RequestError: the suffix is not that of a format that is written.
        PictureError: the format cannot hold this picture.
        AcutanceError: the file cannot be written: no space, no permission.
    """
    check_writable(path, frames[0].height, frames[0].width, output, frames=len(frames))
    known = output.format_of(path)
    settings = Settings.of(known, output, like)
    made, notes = _fitting(known, frames, output.depth)
    said = _said(known, metadata.stripped() if output.strip_metadata else metadata)
    write = vips_writing.write if known.writer == LIBVIPS else pillow_writing.write
    with atomic(path) as temporary:
        try:
            write(known, temporary, made, said, settings)
        except (pyvips.Error, ValueError) as error:
            raise broken_writing(path, error) from error
    return notes


def broken_writing(path: str | Path, error: Exception) -> AcutanceError:
    """Return the error for a picture that cannot be written, for the reason that the system or an encoder gives."""
    system = re.search(r"system error: (?!Unknown)(.+)", str(getattr(error, "detail", "")))
    # Of several threads whose writing fails at once, libvips tells one what happened to all.
    reason = system[1] if system else _refused_by_the_drive(Path(path).parent)
    if reason:
        return AcutanceError(f"cannot write {path}: {reason}.")
    return PictureError(path, broken(path, error).reason.replace("it cannot be read", "it cannot be written", 1))


def _refused_by_the_drive(folder: Path) -> str:
    """Return why a folder takes no file of some size, or nothing where it takes one."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(1 << 16))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.strerror or ""
    return ""


def _fitting(known: Format, frames: Sequence[Raster], depth: int | None) -> tuple[list[Raster], tuple[str, ...]]:
    """Return the frames as a format can hold them, and what was lost."""
    notes: dict[str, None] = {}
    made: list[Raster] = []
    for frame in frames:
        bits = 8 * frame.dtype.itemsize
        written = known.depth_for(depth or bits)
        if written < bits and depth is None:
            notes[f"{bits} bits became {written}, as {known.name} has no more"] = None
        if frame.transparent and not known.alpha:
            notes[f"laid over white, as {known.name} has no transparency"] = None
            frame = frame.over_white()
        made.append(frame.in_depth({12: 16}.get(written, written)))
    return made, tuple(notes)


def _said(known: Format, metadata: Metadata) -> Metadata:
    """Return of the metadata what a format keeps."""
    keeps = known.keeps
    return Metadata(
        metadata.icc if "icc" in keeps else None,
        metadata.exif if "exif" in keeps else None,
        metadata.xmp if "xmp" in keeps else None,
        metadata.iptc if "iptc" in keeps else None,
        metadata.text if "text" in keeps else (),
        metadata.resolution if "resolution" in keeps else None,
        metadata.png if "png" in keeps else {},
    )
