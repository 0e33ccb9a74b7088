"""A structure extractor learns by a pretext task (SPSR, arXiv 2109.12530, sections 4.2 and 4.3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from math import inf
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from acutance.data import HIGH_ALONE, PatchStream, Store
from acutance.data.declared import as_folders
from acutance.degrade import Bicubic
from acutance.errors import RequestError
from acutance.experiment import Adam
from acutance.extractors.structure import StructureExtractor, locate
from acutance.pretext.tasks import SCALE, Pretext
from acutance.provenance import circumstances, fingerprint
from acutance.run_folder import RunFolder
from acutance.terminal import say
from acutance.training import Fabric, Machine
from acutance.training.clock import Clock
from acutance.training.curve import Curve
from acutance.training.learner import Learner
from acutance.training.loop import Loop, Rhythm
from acutance.training.recovery import fault_of, state_to_go_on_from
from acutance.training.state import write_state

Place = str | PathLike[str]

RATES = {"contrastive": 1e-3, "jigsaw": 1e-4}
"""The learning rates that the paper starts with. At 1e-3 a jigsaw does not get away from guessing in 240 steps."""
SURVEY = 32
"""Batches over which the features are measured in the end."""


@dataclass(frozen=True)
class Fifths:
    """A fifth of the learning rate after each of the given shares of the run: the paper's epochs 20 and 40 of 60."""

    at: tuple[float, ...] = (1 / 3, 2 / 3)

    def __call__(self, progress: float) -> float:
        """Return 1, 1/5, 1/25 ..."""
        return 0.2 ** sum(progress >= share for share in self.at)


@dataclass(frozen=True)
class PretextConfig:
    """What an extractor learns, and how long. The paper's batch is 48; with patches of 400 pixels it has its negatives.

    Attributes:
        task, sampling, anchors: as in `pretext.tasks.Pretext`.
        layout, final_relu: as in `extractors.StructureExtractor`.
        steps, batch, patch: updates, patches in each, and their side in pixels, a multiple of 4.
        learning_rate: at the start; None for the task's own in the paper.
    """

    task: str
    sampling: str = "h"
    anchors: int = 32
    layout: str = "tiles16"
    final_relu: bool = True
    steps: int = 2000
    batch: int = 16
    patch: int = 200
    learning_rate: float | None = None

    def __post_init__(self) -> None:
        for name in ("anchors", "steps", "batch", "patch"):
            if getattr(self, name) < 1:
                raise RequestError(f"{name} must be 1 or more, not {getattr(self, name)}.")
        if self.learning_rate is not None and not 0 < self.learning_rate < inf:
            raise RequestError(f"the learning rate must be above 0, not {self.learning_rate:g}.")

    def begin(self, learned: StructureExtractor | None = None) -> Pretext:
        """Return the extractor with a fresh head: untrained, or with the weights of one that has learned.

        Raises:
            RequestError: there is no such task, sampling or layout, or what has learned is of another layout.
        """
        extractor = StructureExtractor(self.layout, final_relu=self.final_relu)
        if learned is not None:
            if (learned.layout, learned.final_relu) != (self.layout, self.final_relu):
                kind = learned.layout + ("" if learned.final_relu else " without the last ReLU")
                raise RequestError(f"what is to go on is of layout {kind}, and another is asked for.")
            extractor.load_state_dict(learned.state_dict())
        return Pretext(extractor, self.task, sampling=self.sampling, anchors=self.anchors)

    def rehearse(self, pretext: Pretext) -> None:
        """Ask about one black patch, and leave torch's random generator as it was.

        Raises:
            RequestError: a patch is too small for a question.
        """
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            pretext(torch.zeros(1, 3, self.patch, self.patch))

    @property
    def source(self) -> str:
        """The config as a line of Python, for the folder of the run."""
        return f"from acutance.pretext import PretextConfig\n\nconfig = {self!r}\n"


@dataclass(frozen=True)
class Survey:
    """What a trained extractor's features are like over pictures.

    Attributes:
        scale: mean L2 norm of a cell.
        dead: channels that were never positive.
    """

    scale: float
    dead: tuple[int, ...]


@dataclass(frozen=True)
class TrainedExtractor:
    """An extractor that `train` has taught, in the folder of its run."""

    folder: Path

    @cached_property
    def extractor(self) -> StructureExtractor:
        """The extractor, for `acutance.losses.Structure` or `acutance.pretext.probe`."""
        return StructureExtractor.from_file(RunFolder(self.folder).extractor)

    @property
    def survey(self) -> Survey:
        """What its features are like."""
        match RunFolder(self.folder).ending():
            case {"scale": float(scale), "dead": [*dead]}:
                return Survey(scale, tuple(dead))
            case _:
                raise RequestError(f"{RunFolder(self.folder).summary} is damaged or missing; train with --resume.")

    def __fspath__(self) -> str:
        return str(self.folder)

    def __str__(self) -> str:
        scale, dead = self.survey.scale, len(self.survey.dead)
        return f"{RunFolder(self.folder).extractor}: feature scale {scale:.4g}, {dead} of 32 channels dead"


def train(
    task: str, *, data: Place | Sequence[Place], out: Place, sampling: str = "h", layout: str = "tiles16",
    final_relu: bool = True, steps: int = 2000, batch: int = 16, patch: int = 200, anchors: int = 32,
    learning_rate: float | None = None, seed: int = 1, init: Place | None = None, resume: bool = False,
    cache: Place | None = None, device: str = "auto",
) -> TrainedExtractor:  # fmt: skip
    """Train a structure extractor by a pretext task; it needs pictures only.

    >>> import acutance, tempfile
    >>> photos, out = Path(acutance.__file__).parent / "photos" / "train", Path(tempfile.mkdtemp()) / "x"
    >>> trained = acutance.pretext.train("jigsaw", data=photos, out=out, steps=1, batch=1, patch=128, device="cpu")
    >>> trained.extractor.layout
    'tiles16'

    Args:
        task: "contrastive" (SPSR-P) or "jigsaw" (SPSR-J).
        data: folder or folders of pictures to learn from.
        out: folder of the run.
        sampling, layout, final_relu, steps, batch, patch, anchors, learning_rate: as `PretextConfig` has them.
        seed: decides the start, the patches and the questions.
        init: an extractor to go on from, as `StructureExtractor.from_file` takes it; its head starts afresh.
        resume: go on with the run in `out` where it stopped; one that is finished is left as it is.
        cache: folder for the decoded pictures; beside `out` by default.
        device: "cpu", "cuda", "mps", or "auto" for the best there is.

    Raises:
        RequestError: a name, a value or a folder is wrong; nothing was written then.
        KeyboardInterrupt: it was interrupted; the checkpoint is written.
    """
    torch.manual_seed(seed)
    config = PretextConfig(task, sampling, anchors, layout, final_relu, steps, batch, patch, learning_rate)
    start = None if init is None else locate(fspath(init))
    pretext = config.begin(None if start is None else StructureExtractor.from_file(start))
    folders = as_folders(data)
    place = Path(cache or Path(out).parent / "store")
    store = Store.open(folders, cache=place, degradation=Bicubic(SCALE), minimum=patch, declared=HIGH_ALONE)
    # Upright, as h and v would be the same task, and no light would come from above, if pictures were turned.
    stream = PatchStream(store, patch=patch, batch=batch, seed=seed, upright=True)
    config.rehearse(pretext)
    begun = {} if start is None else {"init": fingerprint(start)}
    card = {"config": asdict(config), "seed": seed, "data": [path.name for path in folders], **begun}
    run = PretextRun(config, pretext, RunFolder(Path(out)), Machine(device).launch(), card)
    run.fit(stream, {"seed": seed, "data": store.manifest(), **begun}, resume=resume)
    return TrainedExtractor(Path(out))


class PretextRun:
    """A config on its way: what learns, and where it writes. `card` is kept in the header of the extractor."""

    def __init__(
        self, config: PretextConfig, pretext: Pretext, folder: RunFolder, fabric: Fabric, card: Mapping[str, object]
    ) -> None:
        self.config, self.pretext, self.folder, self.fabric, self.card = config, pretext, folder, fabric, card
        self.curve = Curve()
        pretext.to(fabric.device).train()
        self.learner = Learner(pretext, Adam(config.learning_rate or RATES[config.task]), Fifths(), fabric=fabric)

    def fit(self, stream: PatchStream, record: Mapping[str, object], *, resume: bool) -> None:
        """Learn from the patches of a stream to the last step, unless that was done, and measure the features.

        Raises:
            RequestError: the folder holds another run, or `resume` is off.
            KeyboardInterrupt: it was interrupted; the checkpoint is written.
        """
        told = {"recipe": f"extractor:{self.config.task}", **record, "experiment": asdict(self.config)}
        with self.folder.claimed():
            state = state_to_go_on_from(self.folder) if resume else None
            record, kept = {**told, **circumstances(self.fabric)}, (state or {}).get("files")
            self.folder.begin(record, self.config.source, resume=resume, kept=kept)
            if not self.folder.finished() or (state is not None and fault_of(self.folder.extractor)):
                self._descend(stream, self._go_on(state))
                self._finish(stream)
            self.folder.drop_previous()

    def _go_on(self, state: Mapping[str, Any] | None) -> int:
        """Go on from the state of a checkpoint, if there is one, and return how many steps are done."""
        done = 0 if state is None else state["step"]
        self.folder.cut(done)
        if state is not None:
            say(f"The run goes on from step {done}.")
            self.pretext.load_state_dict(state["pretext"])
            self.learner.load_state_dict(state["learner"])
            torch.set_rng_state(state["random"])
            if "curve" in state:
                self.curve.load_state_dict(state["curve"])
        return done

    def log(self, taken: Clock, means: Mapping[str, float]) -> None:
        """Write a line of the curve: the means since the last, and the learning rate of the next step."""
        told = {"step": taken.next.done, **means, "learning_rate": self.learner.learning_rate(taken.next.progress)}
        self.folder.append({**told, "skipped": self.learner.skipped})

    def save(self, clock: Clock) -> None:
        """Write the extractor, and the state to go on from."""
        state: dict[str, Any] = {"step": clock.done, "pretext": self.pretext.state_dict()}
        state |= {"learner": self.learner.state_dict(), "random": torch.get_rng_state()}
        state |= {"curve": self.curve.state_dict(), "files": self.folder.kept()}
        write_state(self.folder.state, state)
        self.pretext.extractor.save(self.folder.extractor, {**self.card, "step": clock.done})

    def _descend(self, stream: PatchStream, done: int) -> None:
        def step(clock: Clock) -> dict[str, Tensor]:
            choice = self.pretext(stream.batch_at(clock.done, self.fabric.device).hr)
            loss = self.learner.descend(choice.loss, clock.progress)
            return {"pretext": loss, "right": choice.right.mean()}

        steps = self.config.steps
        clock, rhythm = Clock(steps, done), Rhythm.of(steps)
        Loop(step, self.log, self.save, clock, rhythm, description="learning", curve=self.curve).run()

    def _finish(self, stream: PatchStream) -> None:
        """Measure the features on further patches of the training pictures, and write the extractor with its scale."""
        extractor, end = self.pretext.extractor, Clock(self.config.steps, self.config.steps)
        found = survey(extractor, (stream.batch_at(end.done + n, self.fabric.device).hr for n in range(SURVEY)))
        extractor.feature_scale = found.scale
        self.card = {**self.card, "dead_channels": list(found.dead)}
        self.save(end)
        self.folder.finish({"steps": end.done, **asdict(found)})


@torch.no_grad()
def survey(extractor: StructureExtractor, images: Iterable[Tensor]) -> Survey:
    """Measure the cells of an extractor that see no padding, over batches of images."""
    features = [extractor.interior(image) for image in images]
    scale = torch.stack([each.norm(dim=1).mean() for each in features]).mean()
    alive = torch.stack([(each > 0).any(0).flatten(1).any(1) for each in features]).any(0)
    return Survey(float(scale), tuple((~alive).nonzero().flatten().tolist()))
