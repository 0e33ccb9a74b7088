"""`acutance evaluate --real`: pictures without originals, and what LR an evaluation makes itself."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acutance.cli.faults import name_each
from acutance.errors import RequestError, shown

if TYPE_CHECKING:
    from acutance.scores import Results

Real = Annotated[
    Path | None, typer.Option("--real", help="Folder of pictures without originals, instead of --sets; see --figure.")
]
Figure = Annotated[Path | None, typer.Option(help="With --real: file for bicubic and the network side by side.")]
With = Annotated[
    str | None, typer.Option("--with", help="How LR is made, such as noise:25; see data degrade. Bicubic by default.")
]
Bands = Annotated[
    Path | None, typer.Option("--bands", help="Folder of TIFF or .npy originals of any bands, instead of --sets.")
]
FIDELITY = "psnr,ssim"
"""What is scored by default, and needs originals."""


def evaluate_pictures(network: str | None, real: Path, figure: Path | None, metrics: str, **how: Any) -> None:
    """Score what a network makes of real pictures, print the table, and say what was written."""
    from acutance import evaluation

    if network is None:
        raise RequestError("name a network that is to make pictures of those in --real.")
    wanted = None if metrics == FIDELITY else metrics
    scored = evaluation.evaluate_real(network, real, metrics=wanted, figure=figure, **how)
    print(scored, flush=True)
    if figure is not None:
        print(f"{shown(figure)} is written.")
    name_each(scored.failed)
    if scored.failed:
        raise typer.Exit(1)


def evaluate_by_band(network: str | None, folder: Path, **how: Any) -> None:
    """Score a network on pictures of its bands, and print a row a band."""
    from acutance import evaluation

    if network is None:
        raise RequestError("name a network that is to be scored on --bands.")
    scored = evaluation.evaluate_bands(network, folder, **how)
    print(scored, flush=True)
    name_each(scored.failed)
    if scored.failed:
        raise typer.Exit(1)


def show(results: "Results") -> None:
    """Print the scores of a set, picture by picture."""
    from acutance.scores.shown import by_picture

    print(by_picture(results), end="\n\n", flush=True)
