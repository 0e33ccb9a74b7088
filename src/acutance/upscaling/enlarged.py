"""Pictures in the size that is asked for: those of a file, at hand while they are written, and arrays."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from acutance.errors import PictureError, RequestError
from acutance.images import Raster, Source
from acutance.images.source import reported
from acutance.upscaling.border import Pixels
from acutance.upscaling.canvas import Held, Room
from acutance.upscaling.enlarge import Note, needed, run
from acutance.upscaling.enlarger import Enlarger
from acutance.upscaling.size import Plan


@dataclass(frozen=True)
class Enlarged:
    """What became of a picture: its frames, and what the network predicts beside each, where that was asked for."""

    frames: tuple[Raster, ...]
    sides: tuple[Raster, ...] = ()

    @property
    def width(self) -> int:
        """Columns of the first frame."""
        return self.frames[0].width

    @property
    def height(self) -> int:
        """Rows of the first frame."""
        return self.frames[0].height


@contextmanager
def enlarged(
    source: Source, enlarger: Enlarger, *, beside: Path, name: str | Path = "-", note: Note | None = None
) -> Generator[Enlarged]:
    """Yield the frames of a source in the size that is asked for, to be encoded inside the block.

        with enlarged(source, enlarger, beside=target, name=path, note=note) as made:
            metadata = source.metadata.resized(made.width, made.height)
            images.encode(target, made.frames, metadata, output, like=source)

    What is too large for the memory lies in hidden files beside `beside`, which are gone after the block.

    Args:
        source: just opened; its frames are read here, once.
        enlarger: the networks and the size.
        beside: the file that is to be written.
        name: of the source, for errors.
        note: told of progress.

    Raises:
        PictureError: the source is broken, it is as large already, or the disk has no room for its result.
        AcutanceError: the disk is full, or a tile does not fit into the memory.
    """
    with Room(beside) as room:
        try:
            frames = [_Named(frame, name) for frame in source.frames]
            plans = [enlarger.plan(frame.width, frame.height) for frame in frames]
            _demand(frames, plans, enlarger, room)
            made = [_made(frame, plan, enlarger, room, note) for frame, plan in zip(frames, plans, strict=True)]
        except RequestError as error:
            raise PictureError(name, str(error)) from error
        yield Enlarged(tuple(sr for sr, *_ in made), tuple(side for _, *sides in made for side in sides))


def enlarged_planes(planes: np.ndarray, enlarger: Enlarger, note: Note | None = None) -> tuple[np.ndarray, ...]:
    """Return planes (h, w, 1 to 4) of uint8, uint16 or float32 in the size that is asked for; SR first, then the side.

    Raises:
        RequestError: they are as large already, or the result would not fit into the memory.
        AcutanceError: a tile does not fit into the memory.
    """
    pixels = Held(planes)
    plan = enlarger.plan(pixels.width, pixels.height)
    with Room() as room:
        _demand([pixels], [plan], enlarger, room)
        canvas = run(pixels, enlarger, plan.passes, room, note)
    assert isinstance(canvas, Held), "without a file beside, all is in memory"
    if (plan.width, plan.height) != (canvas.width, canvas.height):
        smaller = canvas.raster().resized(plan.width, plan.height).planes()
        return (smaller.clip(0, 1) if smaller.dtype.kind == "f" else smaller,)
    return tuple(canvas.planes[..., first:stop] for first, stop in _pictures(pixels.channels, canvas.channels))


class _Named:
    """The rows of a file's picture, or an error that names the file."""

    def __init__(self, raster: Raster, name: str | Path) -> None:
        self.height, self.width, self.channels, self.dtype = raster.height, raster.width, raster.channels, raster.dtype
        self._raster, self._name = raster, name

    def rows(self, start: int, stop: int) -> np.ndarray:
        with reported(self._name):
            return self._raster.rows(start, stop)


def _made(pixels: Pixels, plan: Plan, enlarger: Enlarger, room: Room, note: Note | None) -> list[Raster]:
    """Return SR of a frame in its size, and what is beside."""
    canvas = run(pixels, enlarger, plan.passes, room, note)
    return [
        Raster(canvas.raster().image.extract_band(first, n=stop - first)).resized(plan.width, plan.height)
        for first, stop in _pictures(pixels.channels, canvas.channels)
    ]


def _pictures(channels: int, made: int) -> list[tuple[int, int]]:
    """Return which channels of a canvas are SR's, and which are what is beside."""
    return [(0, channels), (channels, made)] if made > channels else [(0, channels)]


def _demand(frames: Sequence[Pixels], plans: Sequence[Plan], enlarger: Enlarger, room: Room) -> None:
    total = sum(needed(frame, plan.passes, enlarger.pictures) for frame, plan in zip(frames, plans, strict=True))
    size = f"{plans[0].width}x{plans[0].height} pixels"
    room.demand(total, size if len(plans) == 1 else f"{len(plans)} frames of {size}")
