"""`acutance data degrade`: what a network would see of pictures, as files."""

from pathlib import Path
from typing import Annotated

import typer

from acutance.cli.data import data, finish


@data.command()
def degrade(
    pictures: Annotated[list[Path], typer.Argument(help="Pictures, and folders of them.")],
    with_: Annotated[
        str, typer.Option("--with", help="real, bsrgan, bicubic, camera, noise:25, jpeg:40, webp:40, blur:1.6; paired.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for LR.")],
    scale: Annotated[int, typer.Option(help="How many times smaller LR is; 1 keeps the size.")] = 4,
    seed: Annotated[int, typer.Option(help="Of what is drawn; the same seed gives the same LR.")] = 0,
    show: Annotated[bool, typer.Option(help="Also write OUT/show.png: crops beside several draws of each.")] = False,
) -> int:
    """Make LR of pictures: blurred, shrunk, noisy and compressed as real ones are, the same for the same seed.

    Example: acutance data degrade Kodak24/ --with real --scale 4 -o kodak-real/ --show

    Score a network on it by: acutance evaluate NETWORK --data . --sets Kodak24 --lr kodak-real/
    The exit status is 1 if a picture failed (each is named).
    """
    from acutance.data import degrade_files
    from acutance.degrade import asked_for

    made = degrade_files(pictures, asked_for(with_, scale), out, seed=seed, show=show)
    return finish(made.faults, f"{out}: LR of {made.pictures} pictures by {with_}; {len(made.faults)} failed.")
