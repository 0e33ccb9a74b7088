"""An experiment on its way: the steps of its loop, the scores and checkpoints between them, and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean

from torch import Tensor

from acutance import images
from acutance.checkpoints import save
from acutance.critics import EmbeddingNetwork, saving
from acutance.data import PatchStream, Store
from acutance.experiment import Experiment
from acutance.run_folder import RunFolder
from acutance.runs.validation import Validation
from acutance.training import Fabric
from acutance.training.clock import Clock
from acutance.training.loop import Loop, Rhythm
from acutance.training.state import read_state, write_state
from acutance.training.trainer import Trainer

SAMPLES = 4
"""Pictures of the validation set that are kept at each validation."""


@dataclass
class TrainingRun:
    """An experiment on its way: the trainer, and where it writes.

    Attributes:
        card: what the header of every network says that the run writes.
        best: the best score on the validation set so far.
    """

    experiment: Experiment
    trainer: Trainer
    folder: RunFolder
    fabric: Fabric
    validation: Validation | None = None
    card: Mapping[str, object] = field(default_factory=dict[str, object])
    best: float = float("-inf")

    def fit(self, stream: PatchStream, rhythm: Rhythm, *, resume: bool) -> None:
        """Train on the patches of a stream to the last step, from where it stopped if `resume`.

        Raises:
            KeyboardInterrupt: it was interrupted; the checkpoint is written.
            AcutanceError: the gradients stay infinite, or the disk is full.
        """

        def step(clock: Clock) -> dict[str, Tensor]:
            with self.fabric.autocast():
                return self.trainer.step(stream.batch_at(clock.done, self.fabric.device), clock)

        clock = Clock(self.experiment.steps, self.resume() if resume else 0)
        loop = Loop(step, self.log, self.save, clock, rhythm, self.validate)
        loop.run()
        if self.fabric.is_global_zero:
            self.folder.finish({"steps": loop.clock.done, "best": self.best if self.validation else None})
        self.fabric.barrier()

    def resume(self) -> int:
        """Go back to the last checkpoint, if there is one, and return how many steps are done."""
        state = read_state(self.folder.state)
        done = 0 if state is None else state["step"]
        self.folder.cut(done)
        if state is not None:
            self.best = state["best"]
            self.trainer.load_state_dict(state["trainer"])
        return done

    def log(self, taken: Clock, means: Mapping[str, float]) -> None:
        """Write a line of the curve: the means since the last, the gradients at SR, and the rate of the next step."""
        network, done = self.trainer.network, taken.next
        values = {"step": done.done, **means, **self.trainer.balance.values(taken.progress)}
        values |= {"learning_rate": network.learning_rate(done.progress), "skipped": network.skipped}
        if self.fabric.is_global_zero:
            self.folder.append(values)

    def save(self, clock: Clock) -> None:
        """Write the last checkpoint: the weights for use, and the state to go on from."""
        if not self.fabric.is_global_zero:
            return
        card = {**self.card, "step": clock.done}
        save(self.folder.last, self.trainer.average.network, card)
        for loss in self.trainer.learned.values():
            if isinstance(loss.critic, EmbeddingNetwork):  # other critics are kept to resume alone
                saving.save(self.folder.embedding, loss.critic, card)
        state = {"step": clock.done, "best": self.best, "trainer": self.trainer.state_dict()}
        write_state(self.folder.state, state)

    def validate(self, clock: Clock) -> None:
        """Score the network, keep a few of its pictures, and keep its weights where they are the best so far."""
        if self.validation is None or not self.fabric.is_global_zero:
            return
        scores: dict[str, list[float]] = {}
        network = self.trainer.average.network
        for number, (name, sr, score) in enumerate(self.validation.scores(network, self.fabric.device)):
            for metric, value in score.items():
                scores.setdefault(f"validation/{self.validation.name}/{metric}", []).append(value)
            if number < SAMPLES:
                images.write(self.folder.sample(name, clock.done), sr)
        means = {name: fmean(values) for name, values in scores.items()}
        self.folder.append({"step": clock.done, **means})
        self._keep_if_best(clock, means)

    def _keep_if_best(self, clock: Clock, means: Mapping[str, float]) -> None:
        psnr = next(value for name, value in means.items() if name.endswith("/psnr"))
        if psnr > self.best:
            self.best = psnr
            save(self.folder.best, self.trainer.average.network, {**self.card, "step": clock.done, "scores": means})


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
