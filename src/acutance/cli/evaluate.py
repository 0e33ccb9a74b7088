"""`acutance evaluate`: a network's scores on test sets, beside bicubic's and the papers'."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acutance.cli.options import Device, Metrics, Protocol, Weights

if TYPE_CHECKING:
    from acutance.scores import Results

Network = Annotated[
    str | None, typer.Argument(help="Run folder, file of weights or .onnx, name of a bundled network, or bicubic.")
]
Made = Annotated[
    Path | None, typer.Option("--results", help="Folder of SR pictures made elsewhere, instead of a network.")
]
Data = Annotated[Path | None, typer.Option(help="Folder of the test sets; ACUTANCE_DATA by default.")]
Sets = Annotated[str, typer.Option(help="Test sets: names of folders in --data, or folders.")]
Scale = Annotated[int | None, typer.Option(help="Of bicubic and --results, 4 by default; a network knows its own.")]
Explain = Annotated[bool, typer.Option("--explain", help="Score under every convention there is, side by side.")]
Workers = Annotated[int, typer.Option(min=1, help="Pictures scored at once, each by a process of its own.")]
Cache = Annotated[Path | None, typer.Option(help="Folder to keep SR in, so that other metrics need no upscaling.")]
Scores = Annotated[Path | None, typer.Option(help="File for the scores.")]
Pictures = Annotated[Path | None, typer.Option("--csv", help="File for the scores of every picture.")]
Table = Annotated[Path | None, typer.Option(help="File for the table of means: .md, .tex or .csv.")]
Page = Annotated[Path | None, typer.Option("--report", help="File for a page of it all, with pictures: FILE.html.")]
Save = Annotated[Path | None, typer.Option(help="Folder for the upscaled pictures, as SET/PICTURE.png.")]
Tile = Annotated[int | None, typer.Option(help="LR pixels a side upscaled at once; less needs less memory.")]
Ensemble = Annotated[bool, typer.Option("--ensemble", help="Average over eight symmetries: eight times the work.")]


def evaluate(
    network: Network = None,
    results: Made = None,
    data: Data = None,
    sets: Sets = "Set5,Set14,B100",
    scale: Scale = None,
    protocol: Protocol = "pcl",
    metrics: Metrics = "psnr,ssim",
    weights: Weights = None,
    explain: Explain = False,
    workers: Workers = 1,
    cache: Cache = None,
    json: Scores = None,
    csv: Pictures = None,
    table: Table = None,
    report: Page = None,
    save: Save = None,
    tile: Tile = None,
    ensemble: Ensemble = False,
    device: Device = "auto",
) -> None:
    """Score a network, or SR pictures made elsewhere, on test sets, picture by picture, beside bicubic.

    Example: acutance evaluate runs/x --data benchmarks/ --sets Set5,Set14 --json scores.json

    Rows of the papers' tables stand below where there are some for the network, the scale and the protocol. A picture
    that cannot be scored is named and left out of the means; the exit status is then 1.
    """
    from acutance import evaluation

    scored = evaluation.evaluate(
        network,
        results=results,
        data=data,
        sets=sets,
        scale=scale,
        protocol=protocol,
        metrics=metrics,
        weights=weights,
        explain=explain,
        workers=workers,
        cache=cache,
        json=json,
        csv=csv,
        table=table,
        report=report,
        save=save,
        tile=tile,
        ensemble=ensemble,
        device=device,
        on_set=None if explain else _show,
    )
    print(scored, flush=True)
    if report is not None:
        print(f"{report} is written.")
    for sentence in scored.failed:
        typer.echo(f"acutance: {sentence}", err=True)
    if scored.failed:
        raise typer.Exit(1)


def _show(results: "Results") -> None:
    """Print the scores of a set, picture by picture."""
    from acutance.scores.shown import by_picture

    print(by_picture(results), end="\n\n", flush=True)
