"""`acutance upscale`: pictures in, larger pictures out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acutance.cli.options import Device

if TYPE_CHECKING:
    from acutance.upscaling import Outcome

Inputs = Annotated[list[Path], typer.Argument(help="Picture files, and folders of them with their subfolders.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Folder; or, for one picture, a file. Default: photo_x4.jpg beside photo.jpg."),
]


def upscale(
    inputs: Inputs,
    out: Out = None,
    network: Annotated[
        str | None, typer.Option(help="Name of a bundled network, a weights file or a run; by default what ships.")
    ] = None,
    scale: Annotated[
        int | None, typer.Option(help="2, 3 or 4 with the networks that ship; by default 4, or what the network does.")
    ] = None,
    tile: Annotated[
        int | None, typer.Option(min=1, help="Longest side of a tile in pixels; by default as the memory allows.")
    ] = None,
    overlap: Annotated[
        int | None, typer.Option(min=0, help="Pixels that tiles share; by default as many as leave no seam.")
    ] = None,
    ensemble: Annotated[
        bool, typer.Option("--ensemble", help="Average over eight symmetries: 8 times the work, a little better.")
    ] = False,
    gradients: Annotated[
        bool, typer.Option("--gradients", help="Also write the gradient map that an SPSR network predicts, as a PNG.")
    ] = False,
    device: Device = "auto",
    json: Annotated[Path | None, typer.Option("--json", help="Write what became of each picture to this file.")] = None,
) -> None:
    """Upscale pictures, and folders of them.

    Example: acutance upscale photo.jpg scans/ --scale 2 -o larger/

    Names, 16 bits, transparency, colour profile and EXIF are kept, inputs never overwritten.

    With --gradients, photo_x4_gradients.png beside photo_x4.jpg shows how steep the network expects HR to be, colour by
    colour: the difference of a pixel's neighbours, across and down, as its length, in the levels of the picture.

    Exit status: 0 all written, 1 some inputs failed (each named), 2 the command was wrong.
    """
    from acutance.files import write_json
    from acutance.upscaling import upscale_files

    outcomes = upscale_files(
        inputs,
        out,
        network,
        scale=scale,
        tile=tile,
        overlap=overlap,
        ensemble=ensemble,
        gradients=gradients,
        device=device,
    )
    for outcome in outcomes:
        if outcome.error is None:
            typer.echo(_line(outcome))
    if json:
        write_json(json, {"pictures": [outcome.to_json() for outcome in outcomes]})
    if any(outcome.error for outcome in outcomes):
        raise typer.Exit(1)


def _line(outcome: "Outcome") -> str:
    return f"{outcome.target}  {_size(outcome.size)} -> {_size(outcome.upscaled)}  {outcome.seconds:.1f} s"


def _size(size: tuple[int, int] | None) -> str:
    return "x".join(map(str, size or ()))
