"""`acutance extractor`: train SPSR's structure extractors by themselves, and measure what they learnt."""

from pathlib import Path
from typing import Annotated

import typer

from acutance.cli.faults import name_each
from acutance.cli.options import Device
from acutance.errors import shown

extractor = typer.Typer(help="Train SPSR's structure extractors, and measure what they learnt.", no_args_is_help=True)
Pictures = Annotated[list[Path], typer.Option(help="Folder of pictures to learn from; may be given again.")]
Sampling = Annotated[str, typer.Option(help="Context of the contrastive task: h, v or c.")]
Source = Annotated[
    str, typer.Argument(metavar="EXTRACTOR", help="Run folder, file, name of a bundled extractor, or random.")
]
Rate = Annotated[float | None, typer.Option(help="At the start; by default the paper's, 1e-3 or for jigsaw 1e-4.")]


@extractor.command()
def train(
    task: Annotated[str, typer.Option(help="contrastive (SPSR-P) or jigsaw (SPSR-J).")],
    data: Pictures,
    out: Annotated[Path, typer.Option(help="Folder of the run.")],
    sampling: Sampling = "h",
    layout: Annotated[str, typer.Option(help="Kernels of the extractor, such as tiles16 or resnet31.")] = "tiles16",
    final_relu: Annotated[bool, typer.Option(help="End in ReLU, as in the paper.")] = True,
    steps: Annotated[int, typer.Option(help="Updates.")] = 2000,
    batch: Annotated[int, typer.Option(help="Patches an update; the paper's are 48.")] = 16,
    patch: Annotated[int, typer.Option(help="Side of the patches in pixels, a multiple of 4.")] = 200,
    anchors: Annotated[int, typer.Option(help="Questions about each patch.")] = 32,
    learning_rate: Rate = None,
    seed: Annotated[int, typer.Option(help="Decides the start, the patches and the questions.")] = 1,
    init: Annotated[str | None, typer.Option(help="Extractor to go on from: a run, a file or a bundled name.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out where it stopped.")] = False,
    cache: Annotated[Path | None, typer.Option(help="Folder for decoded pictures; beside --out by default.")] = None,
    device: Device = "auto",
) -> None:
    """Train a structure extractor by a pretext task; it needs pictures only.

    Example: acutance extractor train --task contrastive --data photos/ --out runs/extractor
    """
    from acutance import pretext

    trained = pretext.train(
        task, data=data, out=out, sampling=sampling, layout=layout, final_relu=final_relu, steps=steps, batch=batch,
        patch=patch, anchors=anchors, learning_rate=learning_rate, seed=seed, init=init, resume=resume, cache=cache,
        device=device,
    )  # fmt: skip
    print(shown(trained))


@extractor.command()
def evaluate(
    source: Source,
    data: Pictures,
    task: Annotated[str, typer.Option(help="contrastive, jigsaw or both.")] = "both",
    test: Annotated[Path | None, typer.Option(help="Folder of the test sets; ACUTANCE_DATA by default.")] = None,
    sets: Annotated[str, typer.Option(help="Test sets: names of folders in --test, or folders.")] = "B100",
    repetitions: Annotated[int, typer.Option(help="Heads, each with its own start and questions.")] = 10,
    sampling: Sampling = "h",
    steps: Annotated[int, typer.Option(help="Updates of the heads.")] = 400,
    patch: Annotated[int, typer.Option(help="Side of the patches in pixels, a multiple of 4.")] = 200,
    seed: Annotated[int, typer.Option(help="Decides heads, patches and questions.")] = 1,
    json: Annotated[Path | None, typer.Option(help="File for the scores.")] = None,
    cache: Annotated[
        Path | None, typer.Option(help="Folder to keep decoded pictures; none is kept by default.")
    ] = None,
    device: Device = "auto",
) -> None:
    """Measure what an extractor learnt: fresh heads on its frozen features, asked about pictures they never saw.

    Example: acutance extractor evaluate contrastive-h --data photos/ --test benchmarks/ --sets B100 --json out.json

    A picture that cannot be used is named and left out; the exit status is then 1.
    """
    from acutance import pretext

    found = pretext.probe(
        source, data=data, task=task, test=test, sets=sets, repetitions=repetitions, sampling=sampling, steps=steps,
        patch=patch, seed=seed, json=json, cache=cache, device=device,
    )  # fmt: skip
    print(found, flush=True)
    name_each(found.failed)
    if found.failed:
        raise typer.Exit(1)
