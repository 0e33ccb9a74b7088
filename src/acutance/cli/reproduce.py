"""`acutance reproduce`: a table of a paper by one command, with ours beside it."""

from pathlib import Path
from typing import Annotated

import typer

from acutance.cli import options
from acutance.errors import RequestError

Table = Annotated[
    str | None,
    typer.Argument(help="pcl:I to pcl:VII, spsr:I to spsr:VII; or a figure, spsr:fig14.", show_default=False),
]
Pictures = Annotated[
    str, typer.Option(help="Of a figure: SET/NAME or files, with commas; the middle one of each set by default.")
]
Data = Annotated[list[Path] | None, typer.Option(help="Folder of HR pictures to train on; may be given again.")]
Rows = Annotated[
    str,
    typer.Option(help="Rows to make, with commas, by the paper's names or by recipes; beside: what the paper has not."),
]


def reproduce(
    table: Table = None,
    data: Data = None,
    test: Annotated[
        Path | None, typer.Option(help="Folder of the test sets; ACUTANCE_DATA or --data by default.")
    ] = None,
    rows: Rows = "",
    light: Annotated[bool, typer.Option(help="Small networks stand for the paper's, for a CPU.")] = False,
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each recipe.")] = 2,
    steps: Annotated[int | None, typer.Option(help="Updates of each run; the paper's by default.")] = None,
    batch: Annotated[int | None, typer.Option(help="Patches an update; the paper's by default.")] = None,
    patch: Annotated[int | None, typer.Option(help="Side of the HR patches; the paper's by default.")] = None,
    sets: Annotated[str, typer.Option(help="Test sets; those of the table that are at hand by default.")] = "",
    metrics: Annotated[str, typer.Option(help="What to score; what the table has, where it can be, by default.")] = "",
    weights: options.Weights = None,
    vgg: options.VGG = None,
    squeezenet: options.SqueezeNet = None,
    resnet: options.ResNet = None,
    embedding: options.Embedding = None,
    extractor: options.Extractor = None,
    perceptual: options.Perceptual = None,
    init: Annotated[Path | None, typer.Option(help="Weights that every run starts from.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for runs and tables; runs/TABLE by default.")] = None,
    device: options.Device = "auto",
    precision: options.Precision = "32-true",
    jobs: Annotated[int, typer.Option(min=1, help="Runs at once.")] = 1,
    plan: Annotated[bool, typer.Option("--plan", help="Train nothing; rehearse, and say what it would cost.")] = False,
    pictures: Pictures = "",
    list_: Annotated[bool, typer.Option("--list", help="All tables, rows and figures, and what each needs.")] = False,
    runs: Annotated[Path, typer.Option(help="With --list: where results may lie.")] = Path("runs"),
) -> None:
    """Make a table of a paper again: train its rows and their controls, score them, set them beside what is published.

    Example: acutance reproduce pcl:VII --light --steps 100 --data photos/ --test benchmarks/

    Writes table.md, .tex, .csv, .json and .html, or the files of a figure. The same command goes on where it was
    interrupted.
    """
    from acutance.reproduction import reproduce
    from acutance.reproduction.overview import overview

    if list_:
        print(overview(runs))
        return
    if table is None or not data:
        raise RequestError(
            "name a table and pictures: acutance reproduce pcl:II --data FOLDER; --list shows all tables."
        )
    made = reproduce(
        table, data=data, test=test, rows=rows, light=light, seeds=seeds, steps=steps, batch=batch, patch=patch,
        sets=sets, metrics=metrics, weights=weights, vgg=vgg, squeezenet=squeezenet, resnet=resnet,
        embedding=embedding, extractor=extractor, perceptual=perceptual, init=init, out=out, device=device,
        precision=precision, jobs=jobs, plan_only=plan, pictures=pictures,
    )  # fmt: skip
    print(made)
