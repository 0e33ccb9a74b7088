"""`acutance evaluate`: a network's scores on test sets, beside bicubic's and the papers'."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acutance.comparison.page import check_page, write_evaluation
from acutance.errors import RequestError
from acutance.scores.candidate import Metrics, Protocol, Upscaling, Weights, make_scorer

if TYPE_CHECKING:
    from acutance.data import PictureSet
    from acutance.report.published import Published
    from acutance.scores.pool import ScorerPool
    from acutance.scores.results import Results
    from acutance.scores.scorer import Source

BICUBIC = "bicubic"
EVERY = "every convention"
CONVENTIONS = (
    "Y is that of BT.601; border: pixels left out on every side; shrunk first: as ssim.m does. Protocol pcl is Y with "
    "the scale's border; spsr is Y rounded, border 4, its SSIM shrunk first."
)
Network = Annotated[
    str | None, typer.Argument(help="Run folder, file of weights or .onnx, name of a bundled network, or bicubic.")
]
Made = Annotated[
    Path | None, typer.Option("--results", help="Folder of SR pictures made elsewhere, instead of a network.")
]
Scale = Annotated[int | None, typer.Option(help="Of bicubic and --results, 4 by default; a network knows its own.")]
Explain = Annotated[bool, typer.Option("--explain", help="Score under every convention there is, side by side.")]
Workers = Annotated[int, typer.Option(min=1, help="Pictures scored at once, each by a process of its own.")]
Cache = Annotated[Path | None, typer.Option(help="Folder to keep SR in, so that other metrics need no upscaling.")]
Pictures = Annotated[Path | None, typer.Option("--csv", help="File for the scores of every picture.")]
Table = Annotated[Path | None, typer.Option(help="File for the table of means: .md, .tex or .csv.")]
Page = Annotated[Path | None, typer.Option("--report", help="File for a page of it all, with pictures: FILE.html.")]
Tile = Annotated[int | None, typer.Option(help="LR pixels a side upscaled at once; less needs less memory.")]
Ensemble = Annotated[bool, typer.Option("--ensemble", help="Average over eight symmetries: eight times the work.")]


def evaluate(
    network: Network = None,
    results: Made = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the test sets; ACUTANCE_DATA by default.")] = None,
    sets: Annotated[str, typer.Option(help="Test sets: names of folders in --data, or folders.")] = "Set5,Set14,B100",
    scale: Scale = None,
    protocol: Protocol = "pcl",
    metrics: Metrics = "psnr,ssim",
    weights: Weights = None,
    explain: Explain = False,
    workers: Workers = 1,
    cache: Cache = None,
    json: Annotated[Path | None, typer.Option(help="File for the scores.")] = None,
    csv: Pictures = None,
    table: Table = None,
    report: Page = None,
    save: Annotated[Path | None, typer.Option(help="Folder for the upscaled pictures, as SET/PICTURE.png.")] = None,
    tile: Tile = None,
    ensemble: Ensemble = False,
    device: Annotated[str, typer.Option(help="cpu, cuda, mps, or auto for the best there is.")] = "auto",
) -> None:
    """Score a network, or SR pictures made elsewhere, on test sets, picture by picture, beside bicubic.

    Example: acutance evaluate runs/x --data benchmarks/ --sets Set5,Set14 --json scores.json

    Rows of the papers' tables stand below where there are some for the network, the scale and the protocol. A picture
    that cannot be scored is named and left out of the means; the exit status is then 1.
    """
    from acutance.data import find_sets
    from acutance.report.published import rows
    from acutance.report.table import notes, plain, set_rows
    from acutance.scores.benchmark import bicubic_source, score_every_way
    from acutance.scores.elsewhere import find_results
    from acutance.scores.pool import Plan, ScorerPool

    if (network is None) == (results is None):
        raise RequestError("name a network (bicubic is one), or a folder of pictures with --results DIR.")
    _check({"csv": csv, "table": table, "report": report, "save": save}, explain)
    name = str(network or results)
    scale, design, begin = _candidate(name, results, scale, Upscaling(name, scale, tile, ensemble, device, cache))
    found = find_sets(data, sets, scale, strict=False)
    score = partial(make_scorer, protocol, metrics, weights)
    if results is not None:
        begin = find_results(results, found, scale).begin
    beside = {} if explain or name == BICUBIC else {BICUBIC: partial(bicubic_source, scale)}
    sources = {**beside, name: begin}
    with ScorerPool(Plan(sources, score_every_way if explain else score, scale), workers) as bench:
        if explain:
            return _explain(bench, name, found, scale, json)
        scored = _score(bench, list(sources), found, scale, protocol, {name: save})
    printed = rows(design, scale, protocol)
    print(plain(set_rows(list(scored.values()), printed)), *notes(list(scored.values())), sep="\n", flush=True)
    _write(scored, name, printed, json, csv, table)
    if report is not None:
        write_evaluation(report, list(scored.values()), printed, sources, found)
        print(f"{report} is written.")
    return _end(scored[name].failed)


def _check(files: dict[str, Path | None], explain: bool) -> None:
    """Refuse what could not be written at the end."""
    from acutance.report.sheets import check_table

    given = {option: path for option, path in files.items() if path is not None}
    if explain and given:
        raise RequestError(f"--explain writes nothing but --json: leave out --{next(iter(given))}.")
    if "table" in given:
        check_table(given["table"])
    if "report" in given:
        check_page(given["report"])


def _candidate(
    name: str, results: Path | None, scale: int | None, upscaling: Upscaling
) -> "tuple[int, str, Callable[[], Source]]":
    """Return the scale of what is to be scored, the name of its design, and what makes its SR pictures."""
    from acutance.scores.benchmark import bicubic_source

    if results is not None or name == BICUBIC:
        return scale or 4, name, partial(bicubic_source, scale or 4)
    return *upscaling.describe(), upscaling


def _score(
    bench: "ScorerPool",
    networks: list[str],
    sets: "tuple[PictureSet, ...]",
    scale: int,
    protocol: str,
    save: dict[str, Path | None],
) -> "dict[str, Results]":
    """Score set by set, and print each when it is done."""
    from acutance.report.table import picture_rows, plain
    from acutance.scores.results import Results, merge

    parts: dict[str, list[Results]] = {name: [] for name in networks}
    for pictures in sets:
        for name in networks:
            scored = bench.score(name, pictures, save.get(name))
            parts[name].append(Results(name, scale, protocol, {pictures.name: scored}))
        print(plain(picture_rows([each[-1] for each in parts.values()], pictures.name)), end="\n\n", flush=True)
    return {name: merge(each) for name, each in parts.items()}


def _explain(bench: "ScorerPool", name: str, sets: "tuple[PictureSet, ...]", scale: int, json: Path | None) -> None:
    """Print the means of every set under every convention, one a row."""
    from acutance.files import write_json
    from acutance.report.table import convention_rows, plain
    from acutance.report.wording import coverage_sentence
    from acutance.scores.results import Results

    results = Results(name, scale, EVERY, {each.name: bench.score(name, each) for each in sets})
    print(plain(convention_rows(results)), CONVENTIONS, coverage_sentence([results]), sep="\n", flush=True)
    if json is not None:
        write_json(json, results.to_json())
    _end(results.failed)


def _write(
    scored: "dict[str, Results]",
    name: str,
    published: "list[Published]",
    json: Path | None,
    csv: Path | None,
    table: Path | None,
) -> None:
    from acutance.files import write_json
    from acutance.report.sheets import write_pictures, write_table

    results = list(scored.values())
    if json is not None:
        baseline = {} if name == BICUBIC else {"baseline": scored[BICUBIC].to_json()}
        rows = {"published": [row.to_json() for row in published]} if published else {}
        write_json(json, {**scored[name].to_json(), **baseline, **rows})
    if csv is not None:
        write_pictures(csv, results)
    if table is not None:
        write_table(table, results, published)


def _end(failed: list[str]) -> None:
    for sentence in failed:
        typer.echo(f"acutance: {sentence}", err=True)
    if failed:
        raise typer.Exit(1)
