"""`acutance extractor`: train SPSR's structure extractors by themselves, and measure what they learnt."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acutance.cli.circumstances import circumstances

if TYPE_CHECKING:
    from acutance.train.pretext import Lesson

extractor = typer.Typer(help="Train SPSR's structure extractors, and measure what they learnt.", no_args_is_help=True)
SCALE = 4
"""Of the store of pictures, so that it is the one that networks x4 are trained from."""


@extractor.command()
def train(
    task: Annotated[str, typer.Option(help="contrastive (SPSR-P) or jigsaw (SPSR-J).")],
    data: Annotated[list[Path], typer.Option(help="Folder of pictures to learn from; may be given again.")],
    out: Annotated[Path, typer.Option(help="Folder of the run.")],
    sampling: Annotated[str, typer.Option(help="Context of the contrastive task: h, v or c.")] = "h",
    layout: Annotated[str, typer.Option(help="Kernels of the extractor, such as tiles16 or resnet31.")] = "tiles16",
    final_relu: Annotated[bool, typer.Option(help="End in ReLU, as in the paper.")] = True,
    steps: Annotated[int, typer.Option(help="Updates.")] = 2000,
    batch: Annotated[int, typer.Option(help="Patches an update; the paper's are 48.")] = 16,
    patch: Annotated[int, typer.Option(help="Side of the patches in pixels, a multiple of 4.")] = 200,
    anchors: Annotated[int, typer.Option(help="Questions about each patch.")] = 32,
    learning_rate: Annotated[
        float | None, typer.Option(help="At the start; by default the paper's, 1e-3 or for jigsaw 1e-4.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides the start, the patches and the questions.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out where it stopped.")] = False,
    cache: Annotated[
        Path | None, typer.Option(help="Folder for the decoded pictures; beside --out by default.")
    ] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda, mps, or auto for the best there is.")] = "auto",
) -> None:
    """Train a structure extractor by a pretext task; it needs pictures only.

    Example: acutance extractor train --task contrastive --data photos/ --out runs/extractor
    """
    from acutance.train.pretext import Lesson

    lesson = Lesson(task, sampling, anchors, layout, final_relu, steps, batch, patch, learning_rate)
    run_lesson(lesson, data, out, seed=seed, resume=resume, cache=cache or out.parent / "store", device=device)


def run_lesson(
    lesson: "Lesson", data: list[Path], out: Path, *, seed: int, resume: bool, cache: Path, device: str = "auto"
) -> None:
    """Train by a lesson, and print what became of the features.

    Raises:
        RequestError: a name, a value or a folder is wrong; nothing was written then.
    """
    from dataclasses import asdict

    import torch

    from acutance.data import Store
    from acutance.degrade import Bicubic
    from acutance.extractors.structure import IN_RUN
    from acutance.train import Machine, RunFolder
    from acutance.train.pretext import PretextRun, learn

    torch.manual_seed(seed)
    pretext = lesson.begin()
    store = Store.open(data, cache=cache, degradation=Bicubic(SCALE), minimum=lesson.patch)
    fabric = Machine(device).launch()
    folder = RunFolder(out)
    told = {"recipe": f"extractor:{lesson.task}", "seed": seed, "data": store.manifest(), "experiment": asdict(lesson)}
    folder.begin({**told, **circumstances(fabric)}, lesson.source, resume=resume)
    if folder.finished():
        typer.echo(f"{out} is finished.")
        return
    card = {"lesson": asdict(lesson), "seed": seed, "data": [path.name for path in data]}
    found = learn(PretextRun(lesson, pretext, folder, fabric, card), store, seed=seed, resume=resume)
    typer.echo(f"{out / IN_RUN}: feature scale {found.scale:.4g}, {len(found.dead)} of 32 channels dead")
