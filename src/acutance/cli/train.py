"""`acutance train`: a recipe, pictures, a budget."""

from pathlib import Path
from typing import Annotated, Any

import typer

from acutance.cli.options import VGG, Embedding, Extractor, Perceptual, Precision, ResNet, SqueezeNet, Without
from acutance.errors import RequestError
from acutance.progress import is_first_process
from acutance.runs.train import train as run_recipe

Data = Annotated[list[Path], typer.Option(help="Folder of HR pictures to train on; may be given again.")]
Out = Annotated[Path, typer.Option(help="Folder of the run.")]
Patch = Annotated[int | None, typer.Option(help="Side of the HR patches in pixels, a multiple of the scale.")]
Validate = Annotated[str | None, typer.Option(help="Set to score while training: a folder, or a name in --test.")]
Cache = Annotated[Path | None, typer.Option(help="Folder for the decoded pictures; beside --out by default.")]


# What Typer passes as the context is no typer.Context.
def _list(context: Any, wanted: bool) -> bool:
    if wanted and "recipe" in context.params:
        _print_recipes(context.params["recipe"])
    return wanted


def _or_list(context: Any, recipe: str) -> str:
    if context.params.get("listed"):
        _print_recipes(recipe)
    if not recipe:
        raise RequestError("name a recipe, PAPER:ROW such as pcl:edsr_s; acutance train --list prints them all.")
    return recipe


def _print_recipes(which: str) -> None:
    from acutance.recipes import listing_text

    typer.echo(listing_text(which))
    raise typer.Exit


# --list and RECIPE are read before the rest, in the order in which they stand: the second of them prints.
Recipe = Annotated[
    str,
    typer.Argument(
        callback=_or_list,
        is_eager=True,
        show_default=False,
        help="PAPER:ROW, such as pcl:edsr_s, or my_recipe.py:name; with --list, a paper or PAPER:TABLE.",
    ),
]


def train(
    data: Data,
    out: Out,
    recipe: Recipe = "",
    scale: Annotated[int, typer.Option(help="2, 3, 4 or 8.")] = 4,
    steps: Annotated[int | None, typer.Option(help="Updates; the recipe's number by default.")] = None,
    batch: Annotated[int | None, typer.Option(help="Patches an update, over all devices together.")] = None,
    patch: Patch = None,
    seed: Annotated[int, typer.Option(help="Decides the start, the patches and the samples.")] = 1,
    vgg: VGG = None,
    squeezenet: SqueezeNet = None,
    resnet: ResNet = None,
    embedding: Embedding = None,
    extractor: Extractor = None,
    perceptual: Perceptual = None,
    without: Without = None,
    init: Annotated[Path | None, typer.Option(help="Weights to start from: a file, a run or a bundled name.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out where it stopped.")] = False,
    validate: Validate = None,
    every: Annotated[int, typer.Option(help="Steps between two validations.")] = 1000,
    test: Annotated[Path | None, typer.Option(help="Folder of the test sets; ACUTANCE_DATA by default.")] = None,
    cache: Cache = None,
    device: Annotated[str, typer.Option(help="cpu, cuda, mps, or auto for the best there is.")] = "auto",
    devices: Annotated[int, typer.Option(help="Devices on each machine.")] = 1,
    nodes: Annotated[int, typer.Option(help="Machines.")] = 1,
    precision: Precision = "32-true",
    listed: Annotated[
        bool, typer.Option("--list", callback=_list, is_eager=True, help="Print the recipes by table, and stop.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="One step, one validation, one checkpoint; then stop.")
    ] = False,
) -> None:
    """Train a network by a recipe on a folder of pictures.

    Example: acutance train pcl:edsr_light --data photos/ --scale 4 --steps 5000 --out runs/x

    The same command with pixel: in place of pcl: is the control without PCL.
    """
    run = run_recipe(
        recipe, data=data, out=out, scale=scale, steps=steps, batch=batch, patch=patch, seed=seed,
        vgg=vgg, squeezenet=squeezenet, resnet=resnet, embedding=embedding, extractor=extractor,
        perceptual=perceptual, without=without or (), init=init, resume=resume, validate=validate, every=every,
        test=test, cache=cache, device=device, devices=devices, nodes=nodes, precision=precision, check=check,
    )  # fmt: skip
    if is_first_process():
        typer.echo(run.summary)
