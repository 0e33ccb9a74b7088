"""The probe of a structure extractor: fresh heads learn on its frozen features, and are tested on other pictures.

Both pretext tasks measure any extractor, whichever it was trained by (SPSR, arXiv 2109.12530, section 5.2 and
appendix B, which leave open how long the heads learn).
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from math import ceil
from os import PathLike, fspath
from pathlib import Path
from statistics import fmean, stdev
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from acutance import tables
from acutance.data import HIGH_ALONE, Pair, PatchStream, PictureSet, Store, decode, find_sets
from acutance.data.declared import as_folders
from acutance.degrade import Bicubic
from acutance.errors import PictureError, RequestError, unknown
from acutance.extractors import StructureExtractor
from acutance.files import check_target, write_json
from acutance.ops import image_of
from acutance.pretext.tasks import SCALE, TASKS, Head, make_head
from acutance.progress import track
from acutance.provenance import circumstances
from acutance.training import Machine

Place = str | PathLike[str]
RANDOM, BOTH = "random", "both"
ANCHORS = {"contrastive": 8, "jigsaw": 256}
"""Questions about a patch while heads learn: a jigsaw costs little, and with 8 a head hardly gets beyond guessing."""


@dataclass(frozen=True)
class ProbeConfig:
    """How the heads learn and what they are asked.

    Attributes:
        repetitions: heads, each with its own start and its own questions; they see the same patches.
        steps, batch: updates of the heads, and patches in each.
        patch: side of the patches in pixels, in learning and in the questions. At 200, 46x46 cells of the default
            layout see no padding, which gives the 2,011 negatives of 184 pixels with padding.
        anchors: questions about each patch while learning, None for `ANCHORS`; afterwards it is one.
        learning_rate: of Adam; a fifth of it after two thirds of the steps.
        sampling: context of the contrastive task.
        seed: decides heads, patches and questions.
    """

    repetitions: int = 10
    steps: int = 400
    batch: int = 8
    patch: int = 200
    anchors: int | None = None
    learning_rate: float = 1e-3
    sampling: str = "h"
    seed: int = 1

    def __post_init__(self) -> None:
        for name in ("repetitions", "steps", "batch", "patch"):
            if getattr(self, name) < 1:
                raise RequestError(f"{name} must be 1 or more, not {getattr(self, name)}.")


@dataclass(frozen=True)
class Accuracy:
    """How the heads did on one test set.

    Attributes:
        right: share of right answers of each repetition.
        chance: share that guessing would get right.
        patches: how many there were; each asks one question a repetition.
        failed: a sentence for each picture that could not be used.
    """

    right: tuple[float, ...]
    chance: float
    patches: int
    failed: tuple[str, ...] = ()

    @property
    def mean(self) -> float:
        """Mean over the repetitions."""
        return fmean(self.right)

    @property
    def spread(self) -> float:
        """Standard deviation over the repetitions, 0 of one."""
        return stdev(self.right) if len(self.right) > 1 else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        told = {"right": self.mean, "spread": self.spread, "chance": self.chance}
        told |= {"times_chance": self.mean / self.chance, "answers": 1 / self.chance, "patches": self.patches}
        return {**told, "repetitions": list(self.right), "failed": list(self.failed)}


@dataclass(frozen=True)
class ProbeResults:
    """What a probe found. It prints as a sentence for each task and set, and a notebook shows it as a table.

    Attributes:
        record: what was probed and how, as plain values.
        tasks: accuracies by task, and by the name of the test set.
    """

    record: Mapping[str, object]
    tasks: Mapping[str, Mapping[str, Accuracy]]

    @property
    def failed(self) -> list[str]:
        """A sentence for each picture that could not be used."""
        of_sets = [each for sets in self.tasks.values() for each in sets.values()]
        return sorted({sentence for each in of_sets for sentence in each.failed})

    def to_json(self) -> dict[str, object]:
        """Return everything as plain values."""
        tasks = {task: {name: each.to_json() for name, each in sets.items()} for task, sets in self.tasks.items()}
        return {**self.record, "tasks": tasks}

    def __str__(self) -> str:
        return "\n".join(
            f"{task} on {name}: {each.mean:.2%} right, spread {each.spread:.2%} over {len(each.right)}, chance "
            f"{each.chance:.3%} of {1 / each.chance:.0f} answers: {each.mean / each.chance:.1f} times chance"
            for task, sets in self.tasks.items()
            for name, each in sets.items()
        )

    def _repr_html_(self) -> str:
        rows = [["task", "set", "accuracy", "spread", "chance"]]
        for task, sets in self.tasks.items():
            rows += [[task, name, f"{a.mean:.2%}", f"{a.spread:.2%}", f"{a.chance:.3%}"] for name, a in sets.items()]
        return tables.html(rows)


def probe(
    extractor: Place | StructureExtractor, *, data: Place | Sequence[Place], task: str = BOTH,
    test: Place | None = None, sets: str | Iterable[str | Path] = "B100", repetitions: int = 10, sampling: str = "h",
    steps: int = 400, patch: int = 200, seed: int = 1, json: Place | None = None, cache: Place | None = None,
    device: str = "auto",
) -> ProbeResults:  # fmt: skip
    """Measure what an extractor learnt: fresh heads on its frozen features, tested on pictures they never saw.

    >>> import acutance
    >>> photos = Path(acutance.__file__).parent / "photos"
    >>> quick = {"repetitions": 1, "steps": 1, "patch": 128, "device": "cpu"}
    >>> found = acutance.pretext.probe("random", task="jigsaw", data=photos / "train", sets=[photos / "test"], **quick)
    >>> round(1 / found.tasks["jigsaw"]["test"].chance)
    24

    Args:
        extractor: an extractor; its run folder, file or bundled name; or "random" for one that never learnt.
        data: folder or folders of pictures that the heads learn from.
        task: "contrastive", "jigsaw" or "both".
        test, sets: folder of the test sets, that of ACUTANCE_DATA by default; names of folders in it, or folders.
        repetitions, sampling, steps, patch, seed: as `ProbeConfig` has them.
        json: file for the accuracies.
        cache: folder that keeps the decoded pictures; nothing is kept by default.
        device: "cpu", "cuda", "mps", or "auto" for the best there is.

    Raises:
        RequestError: a name, a value or a folder is wrong, or no picture of a set can be used.
    """
    check_target(json)
    if task not in (*TASKS, BOTH):
        raise unknown("pretext task", task, (*TASKS, BOTH))
    config = ProbeConfig(repetitions=repetitions, steps=steps, patch=patch, sampling=sampling, seed=seed)
    fabric = Machine(device).launch()
    probed = _loaded(extractor).to(fabric.device)
    root, folders = None if test is None else Path(test), as_folders(data)
    found = find_sets(root, sets, SCALE, declared=HIGH_ALONE)
    with nullcontext(cache) if cache is not None else _passing_folder() as place:
        cached = Path(place)
        store = Store.open(folders, cache=cached, degradation=Bicubic(SCALE), minimum=patch, declared=HIGH_ALONE)
        tasks = {each: probe_by(each, probed, store, found, config) for each in (TASKS if task == BOTH else (task,))}
    about = {"config": asdict(config), "data": [path.name for path in folders], **circumstances(fabric)}
    results = ProbeResults({"extractor": _named(extractor), **_described(probed), **about}, tasks)
    if json is not None:
        write_json(Path(json), results.to_json())
    return results


def _passing_folder() -> TemporaryDirectory[str]:
    # A store stays mapped, and Windows does not remove a file that is.
    return TemporaryDirectory(prefix="acutance-", ignore_cleanup_errors=True)


def _loaded(extractor: Place | StructureExtractor) -> StructureExtractor:
    if isinstance(extractor, StructureExtractor):
        return extractor
    source = fspath(extractor)
    return StructureExtractor.random() if source == RANDOM else StructureExtractor.from_file(source)


def _named(extractor: Place | StructureExtractor) -> str:
    return "given" if isinstance(extractor, StructureExtractor) else fspath(extractor)


def _described(extractor: StructureExtractor) -> dict[str, object]:
    names = {"layout": extractor.layout, "final_relu": extractor.final_relu}
    return {**names, "receptive_field": extractor.receptive_field, "feature_scale": extractor.feature_scale}


def probe_by(
    task: str, extractor: StructureExtractor, store: Store, sets: Sequence[PictureSet], config: ProbeConfig
) -> dict[str, Accuracy]:
    """Train heads for `task` on the pictures of a store, and ask them about test sets; return their accuracies by set.

    Raises:
        RequestError: there is no such task or sampling, or no patch fits.
    """
    with torch.random.fork_rng():
        torch.manual_seed(config.seed)
        heads = _learn(extractor, task, store, config)
        return {each.name: _ask(extractor, heads, each, config.patch) for each in sets}


def _learn(extractor: StructureExtractor, task: str, store: Store, config: ProbeConfig) -> list[Head]:
    """Train all heads at once, as the features cost more than they do; none of them sees another's gradient."""
    device = next(extractor.parameters()).device
    anchors = config.anchors or ANCHORS.get(task, 1)
    heads = [
        make_head(extractor, task, sampling=config.sampling, anchors=anchors).to(device)
        for _ in range(config.repetitions)
    ]
    stream = PatchStream(store, patch=config.patch, batch=config.batch, seed=config.seed, upright=True)
    optimizer = torch.optim.Adam(nn.ModuleList(heads).parameters(), lr=config.learning_rate)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, ceil(config.steps * 2 / 3), gamma=0.2)
    for step in track(range(config.steps), f"heads for the {task} task", config.steps):
        with torch.no_grad():
            features = extractor.interior(stream.batch_at(step, device).hr)
        optimizer.zero_grad()
        torch.stack([head(features).loss for head in heads]).sum().backward()
        optimizer.step()
        schedule.step()
    return heads


@torch.no_grad()
def _ask(extractor: StructureExtractor, heads: Sequence[Head], pictures: PictureSet, patch: int) -> Accuracy:
    """Ask every head one question about each patch."""
    right: list[list[Tensor]] = []
    chance: list[Tensor] = []
    failed: list[str] = []
    device = next(extractor.parameters()).device
    for head in heads:
        head.anchors = 1
    for pair in track(pictures.pairs, f"questions about {pictures.name}", len(pictures.pairs)):
        try:
            features = extractor.interior(_patches(pair, patch).to(device))
        except PictureError as error:
            failed.append(str(error))
            continue
        choices = [head(features) for head in heads]
        right.append([choice.right for choice in choices])
        chance += [choice.chance for choice in choices]
    if not right:
        raise RequestError(f"no picture of {pictures.name} can be used; the first is left out because {failed[0]}")
    of_heads = [torch.cat(answers) for answers in zip(*right, strict=True)]
    means = tuple(float(answers.mean()) for answers in of_heads)
    return Accuracy(means, float(torch.cat(chance).mean()), len(of_heads[0]), tuple(failed))


def _patches(pair: Pair, patch: int) -> Float[Tensor, "n 3 p p"]:
    """Return the fewest patches that cover a picture, evenly spaced, in [0, 1]."""
    pixels = decode(pair, Bicubic(1))[0]
    height, width = pixels.shape[:2]
    if min(height, width) < patch:
        raise PictureError(pair.hr, f"{width}x{height} pixels are fewer than the patch of {patch}.")
    corners = [(top, left) for top in _starts(height, patch) for left in _starts(width, patch)]
    cut = np.stack([pixels[top : top + patch, left : left + patch] for top, left in corners])
    return image_of(cut)


def _starts(size: int, patch: int) -> list[int]:
    return np.linspace(0, size - patch, ceil(size / patch)).round().astype(int).tolist()
