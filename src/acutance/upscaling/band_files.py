"""Files of any bands, TIFF and .npy, upscaled: of the same kind and the same numbers, as large as the network makes."""

import os
from collections.abc import Generator, Sequence
from dataclasses import replace
from math import prod
from pathlib import Path
from time import perf_counter

from acutance import images
from acutance.errors import PictureError, RequestError
from acutance.files import is_folder, refuse_unwritable
from acutance.images.multiband import SUFFIXES, read_planes, write_planes
from acutance.upscaling.begun import Begun
from acutance.upscaling.channels import RGB
from acutance.upscaling.enlarged import enlarged_planes
from acutance.upscaling.enlarger import Enlarger
from acutance.upscaling.existing import refuse_existing
from acutance.upscaling.failures import failure, is_disk_full
from acutance.upscaling.gathering import Given
from acutance.upscaling.outcome import Outcome, Report, counted
from acutance.upscaling.rules import Rules
from acutance.upscaling.targets import Job, without_clashes, without_overwriting
from acutance.upscaling.watching import Watch

ARRAY = ".npy"
GREY = 1


def are_bands(inputs: Sequence[str | Path], enlarger: Enlarger) -> bool:
    """Tell whether inputs go this way: arrays do, and whatever a network of two, four or more bands is given."""
    return enlarger.bands not in (GREY, RGB) or any(Path(each).suffix.lower() == ARRAY for each in inputs)


def upscale_band_files(
    inputs: Sequence[str | Path], out: str | Path | None, enlarger: Enlarger, rules: Rules, report: Report
) -> Generator[Outcome]:
    """Upscale files and folders of them as `collection.upscale_each` does pictures, each in memory as a whole.

    Integers stay integers, whose largest value is white; floats, in [0, 1], are written as float32. What a TIFF file
    says besides, such as coordinates, is not kept. A result that is there and newer than its input is done, where
    `rules.skip_existing`.

    Raises:
        RequestError: before any work: an option that is for pictures alone, or nothing to do.
    """
    _refuse_options(enlarger, rules)
    jobs = _jobs(inputs, out, enlarger)
    report.begin([job.source for job in jobs], (), ())
    with Watch(len(jobs)) as watch, Begun(report) as begun:
        for job in jobs:
            begun.begin(job)
            outcome, full = _outcome(job, enlarger, rules, watch)
            begun.end(outcome)
            watch.done(job.source.name)
            yield outcome
            if full and report.waiting:
                report.error = f"the disk is full: {counted(len(report.waiting), 'picture')} not begun."
                watch.say(f"acutance: {report.error}")
                return


def _refuse_options(enlarger: Enlarger, rules: Rules) -> None:
    output = rules.output
    given = {
        "--format": output.format,
        "--quality": output.quality,
        "--depth": output.depth,
        "--name": rules.name,
        "--first-frame": rules.first_frame,
        "--gradients": rules.gradients,
    }
    for option in (option for option, asked in given.items() if asked):
        raise RequestError(
            f"{option} is for pictures of grey or RGB; files of bands stay as they are but for the size."
        )
    plan = enlarger.plan(1000, 1000)
    if (plan.width, plan.height) != (1000 * prod(plan.passes),) * 2:
        raise RequestError("files of bands become as large as the network makes them: leave the size out.")


def _jobs(inputs: Sequence[str | Path], out: str | Path | None, enlarger: Enlarger) -> list[Job]:
    """Return what is to become of files and folders; `out` is a folder, or the file of a single one."""
    givens = [given for each in inputs for given in _found(Path(each))]
    if not givens:
        raise RequestError(f"{', '.join(map(str, inputs))}: there is no file of bands; they are {', '.join(SUFFIXES)}.")
    folder = next((each for each in inputs if is_folder(each)), None)
    if out is None and folder is not None:
        raise RequestError(f"{folder} is a folder: say with --out where its pictures are to go.")
    single = out is not None and len(inputs) == 1 and folder is None and _is_file_name(out)
    targets = [Path(out)] if out is not None and single else [_target(each, out, enlarger.label) for each in givens]
    jobs = [Job(given, target) for given, target in zip(givens, targets, strict=True)]
    return without_clashes(without_overwriting(jobs))


def _found(path: Path) -> list[Given]:
    if not is_folder(path):
        return [Given(path)]
    files = images.find(path, recursive=True, suffixes=SUFFIXES)
    return [Given(file, file.parent.relative_to(path)) for file in files]


def _is_file_name(out: str | Path) -> bool:
    if is_folder(out) or str(out).endswith(("/", os.sep)) or not Path(out).suffix:
        return False
    if Path(out).suffix.lower() in SUFFIXES:
        return True
    if Path(out).suffix.lower() in images.SUFFIXES:
        raise RequestError(f"{out} cannot hold any number of bands; {', '.join(SUFFIXES)} files can.")
    return False


def _target(given: Given, out: str | Path | None, label: str) -> Path:
    if out is None:
        return given.path.with_name(f"{given.path.stem}_{label}{given.path.suffix}")
    return Path(out) / given.folder / given.path.name


def _outcome(job: Job, enlarger: Enlarger, rules: Rules, watch: Watch) -> tuple[Outcome, bool]:
    """Return what became of a file, and whether a disk was found full."""
    began = perf_counter()
    try:
        outcome = _written(job, enlarger, rules, watch)
    except Exception as error:
        fault = failure(job.source, error)
        if fault is None:
            raise
        watch.say(f"acutance: {fault}")
        return Outcome(job.source, job.target, perf_counter() - began, error=str(fault)), is_disk_full(error)
    return replace(outcome, seconds=perf_counter() - began), False


def _written(job: Job, enlarger: Enlarger, rules: Rules, watch: Watch) -> Outcome:
    if job.fault:
        raise job.fault
    if not (rules.overwrite or rules.skip_existing):
        refuse_existing(job)
    refuse_unwritable(job.target)
    if job.source.suffix.lower() not in SUFFIXES:
        raise PictureError(job.source, f"files of bands are {', '.join(SUFFIXES)}.")
    if (job.target.suffix.lower() == ARRAY) != (job.source.suffix.lower() == ARRAY):
        raise PictureError(job.source, f"{job.target} is another kind of file; {job.source.suffix} stays that.")
    planes = read_planes(job.source, rules.most_pixels)
    height, width, bands = planes.shape
    if bands != enlarger.bands and not (enlarger.bands == RGB and bands == GREY):
        raise PictureError(job.source, f"it has {bands} bands, and the network takes {enlarger.bands}.")
    plan = enlarger.plan(width, height)
    if rules.skip_existing and _is_newer(job) and _is_whole(job.target, (plan.height, plan.width, bands)):
        return Outcome(job.source, job.target, 0, skipped=True)
    sr, *_ = enlarged_planes(planes, enlarger, watch.note(job.source.name, 1, len(plan.passes)))
    write_planes(job.target, sr)
    return Outcome(job.source, job.target, 0, (width, height), (sr.shape[1], sr.shape[0]))


def _is_newer(job: Job) -> bool:
    target, source = job.target, job.source
    return target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns


def _is_whole(path: Path, shape: tuple[int, int, int]) -> bool:
    try:
        return read_planes(path).shape == shape
    except PictureError:
        return False
