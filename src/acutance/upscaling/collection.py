"""Many picture files: a bad one costs only itself."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from acutance import images
from acutance.errors import PictureError, RequestError
from acutance.images import Picture
from acutance.networks import Network
from acutance.progress import Progress
from acutance.upscaling.engine import Engine
from acutance.upscaling.enlarge import Note
from acutance.upscaling.jobs import Job, plan
from acutance.upscaling.kinds import start, upscale_picture
from acutance.upscaling.side import GRADIENT

Size = tuple[int, int]


@dataclass(frozen=True)
class Outcome:
    """What became of an input; sizes are (width, height) in pixels, `error` is None where all went well.

    `gradients` is the file of the gradient map, None where none was asked for.
    """

    source: Path
    target: Path
    seconds: float
    size: Size | None = None
    upscaled: Size | None = None
    error: str | None = None
    gradients: Path | None = None

    def to_json(self) -> dict[str, object]:
        """Return the same as plain values; `target` is None where nothing was written."""
        return {
            "source": str(self.source),
            "target": None if self.error else str(self.target),
            "gradients": str(self.gradients) if self.gradients else None,
            "size": list(self.size) if self.size else None,
            "upscaled": list(self.upscaled) if self.upscaled else None,
            "seconds": self.seconds,
            "error": self.error,
        }


def upscale_files(
    inputs: Sequence[Path],
    out: Path | None,
    network: Network | str | Path | None = None,
    *,
    scale: int | None = None,
    tile: int | None = None,
    overlap: int | None = None,
    ensemble: bool = False,
    gradients: bool = False,
    device: str | None = None,
) -> list[Outcome]:
    """Upscale picture files and folders of them into `out`, and return what became of each: `acutance upscale`.

    Names, suffixes and subfolders are kept as `jobs.plan` says; nothing is written over an input. A picture that
    cannot be read, or is too large, is named on standard error at once, and the rest goes on. A file that stands in
    `out` is whole, whenever the work is stopped. With `gradients` the gradient map that the network predicts is
    written beside each picture (`side.GRADIENT`). The other options are those of `upscale`.

    Raises:
        RequestError: before any work: unknown network or device, no network for the scale, nothing to do, clashing
            names, no gradient map.
        AcutanceError: a result cannot be written: no space, no permission. What was written stays.
    """
    side = GRADIENT if gradients else None
    engine = start(network, scale=scale, tile=tile, overlap=overlap, ensemble=ensemble, side=side, device=device)
    jobs = plan(inputs, out, engine.scale, gradients=gradients)
    with Progress("upscaling", len(jobs)) as progress:
        return [_done(job, engine, progress) for job in jobs]


def _done(job: Job, engine: Engine, progress: Progress) -> Outcome:
    def note(done: int, tiles: int) -> None:
        progress.update(0, f"{job.source.name}, tile {done} of {tiles}")

    began = time.perf_counter()
    try:
        picture = images.read(job.source)
        result, *side = _upscaled(job, picture, engine, note)
        images.write(job.target, result)
        if job.gradients:
            images.write(job.gradients, *side)
        sizes = (picture.width, picture.height), (result.width, result.height)
        return Outcome(job.source, job.target, time.perf_counter() - began, *sizes, gradients=job.gradients)
    except PictureError as error:
        print(f"acutance: {error}", file=sys.stderr, flush=True)
        return Outcome(job.source, job.target, time.perf_counter() - began, error=str(error))
    finally:
        progress.update(1, job.source.name)


def _upscaled(job: Job, picture: Picture, engine: Engine, note: Note) -> tuple[Picture, ...]:
    try:
        images.check_writable(job.target, picture.height * engine.scale, picture.width * engine.scale)
        return upscale_picture(picture, engine, note)
    except RequestError as error:
        raise PictureError(job.source, str(error)) from error
