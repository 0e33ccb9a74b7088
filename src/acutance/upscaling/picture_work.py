"""What one picture of many goes through, from its file to that of its result."""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from acutance import catalogue, images
from acutance.files import refuse_unwritable
from acutance.images import Raster, Source, jpeg_quality
from acutance.images.source import reported
from acutance.upscaling.enlarged import enlarged
from acutance.upscaling.enlarger import DEFAULT, Enlarger
from acutance.upscaling.existing import is_done, refuse_existing
from acutance.upscaling.failures import failure, is_disk_full, unforeseen
from acutance.upscaling.lanes import Turns
from acutance.upscaling.outcome import Outcome
from acutance.upscaling.rules import Rules
from acutance.upscaling.standard_output import destination
from acutance.upscaling.targets import Job
from acutance.upscaling.watching import Watch

AHEAD = 32 << 20
"""Bytes of a picture up to which it is decoded as a whole while it waits for its turn at the network."""
STRIP = 256
"""Rows that are decoded at a time."""
POOR = 80
"""Quality of a JPEG below which `real-x4` is for it: at 75 it is 0.87 dB ahead of `default-x4` on Set5, at 90 0.21."""
DRAW_BLOCKS = (DEFAULT, catalogue.FAMILIES["for:detail"])
"""Families of networks that ship and enlarge the blocks of JPEG with the rest."""
Say = Callable[[str], None]


@dataclass
class PictureWork:
    """The work, of which several may be at it at once; as many as `at_once` at the network.

    Attributes:
        full: whether a disk was found full.
        hinted: whether it was said already which networks are for strongly compressed pictures.
    """

    enlarger: Enlarger
    rules: Rules
    watch: Watch
    at_once: int = 1
    full: bool = False
    hinted: bool = False

    def __post_init__(self) -> None:
        # An engine may treat a size in another way when it comes again, so that their order matters to rounding.
        self._turns = Turns(self.at_once)

    def told_later(self, numbered: tuple[int, Job]) -> tuple[Outcome, list[str]]:
        """Return what became of a picture, whatever happens but a stop, and what is to be said of it.

        Pictures come to the network in the order of their numbers, which begin with 0.
        """
        number, job = numbered
        sentences: list[str] = []
        try:
            return self.done(job, sentences.append, self._turns.at(number)), sentences
        finally:
            self._turns.pass_by(number)

    def done(self, job: Job, say: Say, turn: AbstractContextManager[None] | None = None) -> Outcome:
        """Return what became of a picture, whatever happens but a stop; `say` is told of it at once.

        `turn` is entered when its pixels are at hand, and left when the network is done with them.
        """
        return self._timed(job, say, _Clock(turn or nullcontext()))

    def _timed(self, job: Job, say: Say, clock: "_Clock") -> Outcome:
        try:
            outcome = self._outcome(job, say, clock)
        except BrokenPipeError:
            raise
        except Exception as error:
            fault = failure(job.source, error)
            if fault is None and self.watch.alone:
                raise
            fault = fault or unforeseen(job.source, error)
            say(f"acutance: {fault}")
            self.full = self.full or is_disk_full(error)
            outcome = Outcome(job.source, job.target, 0, error=str(fault))
        return replace(outcome, seconds=clock.seconds())

    def _outcome(self, job: Job, say: Say, clock: "_Clock") -> Outcome:
        if job.fault:
            raise job.fault
        source = job.given.opened(self.rules.most_pixels, self.rules.first_frame)
        plans = [self.enlarger.plan(frame.width, frame.height) for frame in source.frames]
        sizes = [(each.width, each.height) for each in plans]
        before = source.frames[0].width, source.frames[0].height
        outcome = Outcome(job.source, job.target, 0, before, sizes[0], gradients=job.gradients)
        if self.rules.skip_existing and is_done(job, sizes):
            return replace(outcome, skipped=True)
        self._refuse(job)
        notes = [*source.notes, *([job.note] if job.note else []), *self._hint(job)]
        self._say(job, notes, say)
        lost = self._write(job, source, clock)
        self._say(job, lost, say)
        return replace(outcome, notes=(*notes, *lost))

    def _hint(self, job: Job) -> list[str]:
        """Say of the first strongly compressed JPEG which networks are for it, where others are at work."""
        if self.hinted or self.enlarger.family not in DRAW_BLOCKS or job.given.data is not None:
            return []
        quality = jpeg_quality(job.source)
        if quality is None or quality >= POOR:
            return []
        self.hinted = True
        return [f"it is a JPEG of quality {quality}, whose blocks are enlarged with it; --for photo takes them away."]

    def _refuse(self, job: Job) -> None:
        if not (self.rules.overwrite or self.rules.skip_existing):
            refuse_existing(job)
        for path in job.written:
            refuse_unwritable(path)

    def _write(self, job: Job, source: Source, clock: "_Clock") -> Sequence[str]:
        output = self.rules.output
        made = self.enlarger.plan(source.frames[0].width, source.frames[0].height)
        note = self.watch.note(job.source.name, len(source.frames), len(made.passes))
        with destination(job, source, output) as target, ExitStack() as stack:
            images.check_writable(target, made.height, made.width, output, frames=len(source.frames))
            source = source if self.watch.alone else _ahead(source, job.source)
            with clock.turn():
                many = enlarged(source, self.enlarger, beside=target, name=job.source, note=note)
                result = stack.enter_context(many)
            metadata = source.metadata.resized(result.width, result.height)
            lost = images.encode(target, result.frames, metadata, output, like=source)
            if job.gradients:
                images.encode(job.gradients, result.sides, like=source)
        return lost

    def _say(self, job: Job, notes: Sequence[str], say: Say) -> None:
        for note in notes:
            say(f"{job.source}: {note}")


class _Clock:
    """How long a picture took, without the time that it waited for its turn."""

    def __init__(self, turn: AbstractContextManager[None]) -> None:
        self._turn, self._began, self._waited = turn, time.perf_counter(), 0.0

    @contextmanager
    def turn(self) -> Generator[None]:
        began = time.perf_counter()
        with self._turn:
            self._waited = time.perf_counter() - began
            yield

    def seconds(self) -> float:
        return time.perf_counter() - self._began - self._waited


def _ahead(source: Source, name: Path) -> Source:
    """Return a source whose pixels are decoded, unless they are many."""
    size = sum(each.height * each.width * each.channels * each.dtype.itemsize for each in source.frames)
    return source if size > AHEAD else replace(source, frames=tuple(_decoded(each, name) for each in source.frames))


def _decoded(frame: Raster, name: Path) -> Raster:
    planes = np.empty((frame.height, frame.width, frame.channels), frame.dtype)
    with reported(name):
        for start in range(0, frame.height, STRIP):
            stop = min(frame.height, start + STRIP)
            planes[start:stop] = frame.rows(start, stop)
    return Raster.of(planes)
