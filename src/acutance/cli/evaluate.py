"""`acutance evaluate`: a network's scores on test sets, beside bicubic's."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acutance.cli.scoring import Metrics, Protocol, Weights, load_upscaler, make_scorer
from acutance.errors import RequestError

if TYPE_CHECKING:
    from acutance.data import PictureSet
    from acutance.evaluate import Results, Upscaler
    from acutance.metrics import Scorer

BICUBIC = "bicubic"
Network = Annotated[str, typer.Argument(help="Run folder, file of weights, name of a bundled network, or bicubic.")]


def evaluate(
    network: Network,
    data: Annotated[Path | None, typer.Option(help="Folder of the test sets; ACUTANCE_DATA by default.")] = None,
    sets: Annotated[str, typer.Option(help="Test sets: names of folders in --data, or folders.")] = "Set5,Set14,B100",
    scale: Annotated[int | None, typer.Option(help="Of bicubic, 4 by default; a network knows its own.")] = None,
    protocol: Protocol = "pcl",
    metrics: Metrics = "psnr,ssim",
    weights: Weights = None,
    json: Annotated[Path | None, typer.Option(help="File for the scores.")] = None,
    save: Annotated[Path | None, typer.Option(help="Folder for the upscaled pictures, as SET/PICTURE.png.")] = None,
    tile: Annotated[int | None, typer.Option(help="LR pixels a side upscaled at once; less needs less memory.")] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda, mps, or auto for the best there is.")] = "auto",
) -> None:
    """Score a network on test sets, picture by picture, beside bicubic.

    Example: acutance evaluate runs/x --data benchmarks/ --sets Set5,Set14 --json scores.json

    A picture that cannot be scored is named and left out of the means; the exit status is then 1.
    """
    from acutance.data import find_sets
    from acutance.evaluate import bicubic_upscaler
    from acutance.files import write_json

    scorer = make_scorer(protocol, metrics, weights)
    upscalers: dict[str, Upscaler] = {}
    if network == BICUBIC:
        scale = scale or 4
    else:
        upscalers[network], scale = load_upscaler(network, scale=scale, tile=tile, device=device)
    found = find_sets(data, sets, scale)
    if not found:
        raise RequestError("name at least one test set with --sets.")
    scored = _score({BICUBIC: bicubic_upscaler(scale), **upscalers}, found, scale, scorer, {network: save})
    results = scored[network]
    if json is not None:
        baseline = {} if network == BICUBIC else {"baseline": scored[BICUBIC].to_json()}
        write_json(json, {**results.to_json(), **baseline})
    _end(results)


def _score(
    upscalers: "dict[str, Upscaler]",
    sets: "tuple[PictureSet, ...]",
    scale: int,
    scorer: "Scorer",
    save: dict[str, Path | None],
) -> "dict[str, Results]":
    """Score set by set, and print each when it is done, then the means."""
    from acutance.evaluate import benchmark, merge, notes, picture_rows, plain, set_rows

    parts: dict[str, list[Results]] = {name: [] for name in upscalers}
    for pictures in sets:
        for name, upscaler in upscalers.items():
            folder = save.get(name)
            part = benchmark(upscaler, [pictures], network=name, scale=scale, protocol=scorer, save=folder)
            parts[name].append(part)
        print(plain(picture_rows([each[-1] for each in parts.values()], pictures.name)), end="\n\n", flush=True)
    results = {name: merge(each) for name, each in parts.items()}
    print(plain(set_rows(list(results.values()))), *notes(list(results.values())), sep="\n", flush=True)
    return results


def _end(results: "Results") -> None:
    for sentence in results.failed:
        typer.echo(f"acutance: {sentence}", err=True)
    if results.failed:
        raise typer.Exit(1)
