"""`acutance train`: a recipe, pictures, a budget."""

from pathlib import Path
from typing import Annotated

import typer

from acutance.cli.options import (
    VGG,
    Embedding,
    Extractor,
    Perceptual,
    Precision,
    ResNet,
    SqueezeNet,
    Without,
    located,
    varied,
)
from acutance.runs.train import Budget, Hardware, run_recipe

Recipe = Annotated[str, typer.Argument(help="PAPER:ROW, such as pcl:edsr_s, or my_recipe.py:name.")]
Data = Annotated[list[Path], typer.Option(help="Folder of HR pictures to train on; may be given again.")]
Out = Annotated[Path, typer.Option(help="Folder of the run.")]
Patch = Annotated[int | None, typer.Option(help="Side of the HR patches in pixels, a multiple of the scale.")]
Validate = Annotated[str | None, typer.Option(help="Set to score while training: a folder, or a name in --test.")]
Cache = Annotated[Path | None, typer.Option(help="Folder for the decoded pictures; beside --out by default.")]


def _list(wanted: bool) -> None:
    if wanted:
        from acutance.recipes import RECIPES, find_recipe

        width = max(map(len, RECIPES))
        for name in RECIPES:
            typer.echo(f"{name:{width}}  {find_recipe(name).summary}")
        raise typer.Exit


def train(
    recipe: Recipe,
    data: Data,
    out: Out,
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
        bool, typer.Option("--list", callback=_list, is_eager=True, help="Print all recipes by table, and stop.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="One step, one validation, one checkpoint; then stop.")
    ] = False,
) -> None:
    """Train a network by a recipe on a folder of pictures.

    Example: acutance train pcl:edsr_light --data photos/ --scale 4 --steps 5000 --out runs/x

    The same command with pixel: in place of pcl: is the control without PCL.
    """
    files = {"vgg": vgg, "squeezenet": squeezenet, "resnet": resnet, "embedding": embedding}
    run_recipe(
        varied(recipe, perceptual, without),
        data=data,
        out=out,
        budget=Budget(scale, steps, batch, patch, seed),
        hardware=Hardware(device, devices, nodes, precision),
        init=init,
        files={**files, "extractor": located(extractor)},
        resume=resume,
        validate=validate,
        every=every,
        test=test,
        cache=cache,
        check=check,
    )
