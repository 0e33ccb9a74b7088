"""A structure extractor learns by a pretext task (SPSR, arXiv 2109.12530, sections 4.2 and 4.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from acutance.data import PatchStream
from acutance.errors import RequestError
from acutance.experiment import Adam
from acutance.extractors.structure import StructureExtractor
from acutance.pretext.tasks import Pretext
from acutance.progress import Progress
from acutance.run_folder import RunFolder
from acutance.training import Fabric
from acutance.training.curve import Curve, Rhythm
from acutance.training.interrupt import Interrupt
from acutance.training.learner import Learner
from acutance.training.state import read_state, write_state

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
        task, sampling, anchors: as in `extractors.Pretext`.
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
        if self.learning_rate is not None and self.learning_rate <= 0:
            raise RequestError(f"the learning rate must be above 0, not {self.learning_rate:g}.")

    def begin(self) -> Pretext:
        """Return the untrained extractor with its head.

        Raises:
            RequestError: there is no such task, sampling or layout.
        """
        extractor = StructureExtractor(self.layout, final_relu=self.final_relu)
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
        return f"from acutance.pretext.train import PretextConfig\n\nlesson = {self!r}\n"


@dataclass(frozen=True)
class Survey:
    """What a trained extractor's features are like over pictures.

    Attributes:
        scale: mean L2 norm of a cell.
        dead: channels that were never positive.
    """

    scale: float
    dead: tuple[int, ...]


class PretextRun:
    """A config on its way: where it stands, and where it writes. `card` is kept in the header of the extractor."""

    def __init__(
        self, config: PretextConfig, pretext: Pretext, folder: RunFolder, fabric: Fabric, card: Mapping[str, object]
    ) -> None:
        self.config, self.pretext, self.folder, self.fabric, self.card = config, pretext, folder, fabric, card
        pretext.to(fabric.device).train()
        rate = config.learning_rate or RATES[config.task]
        self.learner = Learner(pretext, Adam(rate), Fifths(), steps=config.steps, fabric=fabric)
        self.rhythm = Rhythm(log=max(1, min(50, config.steps // 20)), save=max(1, min(500, config.steps // 4)))
        self.step, self.curve = 0, Curve()

    def resume(self) -> None:
        """Go on from the last checkpoint, if there is one."""
        state = read_state(self.folder.state)
        self.folder.cut(0 if state is None else state["step"])
        if state is not None:
            self.step = state["step"]
            self.pretext.load_state_dict(state["pretext"])
            self.learner.load_state_dict(state["learner"])
            torch.set_rng_state(state["random"])

    def descend(self, stream: PatchStream) -> None:
        """Take the steps that are left. Ctrl-C ends it after the step in hand, which is saved.

        Raises:
            KeyboardInterrupt: it was interrupted; the checkpoint is written.
        """
        steps = self.config.steps
        with Interrupt() as interrupt, Progress("learning", steps, done=self.step) as progress:
            while self.step < steps and not interrupt.requested:
                choice = self.pretext(stream.batch_at(self.step, self.fabric.device).hr)
                loss = self.learner.descend(choice.loss)
                self.step += 1
                self._after_step({"pretext": loss, "right": choice.right.mean()})
                progress.update(note=self.curve.note)
        if interrupt.requested:
            self.save()
            raise KeyboardInterrupt

    def save(self) -> None:
        """Write the extractor, and the state to go on from."""
        self.pretext.extractor.save(self.folder.extractor, {**self.card, "step": self.step})
        state: dict[str, Any] = {"step": self.step, "pretext": self.pretext.state_dict()}
        state |= {"learner": self.learner.state_dict(), "random": torch.get_rng_state()}
        write_state(self.folder.state, state)

    def finish(self, stream: PatchStream) -> Survey:
        """Measure the features on further patches of the training pictures, and write the extractor with its scale."""
        extractor = self.pretext.extractor
        found = survey(extractor, (stream.batch_at(self.step + n, self.fabric.device).hr for n in range(SURVEY)))
        extractor.feature_scale = found.scale
        self.card = {**self.card, "dead_channels": list(found.dead)}
        self.save()
        self.folder.finish({"steps": self.step, **asdict(found)})
        return found

    def _after_step(self, values: dict[str, Tensor]) -> None:
        self.curve.add(values)
        if self._is_due(self.rhythm.log):
            told = {"step": self.step, **self.curve.means(), "learning_rate": self.learner.learning_rate}
            self.folder.append({**told, "skipped": self.learner.skipped})
        if self._is_due(self.rhythm.save):
            self.save()

    def _is_due(self, every: int) -> bool:
        return self.step % every == 0 or self.step == self.config.steps


@torch.no_grad()
def survey(extractor: StructureExtractor, images: Iterable[Tensor]) -> Survey:
    """Measure the cells of an extractor that see no padding, over batches of images."""
    features = [extractor.interior(image) for image in images]
    scale = torch.stack([each.norm(dim=1).mean() for each in features]).mean()
    alive = torch.stack([(each > 0).any(0).flatten(1).any(1) for each in features]).any(0)
    return Survey(float(scale), tuple((~alive).nonzero().flatten().tolist()))


def learn(run: PretextRun, stream: PatchStream, *, resume: bool) -> Survey:
    """Let `run` learn from the patches of a stream, from where it stopped if `resume`, and return how it ended."""
    if resume:
        run.resume()
    run.descend(stream)
    return run.finish(stream)
