"""Which file becomes which: every name is settled before any work is done, and a clash costs those that clash."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from acutance import images
from acutance.errors import AcutanceError, PictureError, RequestError
from acutance.files import is_folder
from acutance.upscaling.enlarger import Enlarger
from acutance.upscaling.gathering import STANDARD, Given, NotTaken, gather
from acutance.upscaling.naming import WITHIN, Naming, check_agrees
from acutance.upscaling.rules import Rules
from acutance.upscaling.targets import Job, results_of, without_clashes, without_overwriting


@dataclass(frozen=True)
class Jobs:
    """What is to be done, in the order of what was given; and what lies in folders, or was given, and is no input."""

    jobs: Sequence[Job]
    results: Sequence[Path] = ()
    not_taken: Sequence[NotTaken] = ()


def plan(
    given: Sequence[str | Path], out: str | Path | None, enlarger: Enlarger, rules: Rules, network: str | None = None
) -> Jobs:
    """Return what is to become of files and folders, and of standard input, for which the word "-" stands.

    Folders are searched to their depths, and their subfolders kept. `out` is a folder, made where it is not there;
    or, for a single file, a file if it has a suffix; or "-" for standard output; or None, to write photo_x4.jpg beside
    photo.jpg, and standard input to standard output. With gradients each job has a file for its gradient map beside
    its target: photo_x4_gradients.png beside photo_x4.jpg.

    Raises:
        RequestError: there is nothing to do, nothing but inputs would be overwritten, the format of `out` is not
            written, a folder is given without `out`, or the pattern of names makes no sense.
    """
    single = _single_target(given, out, rules)
    folder = Path(out) if out is not None and single is None else None
    found = gather(given, folder)
    naming = Naming.of(rules, enlarger, network, beside=folder is None)
    jobs = [Job(each, single) if single else _named(each, folder, naming) for each in found.inputs]
    jobs = [_with_gradients(job) for job in jobs] if rules.gradients else jobs
    results = results_of(jobs)
    passed = set(results)
    jobs = without_overwriting([job for job in jobs if job not in passed])
    if all(job.fault and "would overwrite an input" in job.fault.args[0] for job in jobs):
        raise RequestError(str(jobs[0].fault))
    apart = without_clashes(jobs)
    if not naming.pattern.tells_apart and any(job.fault for job in apart) and len(apart) > 1:
        raise RequestError(f"the pattern {rules.name!r} gives several pictures one name; put {WITHIN} into it.")
    return Jobs(apart, [job.source for job in results], found.not_taken)


def _single_target(given: Sequence[str | Path], out: str | Path | None, rules: Rules) -> Path | None:
    """Return the one file to write, or "-" for standard output; None where results are named one by one."""
    if not given:
        raise RequestError("there is no picture to upscale: name files or folders.")
    folders = [each for each in given if each != STANDARD and is_folder(each)]
    if out is None and folders:
        raise RequestError(f"{folders[0]} is a folder: say with --out where its pictures are to go.")
    if out == STANDARD or (out is None and STANDARD in given):
        if len(given) > 1 or folders:
            raise RequestError("standard output takes one picture, and there are several inputs: give a folder.")
        if rules.gradients:
            raise RequestError("standard output takes one picture, and gradient maps are another: give a folder.")
        return Path(STANDARD)
    single = len(given) == 1 and not folders
    if out is None or str(out).endswith(("/", os.sep)) or not _is_file_name(Path(out), single):
        return None
    return _file(Path(out), rules)


def _is_file_name(out: Path, single: bool) -> bool:
    """Tell whether `out` names a file: it has a suffix and is no folder, and there is just one file to put there."""
    if is_folder(out) or not out.suffix:
        return False
    if not single and out.suffix.lower() in images.SUFFIXES:
        raise RequestError(f"{out} is the name of one picture, and there are several inputs: give a folder.")
    return single


def _file(out: Path, rules: Rules) -> Path:
    if rules.name is not None:
        raise RequestError(f"{out} names the result already; a pattern of names is for a folder.")
    if rules.output.format:
        check_agrees(out, rules.output.format)
    images.check_writable(out, output=rules.output)
    return out


def _named(given: Given, folder: Path | None, naming: Naming) -> Job:
    place = given.path.parent if folder is None else folder / given.folder
    try:
        target, note = naming.target(given, place)
        return Job(given, target, note=note)
    except PictureError as error:
        return Job(given, place / given.path.name, fault=error)
    except AcutanceError as error:
        return Job(given, place / given.path.name, fault=PictureError(given.path, error.args[0]))


def _with_gradients(job: Job) -> Job:
    return replace(job, gradients=job.target.with_name(f"{job.target.stem}_gradients.png"))
