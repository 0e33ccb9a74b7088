"""`acutance compare`: recipes against each other, on the same pictures, budget and seeds."""

from pathlib import Path
from typing import Annotated

import typer

from acutance.cli import options, run_options
from acutance.cli.faults import name_each
from acutance.errors import RequestError

Recipes = Annotated[
    list[str],
    typer.Argument(
        help="Two or more, such as pixel:edsr_s pcl:edsr_s@share=0.3 filter@factor=1.2; first the control. A filter "
        "sharpens the control's SR."
    ),
]
Sweep = Annotated[
    list[str] | None,
    typer.Option(
        help="Strengths of every recipe but the control, such as share=0.3,1,3 or factor=1.1,1.3; may be given again. "
        "OUT/frontier-SET.png shows what each attains. Or rates of every recipe: learning_rate=1e-4,3e-4."
    ),
]
ChooseOn = Annotated[str | None, typer.Option(help="Sets to choose a strength of each on, so that --sets score once.")]
Data = Annotated[list[Path], typer.Option(help="Folder of HR pictures to train on; may be given again.")]
Test = Annotated[Path | None, typer.Option(help="Folder of the test sets; ACUTANCE_DATA or --data by default.")]
Sets = Annotated[str, typer.Option(help="Test sets: names of folders in --test, or folders.")]


def compare(
    recipes: Recipes,
    data: Data,
    test: Test = None,
    sets: Sets = "Set5,Set14",
    protocol: options.Protocol = "pcl",
    metrics: options.Metrics = "psnr,ssim",
    weights: options.Weights = None,
    seeds: Annotated[str, typer.Option(help="How many, or which: 3 is 1,2,3.")] = "3",
    lr: options.LR = None,
    white_level: options.WhiteLevel = None,
    first_seed: Annotated[int, typer.Option(help="The first, where --seeds says how many.")] = 1,
    scale: Annotated[int, typer.Option(help="2, 3, 4 or 8.")] = 4,
    steps: Annotated[int | None, typer.Option(help="Updates of each run; the control's number by default.")] = None,
    batch: Annotated[int | None, typer.Option(help="Patches an update; the control's number by default.")] = None,
    patch: Annotated[int | None, typer.Option(help="Side of the HR patches; the control's by default.")] = None,
    vgg: options.VGG = None,
    squeezenet: options.SqueezeNet = None,
    resnet: options.ResNet = None,
    embedding: options.Embedding = None,
    extractor: options.Extractor = None,
    perceptual: options.Perceptual = None,
    without: options.Without = None,
    init: Annotated[Path | None, typer.Option(help="Weights that every run starts from.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the runs, the tables and report.html.")] = Path("runs/compare"),
    device: options.Device = "auto",
    engine: options.Engine = None,
    sweep: Sweep = None,
    choose_on: ChooseOn = None,
    precision: options.Precision = "32-true",
    jobs: run_options.Jobs = 1,
    config: run_options.SharedConfig = None,
    report_chosen: run_options.ReportChosen = False,
    trust: options.Trust = False,
    json: Annotated[Path | None, typer.Option(help="File for the comparison, besides OUT/comparison.json.")] = None,
) -> None:
    """Train recipes with several seeds and compare their scores.

    Example: acutance compare pixel:edsr_light pcl:edsr_light --data photos/ --test benchmarks/ --seeds 3 --steps 5000

    Says of each difference whether it is more than the spread of the seeds. The same command goes on where it was
    interrupted. Test sets inside --data are not trained on.
    """
    import acutance

    comparison = acutance.compare(
        recipes, data=data, test=test, sets=sets, protocol=protocol, metrics=metrics, weights=weights,
        lr=lr, white_level=white_level, seeds=_seeds(seeds), first_seed=first_seed,
        scale=scale, steps=steps, batch=batch, patch=patch,
        vgg=vgg, squeezenet=squeezenet, resnet=resnet, embedding=embedding, extractor=extractor,
        perceptual=perceptual, without=without or (), init=init,
        out=out, device=device, engine=engine, precision=precision, jobs=jobs, trust=trust, json=json,
        sweep=sweep or (), choose_on=choose_on or (), config=config, report_chosen=report_chosen,
    )  # fmt: skip
    print(comparison, flush=True)
    name_each(comparison.failed)
    if comparison.failed:
        raise typer.Exit(1)


def _seeds(text: str) -> int | list[int]:
    """Read "3" as a number of seeds, and "1,2,5" as these."""
    try:
        numbers = [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise RequestError(f"--seeds takes a number, or several as 1,2,3; not {text!r}.") from None
    return numbers if "," in text else sum(numbers)
