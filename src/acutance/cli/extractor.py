"""`acutance extractor`: train SPSR's structure extractors by themselves, and measure what they learnt."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from acutance.errors import unknown
from acutance.provenance import circumstances

if TYPE_CHECKING:
    from acutance.data import PictureSet, Store
    from acutance.extractors import StructureExtractor
    from acutance.pretext.probe import Accuracy, ProbeConfig
    from acutance.pretext.train import PretextConfig

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
    from acutance.pretext.train import PretextConfig

    config = PretextConfig(task, sampling, anchors, layout, final_relu, steps, batch, patch, learning_rate)
    run_lesson(config, data, out, seed=seed, resume=resume, cache=cache or out.parent / "store", device=device)


def run_lesson(
    config: "PretextConfig", data: list[Path], out: Path, *, seed: int, resume: bool, cache: Path, device: str = "auto"
) -> None:
    """Train by a config, and print what became of the features.

    Raises:
        RequestError: a name, a value or a folder is wrong; nothing was written then.
    """
    from dataclasses import asdict

    import torch

    from acutance.data import PatchStream, Store
    from acutance.degrade import Bicubic
    from acutance.pretext.train import PretextRun, learn
    from acutance.run_folder import RunFolder
    from acutance.training.machine import Machine

    torch.manual_seed(seed)
    pretext = config.begin()
    store = Store.open(data, cache=cache, degradation=Bicubic(SCALE), minimum=config.patch)
    # Upright, as h and v would be the same task, and no light would come from above, if pictures were turned.
    stream = PatchStream(store, patch=config.patch, batch=config.batch, seed=seed, upright=True)
    config.rehearse(pretext)
    fabric = Machine(device).launch()
    folder = RunFolder(out)
    told = {"recipe": f"extractor:{config.task}", "seed": seed, "data": store.manifest(), "experiment": asdict(config)}
    with folder.claimed():
        folder.begin({**told, **circumstances(fabric)}, config.source, resume=resume)
        if folder.finished():
            typer.echo(f"{out} is finished.")
            return
        card = {"config": asdict(config), "seed": seed, "data": [path.name for path in data]}
        found = learn(PretextRun(config, pretext, folder, fabric, card), stream, resume=resume)
    typer.echo(f"{folder.extractor}: feature scale {found.scale:.4g}, {len(found.dead)} of 32 channels dead")


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

    Example: acutance extractor evaluate contrastive-h --data photos/ --test benchmarks/ --sets B100 --json out.json

    A picture that cannot be used is named and left out; the exit status is then 1.
    """
    from acutance.data import Store, find_sets
    from acutance.degrade import Bicubic
    from acutance.files import write_json
    from acutance.pretext.probe import ProbeConfig
    from acutance.pretext.tasks import TASKS
    from acutance.training.machine import Machine

    if task not in (*TASKS, BOTH):
        raise unknown("pretext task", task, (*TASKS, BOTH))
    config = ProbeConfig(repetitions=repetitions, steps=steps, patch=patch, sampling=sampling, seed=seed)
    fabric = Machine(device).launch()
    probed = _load(source).to(fabric.device)
    found = find_sets(test, sets, SCALE)
    with _folder(cache) as place:
        store = Store.open(data, cache=place, degradation=Bicubic(SCALE), minimum=patch)
        accuracies = {each: _probe(probed, each, store, found, config) for each in (TASKS if task == BOTH else (task,))}
    if json is not None:
        told = {**_told(source, probed, config), "data": [path.name for path in data], **circumstances(fabric)}
        write_json(json, {**told, "tasks": {each: _plain(of_sets) for each, of_sets in accuracies.items()}})
    _end(accuracies)


def _probe(
    extractor: "StructureExtractor", task: str, store: "Store", sets: "Sequence[PictureSet]", config: "ProbeConfig"
) -> "dict[str, Accuracy]":
    """Examine an extractor by one task, and print its accuracies."""
    from acutance.pretext.probe import probe

    accuracies = probe(extractor, task, store, sets, config)
    for name, each in accuracies.items():
        typer.echo(_line(task, name, each))
    return accuracies


def _told(source: str, extractor: "StructureExtractor", config: "ProbeConfig") -> dict[str, object]:
    """Return what was probed and how, as plain values."""
    from dataclasses import asdict

    told = {"extractor": source, "layout": extractor.layout, "final_relu": extractor.final_relu}
    told |= {"receptive_field": extractor.receptive_field, "feature_scale": extractor.feature_scale}
    return {**told, "config": asdict(config)}


def _end(accuracies: "dict[str, dict[str, Accuracy]]") -> None:
    failed = {sentence for of_sets in accuracies.values() for each in of_sets.values() for sentence in each.failed}
    for sentence in sorted(failed):
        typer.echo(f"acutance: {sentence}", err=True)
    if failed:
        raise typer.Exit(1)


def _plain(of_sets: "dict[str, Accuracy]") -> dict[str, object]:
    return {name: accuracies.to_json() for name, accuracies in of_sets.items()}


def _line(task: str, name: str, found: "Accuracy") -> str:
    return (
        f"{task} on {name}: {found.mean:.2%} right, spread {found.spread:.2%} over {len(found.right)}, "
        f"chance {found.chance:.3%} of {1 / found.chance:.0f} answers: {found.mean / found.chance:.1f} times chance"
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
