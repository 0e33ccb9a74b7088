"""`acutance data`: weights that metrics need, a look through pictures, copies to train on, leaks from test sets."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from acutance.cli.faults import name_each
from acutance.cli.fetch import fetch
from acutance.cli.options import LR, WhiteLevel

data = typer.Typer(help="Prepare pictures, look them through; fetch weights that metrics need.", no_args_is_help=True)


data.command()(fetch)


@data.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="Pictures, or HR with LR such as HR/ beside LR_bicubic/X4/.")],
    scale: Annotated[int, typer.Option(help="Of the LR files looked for.")] = 4,
    lr: LR = None,
    white_level: WhiteLevel = None,
) -> int:
    """Decode every picture, compare each LR file with its HR, and name those that cannot be used.

    Example: acutance data verify DIV2K/ --scale 4

    LR of another picture, place or scale is a fault (exit status 1); how it was made is none, and told in dB.
    """
    from acutance import data, degrade

    found = data.verify(folder, degrade.Bicubic(scale), declared=data.Declared.of(lr, white_level))
    return finish(found.faults, found.sentence)


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
    return finish(made.faults, f"{out}: {said}")


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

    files.check_target(json)
    found = overlap.find_leaks(data, sets, test=test)
    if json is not None:
        files.write_json(json, found.as_json())
    print(*(each.sentence + "\n" for each in found.overlaps), sep="", end="")
    said = f"{found.train} pictures, {found.test} of {sets}: {len(found.overlaps) or 'none'} in common."
    return finish(found.not_looked_for, said) or int(bool(found.overlaps))


def finish(faults: Sequence[object], sentence: str) -> int:
    """Name what failed, say what was done, and return the exit status."""
    name_each(faults)
    print(sentence)
    return int(bool(faults))
