"""`acutance train`: a recipe, pictures, a budget."""

from pathlib import Path
from typing import Annotated, Any

import typer

from acutance.cli import options, run_options, train_options
from acutance.runs.train import train as run_recipe
from acutance.terminal import is_first_process


# What Typer passes as the context is no typer.Context.
def _list(context: Any, wanted: bool) -> bool:
    if wanted and "recipe" in context.params:
        _print_recipes(context.params["recipe"])
    return wanted


def _or_list(context: Any, recipe: str) -> str:
    if context.params.get("listed"):
        _print_recipes(recipe)
    return recipe


def _print_recipes(which: str) -> None:
    from acutance.recipes import listing_text

    print(listing_text(which))
    raise typer.Exit


Listed = Annotated[
    bool, typer.Option("--list", callback=_list, is_eager=True, help="Print the recipes by table, and stop.")
]
# --list and RECIPE are read before the rest, in the order in which they stand: the second of them prints.
RECIPE = "PAPER:ROW, such as pcl:edsr_s, or my_recipe.py:name; with --list, a paper or PAPER:TABLE."
Recipe = Annotated[str, typer.Argument(callback=_or_list, is_eager=True, show_default=False, help=RECIPE)]


def train(
    context: options.Context,
    recipe: Recipe = "",
    data: train_options.Data = None,
    out: train_options.Out = None,
    config: train_options.Config = None,
    lr: options.LR = None,
    white_level: options.WhiteLevel = None,
    scale: Annotated[int, typer.Option(help="2, 3, 4 or 8.")] = 4,
    steps: Annotated[int | None, typer.Option(help="Updates; the recipe's number by default.")] = None,
    batch: Annotated[int | None, typer.Option(help="Patches an update, over all devices together.")] = None,
    patch: train_options.Patch = None,
    seed: Annotated[int, typer.Option(help="Decides the start, the patches and the samples.")] = 1,
    learning_rate: run_options.LearningRate = None,
    optimizer: run_options.Optimizer = None,
    schedule: run_options.Schedule = None,
    average: run_options.Average = None,
    clip: run_options.Clip = None,
    freeze: run_options.Freeze = None,
    critic_steps: run_options.CriticSteps = None,
    vgg: options.VGG = None,
    squeezenet: options.SqueezeNet = None,
    resnet: options.ResNet = None,
    embedding: options.Embedding = None,
    extractor: options.Extractor = None,
    perceptual: options.Perceptual = None,
    without: options.Without = None,
    init: Annotated[Path | None, typer.Option(help="Weights to start from: a file, a run or a bundled name.")] = None,
    resume: train_options.Resume = False,
    validate: run_options.Validate = None,
    every: run_options.Every = 1000,
    test: Annotated[Path | None, typer.Option(help="Folder of the test sets; ACUTANCE_DATA by default.")] = None,
    metrics: train_options.Metrics = None,
    weights: options.Weights = None,
    best_by: run_options.BestBy = None,
    patience: run_options.Patience = None,
    log: train_options.Log = None,
    cache: train_options.Cache = None,
    device: options.Device = "auto",
    devices: Annotated[int, typer.Option(help="Devices on each machine.")] = 1,
    nodes: Annotated[int, typer.Option(help="Machines.")] = 1,
    precision: options.Precision = "32-true",
    accumulate: run_options.Accumulate = 1,
    compile: run_options.Compile = False,
    workers: run_options.Workers = None,
    on_nan: options.OnNan = "restart",
    trust: options.Trust = False,
    listed: Listed = False,
    check: train_options.Check = False,
) -> None:
    """Train a network by a recipe on a folder of pictures.

    Example: acutance train pcl:edsr_light --data photos/ --scale 4 --steps 5000 --out runs/x

    The same command with pixel: in place of pcl: is the control without PCL.
    """
    run = run_recipe(**options.said(context))
    if is_first_process():
        print(run.summary)
