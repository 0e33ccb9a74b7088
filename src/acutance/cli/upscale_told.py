"""What `acutance upscale` prints of pictures, and at hand what it works with, which takes a while to load."""

from collections.abc import Generator
from contextlib import closing

from acutance.cli.upscale_afar import elsewhere
from acutance.cluster import Request
from acutance.engines import Way
from acutance.errors import shown
from acutance.images import Output
from acutance.progress import tell
from acutance.upscaling.collection import upscale_each
from acutance.upscaling.enlarger import Enlarger
from acutance.upscaling.outcome import Outcome, Report, recorded
from acutance.upscaling.rules import Rules
from acutance.upscaling.side import GRADIENT
from acutance.upscaling.size import Size, box

__all__ = [
    "GRADIENT",
    "Enlarger",
    "Output",
    "Request",
    "Rules",
    "Size",
    "Way",
    "box",
    "elsewhere",
    "recorded",
    "told",
    "upscale_each",
]


def told(outcomes: Generator[Outcome], report: Report) -> None:
    """Print a line for each picture that was written, and at the end how many there were; nothing beside a picture."""
    try:
        with closing(outcomes):  # what is being written at a stop is known of before its record is made
            for outcome in outcomes:
                if outcome.status == "written" and str(outcome.target) != "-":
                    tell(_line(outcome))
    finally:
        if len(report.outcomes) + len(report.waiting) > 1 or any(outcome.skipped for outcome in report.outcomes):
            tell(report.summary())


def _line(outcome: "Outcome") -> str:
    return f"{shown(outcome.target)}  {_size(outcome.size)} -> {_size(outcome.upscaled)}  {outcome.seconds:.1f} s"


def _size(size: tuple[int, int] | None) -> str:
    return "x".join(map(str, size or ()))
