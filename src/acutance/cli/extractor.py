"""`acutance extractor`: train SPSR's structure extractors by themselves, and measure what they learnt."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from acutance.cli.circumstances import circumstances
from acutance.errors import unknown

if TYPE_CHECKING:
    from acutance.data import PictureSet, Store
    from acutance.evaluate.extractor import Course, Marks
    from acutance.extractors import StructureExtractor
    from acutance.train.pretext import Lesson

extractor = typer.Typer(help="Train SPSR's structure extractors, and measure what they learnt.", no_args_is_help=True)
SCALE = 4
"""Of the store of pictures, so that it is the one that networks x4 are trained from."""
RANDOM, BOTH = "random", "both"
Pictures = Annotated[list[Path], typer.Option(help="Folder of pictures to learn from; may be given again.")]
Sampling = Annotated[str, typer.Option(help="Context of the contrastive task: h, v or c.")]
Device = Annotated[str, typer.Option(help="cpu, cuda, mps, or auto for the best there is.")]


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
    learning_rate: Annotated[
        float | None, typer.Option(help="At the start; by default the paper's, 1e-3 or for jigsaw 1e-4.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides the start, the patches and the questions.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out where it stopped.")] = False,
    cache: Annotated[
        Path | None, typer.Option(help="Folder for the decoded pictures; beside --out by default.")
    ] = None,
    device: Device = "auto",
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

    from acutance.data import PatchStream, Store
    from acutance.degrade import Bicubic
    from acutance.extractors.structure import IN_RUN
    from acutance.train import Machine, RunFolder
    from acutance.train.pretext import PretextRun, learn

    torch.manual_seed(seed)
    pretext = lesson.begin()
    store = Store.open(data, cache=cache, degradation=Bicubic(SCALE), minimum=lesson.patch)
    # Upright, as h and v would be the same task, and no light would come from above, if pictures were turned.
    stream = PatchStream(store, patch=lesson.patch, batch=lesson.batch, seed=seed, upright=True)
    lesson.rehearse(pretext)
    fabric = Machine(device).launch()
    folder = RunFolder(out)
    told = {"recipe": f"extractor:{lesson.task}", "seed": seed, "data": store.manifest(), "experiment": asdict(lesson)}
    with folder.claimed():
        folder.begin({**told, **circumstances(fabric)}, lesson.source, resume=resume)
        if folder.finished():
            typer.echo(f"{out} is finished.")
            return
        card = {"lesson": asdict(lesson), "seed": seed, "data": [path.name for path in data]}
        found = learn(PretextRun(lesson, pretext, folder, fabric, card), stream, resume=resume)
    typer.echo(f"{out / IN_RUN}: feature scale {found.scale:.4g}, {len(found.dead)} of 32 channels dead")


@extractor.command()
def evaluate(
    source: Annotated[
        str,
        typer.Argument(metavar="EXTRACTOR", help="Run folder, file, name of a bundled extractor, or random."),
    ],
    data: Pictures,
    task: Annotated[str, typer.Option(help="contrastive, jigsaw or both.")] = BOTH,
    test: Annotated[Path | None, typer.Option(help="Folder of the test sets; ACUTANCE_DATA by default.")] = None,
    sets: Annotated[str, typer.Option(help="Test sets: names of folders in --test, or folders.")] = "B100",
    repetitions: Annotated[int, typer.Option(help="Heads, each with its own start and questions.")] = 10,
    sampling: Sampling = "h",
    steps: Annotated[int, typer.Option(help="Updates of the heads.")] = 400,
    patch: Annotated[int, typer.Option(help="Side of the patches in pixels, a multiple of 4.")] = 200,
    seed: Annotated[int, typer.Option(help="Decides heads, patches and questions.")] = 1,
    json: Annotated[Path | None, typer.Option(help="File for the scores.")] = None,
    cache: Annotated[
        Path | None, typer.Option(help="Folder that keeps the decoded pictures; nothing is kept by default.")
    ] = None,
    device: Device = "auto",
) -> None:
    """Measure what an extractor learnt: fresh heads on its frozen features, asked about pictures they never saw.

    Example: acutance extractor evaluate contrastive-h --data photos/ --test benchmarks/ --sets B100 --json marks.json

    A picture that cannot be used is named and left out; the exit status is then 1.
    """
    from acutance.data import Store, find_sets
    from acutance.degrade import Bicubic
    from acutance.evaluate.extractor import Course
    from acutance.extractors.pretext import TASKS
    from acutance.files import write_json
    from acutance.train import Machine

    if task not in (*TASKS, BOTH):
        raise unknown("pretext task", task, (*TASKS, BOTH))
    course = Course(repetitions=repetitions, steps=steps, patch=patch, sampling=sampling, seed=seed)
    fabric = Machine(device).launch()
    examined = _load(source).to(fabric.device)
    found = find_sets(test, sets, SCALE)
    with _folder(cache) as place:
        store = Store.open(data, cache=place, degradation=Bicubic(SCALE), minimum=patch)
        marks = {each: _examine(examined, each, store, found, course) for each in (TASKS if task == BOTH else (task,))}
    if json is not None:
        told = {**_told(source, examined, course), "data": [path.name for path in data], **circumstances(fabric)}
        write_json(json, {**told, "tasks": {each: _plain(of_sets) for each, of_sets in marks.items()}})
    _end(marks)


def _examine(
    extractor: "StructureExtractor", task: str, store: "Store", sets: "Sequence[PictureSet]", course: "Course"
) -> "dict[str, Marks]":
    """Examine an extractor by one task, and print its marks."""
    from acutance.evaluate.extractor import examine

    marks = examine(extractor, task, store, sets, course)
    for name, each in marks.items():
        typer.echo(_line(task, name, each))
    return marks


def _told(source: str, extractor: "StructureExtractor", course: "Course") -> dict[str, object]:
    """Return what was examined and how, as plain values."""
    from dataclasses import asdict

    told = {"extractor": source, "layout": extractor.layout, "final_relu": extractor.final_relu}
    told |= {"receptive_field": extractor.receptive_field, "feature_scale": extractor.feature_scale}
    return {**told, "course": asdict(course)}


def _end(marks: "dict[str, dict[str, Marks]]") -> None:
    failed = {sentence for of_sets in marks.values() for each in of_sets.values() for sentence in each.failed}
    for sentence in sorted(failed):
        typer.echo(f"acutance: {sentence}", err=True)
    if failed:
        raise typer.Exit(1)


def _plain(of_sets: "dict[str, Marks]") -> dict[str, object]:
    return {name: marks.to_json() for name, marks in of_sets.items()}


def _line(task: str, name: str, marks: "Marks") -> str:
    return (
        f"{task} on {name}: {marks.mean:.2%} right, spread {marks.spread:.2%} over {len(marks.right)}, "
        f"chance {marks.chance:.3%} of {1 / marks.chance:.0f} answers: {marks.mean / marks.chance:.1f} times chance"
    )


def _load(source: str) -> "StructureExtractor":
    from acutance.extractors import StructureExtractor

    return StructureExtractor.random() if source == RANDOM else StructureExtractor.from_file(source)


@contextmanager
def _folder(cache: Path | None) -> Generator[Path]:
    """Yield the folder that was asked for, or one that is gone afterwards."""
    if cache is not None:
        yield cache
        return
    with TemporaryDirectory(prefix="acutance-") as folder:
        yield Path(folder)
