"""`acutance export`: a network for other programs."""

from pathlib import Path
from typing import Annotated

import typer

Network = Annotated[str, typer.Argument(help="Run folder, file of weights, or name of a bundled network.")]


def export(
    network: Network,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write, such as weights.pth.")],
    layout: Annotated[
        str,
        typer.Option(
            help="official: what the network's original code reads; for RRDBNet that of BasicSR, and official-mid or "
            "official-old that of ESRGAN's last or first code."
        ),
    ] = "official",
) -> None:
    """Write a network so that other programs read it.

    Example: acutance export runs/x --layout official --out weights.pth
    """
    import acutance

    written = acutance.export(network, out, layout=layout)
    made = acutance.load(network)
    typer.echo(f"{written}: {made.name} x{made.scale}, {made.size():,} parameters, {layout} layout")
