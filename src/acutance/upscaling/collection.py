"""Many picture files: one that fails costs only itself, and what was done is known whenever the work ends."""

from collections.abc import Generator, Iterable, Sequence
from itertools import islice
from pathlib import Path

import torch

from acutance.engines import Way
from acutance.errors import RequestError
from acutance.images import Output
from acutance.images.source import MOST_PIXELS
from acutance.networks import Network
from acutance.upscaling.band_files import are_bands, upscale_band_files
from acutance.upscaling.begun import Begun
from acutance.upscaling.enlarger import Enlarger
from acutance.upscaling.jobs import plan
from acutance.upscaling.lanes import Lanes
from acutance.upscaling.outcome import Outcome, Report, counted
from acutance.upscaling.picture_work import PictureWork
from acutance.upscaling.rules import Rules
from acutance.upscaling.side import GRADIENT
from acutance.upscaling.size import Size
from acutance.upscaling.standard_output import refuse_terminal
from acutance.upscaling.targets import Job
from acutance.upscaling.watching import Watch

Numbered = tuple[int, Job]
Told = tuple[Outcome, list[str]]
BESIDE = 1
"""Pictures that are read or written while others are at the network: each may hold some 200 MB."""


def upscale_files(
    inputs: Sequence[str | Path],
    out: str | Path | None = None,
    network: Network | str | Path | None = None,
    *,
    scale: float | None = None,
    width: int | None = None,
    height: int | None = None,
    fit: tuple[int, int] | None = None,
    tile: int | None = None,
    overlap: int | None = None,
    ensemble: bool = False,
    gradients: bool = False,
    device: str | None = None,
    engine: str = "auto",
    precision: str = "auto",
    output: Output | None = None,
    name: str | None = None,
    first_frame: bool = False,
    most_pixels: int = MOST_PIXELS,
    skip_existing: bool = False,
    overwrite: bool = False,
    at_once: int = 1,
    trust: bool = False,
) -> list[Outcome]:
    """Upscale picture files and folders of them into `out`, and return what became of each: `acutance upscale`.

    Names, suffixes and subfolders are kept as `jobs.plan` says; nothing is written over an input. A picture that fails
    is named on standard error at once, and the rest goes on, unless the disk is full. A file that stands in `out` is
    whole, whenever the work is stopped. With `gradients` the gradient map that the network predicts is written beside
    each picture (`side.GRADIENT`). The size is that of `Size`; `name` and what follows are explained in `Rules`, the
    other options in `upscale`.

    Raises:
        RequestError: before any work: unknown network or device, an impossible size, nothing to do, a pattern that
            makes no names, no gradient map.
    """
    side, called = GRADIENT if gradients else None, network
    size = Size(scale, width, height, fit)
    way = Way(engine, precision)
    enlarger = Enlarger(
        network, size, tile=tile, overlap=overlap, ensemble=ensemble, side=side, device=device, way=way, trust=trust
    )
    rules = Rules(name, output or Output(), gradients, first_frame, most_pixels, skip_existing, overwrite)
    return list(upscale_each(inputs, out, enlarger, rules, Report(), called=called, at_once=at_once))


def upscale_each(
    inputs: Sequence[str | Path],
    out: str | Path | None,
    enlarger: Enlarger,
    rules: Rules,
    report: Report,
    *,
    called: Network | str | Path | None = None,
    at_once: int = 1,
) -> Generator[Outcome]:
    """Upscale as `upscale_files`, and yield what became of each picture when it is done with.

    The report knows of all of it at any time. `called` is the network as it was asked for, whose name may stand in
    those of results. `at_once` pictures are at the network, which share the threads; others are read and written
    meanwhile.
    """
    if at_once < 1:
        raise RequestError(f"at least 1 picture is at work, not {at_once}.")
    if are_bands(inputs, enlarger):
        yield from upscale_band_files(inputs, out, enlarger, rules, report)
        return
    planned = plan(inputs, out, enlarger, rules, _name(called))
    enlarger.many = len(planned.jobs)
    report.begin([job.source for job in planned.jobs], planned.not_taken, planned.results)
    if any(job.to_standard_output for job in planned.jobs):
        refuse_terminal()
    _demand_network(enlarger)
    with Watch(len(planned.jobs)) as watch:
        for sentence in report.passed_over():
            watch.say(f"acutance: {sentence}")
        work = PictureWork(enlarger, rules, watch, at_once)
        way = _one_after_other if watch.alone else _overlapping
        with Begun(report) as begun:
            yield from way(work, planned.jobs, begun)
        if work.full and report.waiting:
            report.error = f"the disk is full: {counted(len(report.waiting), 'picture')} not begun."
            watch.say(f"acutance: {report.error}")


def _one_after_other(work: PictureWork, jobs: Sequence[Job], begun: Begun) -> Generator[Outcome]:
    for job in jobs:
        begun.begin(job)
        yield _settled(work.done(job, work.watch.say), (), work.watch, begun)
        if work.full:
            return


def _overlapping(work: PictureWork, jobs: Sequence[Job], begun: Begun) -> Generator[Outcome]:
    """Do a few at a time, each in a lane of its own: while some are at the network, others are read or written."""
    before = torch.get_num_threads()
    share = max(1, before // work.at_once)
    left = iter(enumerate(jobs))
    try:
        with Lanes(work.told_later, work.at_once + BESIDE, lambda: torch.set_num_threads(share)) as lanes:
            _put(islice(left, work.at_once + BESIDE), lanes, begun)
            for _ in jobs:
                try:
                    told = lanes.take()
                    _put(islice(left, not work.full), lanes, begun)
                    yield _settled(*told, work.watch, begun)
                except BaseException:  # a stop, or whoever asked for outcomes wants no more
                    for told in lanes.stop():
                        _settled(*told, work.watch, begun)
                    raise
                if work.full:
                    break
            yield from [_settled(*told, work.watch, begun) for told in lanes.stop()]
    finally:
        torch.set_num_threads(before)


def _put(numbered: Iterable[Numbered], lanes: Lanes[Numbered, Told], begun: Begun) -> None:
    for number, job in numbered:
        begun.begin(job)
        lanes.put((number, job))


def _settled(outcome: Outcome, sentences: Sequence[str], watch: Watch, begun: Begun) -> Outcome:
    for sentence in sentences:
        watch.say(sentence)
    begun.end(outcome)
    watch.done(outcome.source.name)
    return outcome


def _demand_network(enlarger: Enlarger) -> None:
    """Raise RequestError for a device, a tile or a size that cannot be, before every picture would."""
    by_scale = enlarger.size.scale is not None or enlarger.size == Size()
    enlarger.engine(enlarger.plan(1000, 1000).passes[0] if by_scale else min(enlarger.scales))


def _name(network: Network | str | Path | None) -> str | None:
    """Return what a network is called in a name: as it was asked for, without folders or the suffix of weights."""
    if network is None:
        return None
    if isinstance(network, Network):
        return network.name
    path = Path(str(network).removeprefix("for:"))
    return path.stem if path.suffix in (".pth", ".pt", ".ckpt", ".safetensors") else path.name
