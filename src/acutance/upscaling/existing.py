"""What stands already where a result is to go."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from acutance.errors import PictureError
from acutance.images import Source
from acutance.upscaling.outcome import Size
from acutance.upscaling.targets import Job

STRIP = 1 << 22
"""Pixels that are decoded at a time to see whether a file is whole."""


def is_done(job: Job, sizes: Sequence[Size]) -> bool:
    """Return whether every file of a job is there, newer than the input, and whole in these sizes of its frames."""
    if job.given.data is not None or not job.written:
        return False
    made = job.source.stat().st_mtime_ns
    there = all(path.is_file() and path.stat().st_mtime_ns >= made for path in job.written)
    return there and all(_is_whole(path, sizes) for path in job.written)


def refuse_existing(job: Job) -> None:
    """Raise PictureError where a file of a job is there, to whatever it leads."""
    for path in job.written:
        if os.path.lexists(path):
            raise PictureError(
                job.source, f"{path} is there already; --overwrite makes it again, --skip-existing leaves what is done."
            )


def _is_whole(path: Path, sizes: Sequence[Size]) -> bool:
    try:
        frames = Source.open(path, most_pixels=sys.maxsize).frames
        if [(frame.width, frame.height) for frame in frames] != list(sizes):
            return False
        for frame in frames:
            rows = max(1, STRIP // frame.width)
            for start in range(0, frame.height, rows):
                frame.rows(start, min(frame.height, start + rows))
    # A broken file can make the decoders raise nearly anything; it is made again.
    except Exception:
        return False
    return True
