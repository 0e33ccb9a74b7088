"""The loop around the training step: batches in, a curve and checkpoints out, and a way back after an interruption."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean

from torch import Tensor

from acutance import images
from acutance.checkpoints import save
from acutance.critics import EmbeddingNetwork, saving
from acutance.data import PatchStream, Store
from acutance.experiment import Experiment
from acutance.progress import Progress
from acutance.run_folder import RunFolder
from acutance.runs.validation import Validation
from acutance.training import Fabric
from acutance.training.curve import Curve, Rhythm
from acutance.training.interrupt import Interrupt
from acutance.training.state import read_state, write_state
from acutance.training.trainer import Trainer

SAMPLES = 4
"""Pictures of the validation set that are kept at each validation."""


@dataclass
class Run:
    """An experiment on its way: the trainer, where it stands, and where it writes.

    `card` is kept in the header of every network that the run writes.
    """

    experiment: Experiment
    trainer: Trainer
    folder: RunFolder
    fabric: Fabric
    validation: Validation | None = None
    rhythm: Rhythm = field(default_factory=Rhythm)
    card: Mapping[str, object] = field(default_factory=dict[str, object])
    step: int = 0
    best: float = float("-inf")
    curve: Curve = field(default_factory=Curve)

    def resume(self) -> None:
        """Go on from the last checkpoint, if there is one."""
        state = read_state(self.folder.state)
        self.folder.cut(0 if state is None else state["step"])
        if state is not None:
            self.step, self.best = state["step"], state["best"]
            self.trainer.load_state_dict(state["trainer"])

    def descend(self, stream: PatchStream) -> None:
        """Take the steps that are left. Ctrl-C ends it after the step in hand, which is saved.

        Raises:
            KeyboardInterrupt: it was interrupted; the checkpoint is written.
            AcutanceError: the gradients stay infinite, or the disk is full.
        """
        steps = self.experiment.steps
        with Interrupt() as interrupt, Progress("training", steps, done=self.step) as progress:
            while self.step < steps and not interrupt.requested:
                self.trainer.balance.due = self._is_due(self.rhythm.log, self.step + 1)
                with self.fabric.autocast():
                    losses = self.trainer.step(stream.batch_at(self.step, self.fabric.device))
                self.step += 1
                self._after_step(losses)
                progress.update(note=self.curve.note)
        if interrupt.requested:
            self.save()
            raise KeyboardInterrupt

    def save(self) -> None:
        """Write the last checkpoint: the weights for use, and the state to go on from."""
        if self.fabric.is_global_zero:
            card = {**self.card, "step": self.step}
            save(self.folder.last, self.trainer.average.network, card)
            for loss in self.trainer.learned.values():
                if isinstance(loss.critic, EmbeddingNetwork):  # other critics are kept to resume alone
                    saving.save(self.folder.embedding, loss.critic, card)
            state = {"step": self.step, "best": self.best, "trainer": self.trainer.state_dict()}
            write_state(self.folder.state, state)

    def validate(self) -> None:
        """Score the network, keep a few of its pictures, and keep its weights where they are the best so far."""
        if self.validation is None or not self.fabric.is_global_zero:
            return
        scores: dict[str, list[float]] = {}
        network = self.trainer.average.network
        for number, (name, sr, score) in enumerate(self.validation.scores(network, self.fabric.device)):
            for metric, value in score.items():
                scores.setdefault(f"validation/{self.validation.name}/{metric}", []).append(value)
            if number < SAMPLES:
                images.write(self.folder.samples / name / f"{self.step:07d}.png", sr)
        means = {name: fmean(values) for name, values in scores.items()}
        self.folder.append({"step": self.step, **means})
        self._keep_if_best(means)

    def _keep_if_best(self, means: dict[str, float]) -> None:
        psnr = next(value for name, value in means.items() if name.endswith("/psnr"))
        if psnr > self.best:
            self.best = psnr
            card = {**self.card, "step": self.step, "scores": means}
            save(self.folder.best, self.trainer.average.network, card)

    def _after_step(self, losses: dict[str, Tensor]) -> None:
        self.curve.add(losses)
        if self._is_due(self.rhythm.log, self.step):
            self._log()
        if self.validation is not None and self._is_due(self.validation.every, self.step):
            self.validate()
        if self._is_due(self.rhythm.save, self.step):
            self.save()

    def _is_due(self, every: int, step: int) -> bool:
        return step % every == 0 or step == self.experiment.steps

    def _log(self) -> None:
        """Write the means since the last line, the gradients at SR and the speed."""
        network = self.trainer.network
        values = {"step": self.step, **self.curve.means(), **self.trainer.balance.values()}
        values |= {"learning_rate": network.learning_rate, "skipped": network.skipped}
        if self.fabric.is_global_zero:
            self.folder.append(values)


def patches(experiment: Experiment, store: Store, fabric: Fabric, seed: int) -> PatchStream:
    """Return this process's share of the patches that an experiment learns from.

    Raises:
        RequestError: as `PatchStream`.
    """
    return PatchStream(
        store,
        patch=experiment.patch,
        batch=experiment.batch,
        seed=seed,
        rank=fabric.global_rank,
        world=fabric.world_size,
    )


def fit(run: Run, stream: PatchStream, *, resume: bool) -> None:
    """Train `run` on the patches of a stream, from where it stopped if `resume`."""
    fabric = run.fabric
    if resume:
        run.resume()
    run.descend(stream)
    if fabric.is_global_zero:
        run.folder.finish({"steps": run.step, "best": run.best if run.validation else None})
    fabric.barrier()
