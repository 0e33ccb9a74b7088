"""A result that goes to standard output."""

import shutil
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from acutance import images
from acutance.errors import RequestError
from acutance.images import Output, Source
from acutance.images.formats import named
from acutance.upscaling.targets import Job


def refuse_terminal() -> None:
    """Raise RequestError where standard output is a terminal, which a picture would upset."""
    if sys.stdout is None or sys.stdout.isatty():
        raise RequestError("standard output is a terminal: send the picture to a file (> FILE) or name one with --out.")


@contextmanager
def destination(job: Job, source: Source, output: Output) -> Generator[Path]:
    """Yield the file to write: the job's, or one in passing, whose content goes to standard output after the block."""
    if not job.to_standard_output:
        yield job.target
        return
    with tempfile.TemporaryDirectory(prefix="acutance-") as folder:
        path = Path(folder) / f"result{_suffix(source, output)}"
        yield path
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.flush()


def _suffix(source: Source, output: Output) -> str:
    """Return the suffix of the format that is asked for, else of the input's or the nearest that is written."""
    if output.format:
        return named(output.format).suffix
    return images.nearest(Path(f"x{source.format.suffix}"), frames=len(source.frames))[0].suffix
