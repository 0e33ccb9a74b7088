"""`acutance evaluate`: a network's scores on test sets, beside bicubic's and the papers'."""

from pathlib import Path
from typing import Annotated, Any

import typer

from acutance.cli.evaluate_real import FIDELITY, Bands, Figure, Real, With, evaluate_by_band, evaluate_pictures, show
from acutance.cli.faults import name_each
from acutance.cli.options import LR, Bits, Device, Engine, Metrics, Protocol, TrustNetwork, Weights, WhiteLevel
from acutance.errors import RequestError, shown

Network = Annotated[
    str | None,
    typer.Argument(help="Run folder, file of weights, .onnx, .xml, bundled name, hf:owner/name, or bicubic."),
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
Cluster = Annotated[
    str | None, typer.Option(metavar="auto|ADDRESS", help="Score on a Ray cluster: one here, or one that runs.")
]
Ensemble = Annotated[bool, typer.Option("--ensemble", help="Average over eight symmetries: eight times the work.")]


def evaluate(
    network: Network = None,
    results: Made = None,
    data: Data = None,
    sets: Sets = "Set5,Set14,B100",
    lr: LR = None,
    white_level: WhiteLevel = None,
    scale: Scale = None,
    degraded: With = None,
    real: Real = None,
    figure: Figure = None,
    bands: Bands = None,
    protocol: Protocol = "pcl",
    metrics: Metrics = FIDELITY,
    weights: Weights = None,
    explain: Explain = False,
    workers: Workers = 1,
    cache: Cache = None,
    json: Scores = None, csv: Pictures = None, table: Table = None, report: Page = None, save: Save = None,
    tile: Tile = None,
    ensemble: Ensemble = False,
    device: Device = "auto",
    engine: Engine = None,
    precision: Bits = "32",
    trust: TrustNetwork = False,
    cluster: Cluster = None,
) -> None:  # fmt: skip
    """Score a network, or SR pictures made elsewhere, on test sets, picture by picture, beside bicubic.

    Example: acutance evaluate runs/x --data benchmarks/ --sets Set5,Set14 --json scores.json

    Rows of the papers' tables stand below where there are some for the network, the scale and the protocol. A picture
    that cannot be scored is named and left out of the means; the exit status is then 1.
    """
    from acutance import evaluation

    how: dict[str, Any] = {"weights": weights, "json": json, "save": save, "tile": tile}
    how |= {"device": device, "trust": trust}
    if cluster and (bands or real):
        raise RequestError("--cluster is for test sets, not for --real and --bands.")
    if bands is not None:
        return evaluate_by_band(network, bands, json=json, white_level=white_level, trust=trust)
    if real is not None:
        return evaluate_pictures(network, real, figure, metrics, **how)
    scored = evaluation.evaluate(
        network, results=results, data=data, sets=sets, lr=lr, white_level=white_level, scale=scale, degraded=degraded,
        protocol=protocol, metrics=metrics, explain=explain, workers=workers, cache=cache,
        csv=csv, table=table, report=report, ensemble=ensemble, engine=engine, precision=precision, cluster=cluster,
        on_set=None if explain else show, **how,
    )  # fmt: skip
    print(scored, flush=True)
    if report is not None:
        print(f"{shown(report)} is written.")
    name_each(scored.failed)
    if scored.failed:
        raise typer.Exit(1)
    return None
