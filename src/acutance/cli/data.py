"""`acutance data`: weights that metrics need, a look through pictures, copies to train on, leaks from test sets."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

data = typer.Typer(help="Prepare pictures, look them through; fetch weights that metrics need.", no_args_is_help=True)


@data.command()
def fetch(
    what: Annotated[str, typer.Argument(help="lpips or niqe.")],
    weights: Annotated[
        Path | None, typer.Option(envvar="ACUTANCE_WEIGHTS", help="Folder to put them in; ACUTANCE_WEIGHTS by default.")
    ] = None,
    backbone: Annotated[str, typer.Option(help="Of LPIPS: squeeze (5 MB), alex (233 MB) or vgg (528 MB).")] = "squeeze",
) -> None:
    """Download what a metric needs, from where its authors put it, and check it.

    Example: acutance data fetch lpips --weights weights/ --backbone alex

    Files that are already there are checked and kept.
    """
    from acutance.metrics import fetch_for

    for path, file in fetch_for(what, weights, backbone=backbone):
        print(f"{path}: {file.content}", flush=True)


@data.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="A set: a folder of pictures, or one with HR/ beside LR_bicubic/.")],
    scale: Annotated[int, typer.Option(help="Of the LR files looked for.")] = 4,
) -> int:
    """Decode every picture of a set, with its LR file where it has one, and name those that cannot be used.

    Example: acutance data verify benchmark/Set5 --scale 4

    The exit status is 1 if there is one.
    """
    from acutance import data, degrade

    found = data.verify(folder, degrade.Bicubic(scale))
    said = f"{found.with_lr} with an LR file for x{scale}; {len(found.faults)} cannot be used."
    return _finish(found.faults, f"{found.name}: {found.pictures} pictures, {said}")


@data.command()
def shrink(
    folders: Annotated[list[Path], typer.Argument(help="Folders of pictures, with their subfolders.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the copies.")],
    to: Annotated[str, typer.Option(help="Shares of the size, with commas; 1 copies the picture as it is.")],
) -> int:
    """Write smaller copies of pictures to train on: edges are sharper there, and more of them fit in a patch.

    Example: acutance data shrink photos/ --to 1,0.75,0.5 -o sizes/

    Makes sizes/photos/0.75/NAME.png and so on, lossless, by bicubic as MATLAB's; train on them with --data sizes/.
    The exit status is 1 if a picture failed (each is named).
    """
    from acutance.data import factors_of, shrink_folders

    made = shrink_folders(folders, factors_of(to), out)
    said = f"{made.pictures} pictures, each at {to} of its size; {len(made.faults)} failed."
    return _finish(made.faults, f"{out}: {said}")


@data.command()
def overlap(
    data: Annotated[list[Path], typer.Option(help="Folder of pictures that train; may be given again.")],
    sets: Annotated[str, typer.Option(help="Sets that test, with commas: names in --test, or folders.")],
    test: Annotated[Path | None, typer.Option(help="Folder of the sets; ACUTANCE_DATA by default.")] = None,
    json: Annotated[Path | None, typer.Option("--json", help="File for what was found.")] = None,
) -> int:
    """Tell whether pictures that train show what test pictures show: the same photograph, or a part of it.

    Example: acutance data overlap --data photos/ --test benchmarks/ --sets Set5,Set14,B100

    Finds crops, enlarged, smaller, turned, mirrored and compressed pictures, by their keypoints and then their pixels;
    a few seconds a large picture. The exit status is 1 if there is one, or one that could not be looked for.
    """
    from acutance import files, overlap

    found = overlap.find_leaks(data, sets, test=test)
    if json is not None:
        files.write_json(json, found.as_json())
    for each in found.overlaps:
        print(each.sentence)
    said = f"{found.train} pictures, {found.test} of {sets}: {len(found.overlaps) or 'none'} in common."
    return _finish(found.not_looked_for, said) or int(bool(found.overlaps))


def _finish(faults: Sequence[object], sentence: str) -> int:
    """Name what failed, say what was done, and return the exit status."""
    for fault in faults:
        typer.echo(f"acutance: {fault}", err=True)
    print(sentence)
    return int(bool(faults))
