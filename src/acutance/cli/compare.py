"""`acutance compare`: recipes against each other, on the same pictures, budget and seeds."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acutance.cli.options import (
    VGG,
    Embedding,
    Extractor,
    Files,
    Perceptual,
    Precision,
    ResNet,
    SqueezeNet,
    Without,
    located,
    varied,
)
from acutance.comparison.held_out import held_out
from acutance.comparison.study import Scoring, Study, Training
from acutance.errors import RequestError
from acutance.runs.train import Budget, Hardware
from acutance.scores.candidate import Metrics, Protocol, Weights

if TYPE_CHECKING:
    from acutance.comparison.comparison import Comparison
    from acutance.data import PictureSet

Recipes = Annotated[list[str], typer.Argument(help="Two or more, such as pixel:edsr_s pcl:edsr_s; first the control.")]
Data = Annotated[list[Path], typer.Option(help="Folder of HR pictures to train on; may be given again.")]

Jobs = Annotated[
    int, typer.Option(min=1, help="Runs at once, each with its share of the threads; they report to OUT/logs/.")
]


def compare(
    recipes: Recipes,
    data: Data,
    test: Annotated[
        Path | None, typer.Option(help="Folder of the test sets; ACUTANCE_DATA or --data by default.")
    ] = None,
    sets: Annotated[str, typer.Option(help="Test sets: names of folders in --test, or folders.")] = "Set5,Set14",
    protocol: Protocol = "pcl",
    metrics: Metrics = "psnr,ssim",
    weights: Weights = None,
    seeds: Annotated[str, typer.Option(help="How many, or which: 3 is 1,2,3.")] = "3",
    first_seed: Annotated[int, typer.Option(help="The first, where --seeds says how many.")] = 1,
    scale: Annotated[int, typer.Option(help="2, 3, 4 or 8.")] = 4,
    steps: Annotated[int | None, typer.Option(help="Updates of each run; the control's number by default.")] = None,
    batch: Annotated[int | None, typer.Option(help="Patches an update; the control's number by default.")] = None,
    patch: Annotated[int | None, typer.Option(help="Side of the HR patches; the control's by default.")] = None,
    vgg: VGG = None,
    squeezenet: SqueezeNet = None,
    resnet: ResNet = None,
    embedding: Embedding = None,
    extractor: Extractor = None,
    perceptual: Perceptual = None,
    without: Without = None,
    init: Annotated[Path | None, typer.Option(help="Weights that every run starts from.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the runs, the tables and report.html.")] = Path("runs/compare"),
    device: Annotated[str, typer.Option(help="cpu, cuda, mps, or auto for the best there is.")] = "auto",
    precision: Precision = "32-true",
    jobs: Jobs = 1,
    json: Annotated[Path | None, typer.Option(help="File for the comparison, besides OUT/comparison.json.")] = None,
) -> None:
    """Train each recipe with each seed, score it, and say whether the difference is more than the spread of the seeds.

    Example: acutance compare pixel:edsr_light pcl:edsr_light --data photos/ --test benchmarks/ --seeds 3 --steps 5000

    The same command goes on where it was interrupted. Test sets inside --data are not trained on.
    """
    from acutance.data import find_sets
    from acutance.files import write_json

    root = test or (None if "ACUTANCE_DATA" in os.environ else data[0])
    found = find_sets(root, sets, scale)
    if not found:
        raise RequestError("name at least one test set with --sets.")
    recipes = [varied(recipe, perceptual, without) for recipe in recipes]
    given = {"vgg": vgg, "squeezenet": squeezenet, "resnet": resnet, "embedding": embedding}
    files = _dealt(recipes, {**given, "extractor": located(extractor)})
    budget = _same_for_all(files, Budget(scale, steps, batch, patch))
    chosen = _seeds(seeds, first_seed)
    training = Training(
        held_out(data, _folders(found)), budget, Hardware(device, precision=precision), files, init, out / "store"
    )
    study = Study(training, Scoring(found, protocol, metrics, weights, device))
    comparison = study.compare(recipes, chosen, out, jobs)
    if json is not None:
        write_json(json, comparison.to_json())
    _end(comparison)


def _seeds(text: str, first: int) -> list[int]:
    """Read "3" as three seeds from the first on, and "1,2,5" as these."""
    try:
        numbers = [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise RequestError(f"--seeds takes a number, or several as 1,2,3; not {text!r}.") from None
    return numbers if "," in text else list(range(first, first + sum(numbers)))


def _dealt(recipes: list[str], files: Files) -> dict[str, Files]:
    """Return for each recipe the files it asks for; an unknown recipe, or a file that none asks for, ends here."""
    from acutance.recipes import find_recipe

    asked = {recipe: find_recipe(recipe).files for recipe in recipes}
    for name, path in files.items():
        if path is not None and not any(name in names for names in asked.values()):
            raise RequestError(f"none of these recipes has a use for --{name}.")
    return {recipe: {name: files[name] for name in names} for recipe, names in asked.items()}


def _same_for_all(files: Mapping[str, Files], budget: Budget) -> Budget:
    """Fill in what was not said from the control, so that no recipe trains longer; what cannot be built ends here."""
    from acutance.recipes import find_recipe

    control, *_ = [find_recipe(recipe).build(budget.scale, its) for recipe, its in files.items()]
    steps, batch, patch = budget.steps or control.steps, budget.batch or control.batch, budget.patch or control.patch
    return replace(budget, steps=steps, batch=batch, patch=patch)


def _folders(sets: "tuple[PictureSet, ...]") -> set[Path]:
    return {pair.hr.parent for pictures in sets for pair in pictures.pairs}


def _end(comparison: "Comparison") -> None:
    from acutance.comparison.verdict import comparison_rows, sentences
    from acutance.report.table import notes, plain

    results = list(comparison.results.values())
    print(plain(comparison_rows(comparison)), *notes(results), *sentences(comparison), sep="\n", flush=True)
    failed = dict.fromkeys(sentence for result in results for sentence in result.failed)
    for sentence in failed:
        typer.echo(f"acutance: {sentence}", err=True)
    if failed:
        raise typer.Exit(1)
