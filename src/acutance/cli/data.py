"""`acutance data`: fetch the files of numbers that some metrics need, and look a set of pictures through."""

from pathlib import Path
from typing import Annotated

import typer

from acutance.errors import RequestError, unknown

data = typer.Typer(help="Fetch weights that metrics need; look a set of pictures through.", no_args_is_help=True)


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
    from acutance.metrics import BACKBONES, fetch
    from acutance.metrics.niqe import FILE

    if weights is None:
        raise RequestError("where shall the files go? Name a folder by --weights DIR, or in ACUTANCE_WEIGHTS.")
    if backbone not in BACKBONES:
        raise unknown("backbone of LPIPS", backbone, BACKBONES)
    chosen = BACKBONES[backbone]
    files = {"lpips": (chosen.linear, chosen.features), "niqe": (FILE,)}
    if what not in files:
        raise unknown("file to fetch", what, files)
    for file in files[what]:
        print(f"{fetch(file, weights)}: {file.content}", flush=True)


@data.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="A set: a folder of pictures, or one with HR/ beside LR_bicubic/.")],
    scale: Annotated[int, typer.Option(help="Of the LR files looked for.")] = 4,
) -> None:
    """Decode every picture of a set, with its LR file where it has one, and name those that cannot be used.

    Example: acutance data verify benchmark/Set5 --scale 4

    The exit status is 1 if there is one.
    """
    from acutance.data import decode, find_set
    from acutance.degrade import Bicubic
    from acutance.errors import PictureError
    from acutance.progress import track

    found, faults = find_set(None, str(folder), scale), 0
    for pair in track(found.pairs, found.name, len(found.pairs)):
        try:
            decode(pair, Bicubic(scale))
        except PictureError as error:
            faults += 1
            typer.echo(f"acutance: {error}", err=True)
    low = sum(pair.lr is not None for pair in found.pairs)
    print(f"{found.name}: {len(found.pairs)} pictures, {low} with an LR file for x{scale}; {faults} cannot be used.")
    if faults:
        raise typer.Exit(1)
