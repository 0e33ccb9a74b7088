"""An experiment on its way: the steps of its loop, the scores and checkpoints between them, and the way back."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from statistics import fmean
from typing import Any

from torch import Tensor

from acutance import images, processes
from acutance.checkpoints import save
from acutance.critics import EmbeddingNetwork, saving
from acutance.data import Ahead, BandStore, PatchStream, Store
from acutance.errors import RequestError
from acutance.experiment import Experiment
from acutance.files import json_text
from acutance.run_folder import RunFolder, set_aside
from acutance.runs.best import Best
from acutance.runs.inheritance import inherited
from acutance.runs.onlookers import Onlookers
from acutance.runs.validation import Validation
from acutance.terminal import say
from acutance.training import Fabric
from acutance.training.clock import Clock
from acutance.training.curve import Curve
from acutance.training.loop import Loop, Rhythm
from acutance.training.mishaps import Diverged
from acutance.training.recovery import fault_of
from acutance.training.state import demand_finite_state, read_state, write_state
from acutance.training.trainer import Trainer
from acutance.types import Batch

SAMPLES = 4
"""Pictures of the validation set that are kept at each validation."""
ON_NAN = ("restart", "stop")
"""What may become of a run whose numbers stay not finite."""
RETURNS = 3
"""Times that a run goes back to its checkpoint with half the rate, before it gives up."""


@dataclass
class TrainingRun:
    """An experiment on its way: the trainer, and where it writes.

    Attributes:
        card: what the header of every network says that the run writes.
        best: the best score of the validation so far, and its weights.
        on_nan: what becomes of it when its numbers stay not finite: "restart" from the last checkpoint with half the
            rate, RETURNS times at most, or "stop".
        curve: the losses since the last line that was logged.
        workers: threads that prepare batches; None for one where preparing takes long or a GPU would wait, else none.
        onlookers: who is told what is logged, beside the folder.
    """

    experiment: Experiment
    trainer: Trainer
    folder: RunFolder
    fabric: Fabric
    validation: Validation | None = None
    card: Mapping[str, object] = field(default_factory=dict[str, object])
    best: Best = field(default_factory=Best)
    on_nan: str = "restart"
    curve: Curve = field(default_factory=Curve)
    workers: int | None = None
    onlookers: Onlookers = field(default_factory=Onlookers)

    def fit(self, stream: PatchStream, rhythm: Rhythm, done: int) -> int:
        """Train on the patches of a stream to the last step, `done` of which are done; return how many are then.

        They are fewer than the experiment's where a validation says that it is enough.

        Raises:
            KeyboardInterrupt: it was interrupted; the checkpoint is written.
            ProcessLost: another process has ended; the checkpoint is written.
            AcutanceError: the numbers stay not finite, or the disk is full.
        """
        if done == 0 and self.trainer.taught < self.experiment.critic_steps:
            self._teach(stream)
        clock = Clock(self.experiment.steps, done)
        with self._batches(stream) as batch_at:

            def step(clock: Clock) -> Mapping[str, Tensor]:
                with self.fabric.autocast():
                    losses = self.trainer.step(batch_at(clock.done), clock)
                self._tell_mishap(clock)
                return losses

            loop = Loop(
                step, self.log, self.save, clock, rhythm, self.validate, self.rescue, self._enough, curve=self.curve
            )
            while not loop.finished:
                try:
                    loop.run()
                except Diverged as fault:
                    loop = replace(loop, clock=Clock(clock.steps, self._go_back(fault)), curve=self.curve)
        return loop.clock.done

    def _teach(self, stream: PatchStream) -> None:
        """Let the critics learn while the network stands still, on the patches after those of the run.

        The curve and the checkpoints count these steps below zero, up to 0, where the network begins.
        """
        steps, begins = self.experiment.critic_steps, Clock(self.experiment.steps)
        with self._batches(stream) as batch_at:

            def step(clock: Clock) -> Mapping[str, Tensor]:
                with self.fabric.autocast():
                    losses = self.trainer.teach(batch_at(begins.steps + clock.done), clock.done)
                self._tell_mishap(Clock(begins.steps, clock.done - steps))
                return losses

            def log(taken: Clock, means: Mapping[str, float]) -> None:
                if self.fabric.is_global_zero:  # loggers know no steps below zero
                    self.folder.append({"step": taken.next.done - steps, **means, **self._chances})
                    self.onlookers.look()

            def save(_clock: Clock) -> None:
                self.save(begins)

            def rescue(_clock: Clock) -> None:
                self.rescue(begins)

            rhythm, clock = Rhythm.of(steps), Clock(steps, self.trainer.taught)
            Loop(
                step, log, save, clock, rhythm, rescue=rescue, curve=self.curve, description="teaching the critics"
            ).run()

    def _batches(self, stream: PatchStream) -> AbstractContextManager[Callable[[int], Batch]]:
        """Return what gives the batches: by a thread ahead where preparing one takes long, or a GPU would wait."""
        batch_at = partial(stream.batch_at, device=self.fabric.device)
        ahead = stream.degradation is not None or self.fabric.device.type != "cpu"
        threads = int(ahead) if self.workers is None else self.workers
        return Ahead(batch_at, threads) if threads else nullcontext(batch_at)

    def _enough(self) -> bool:
        """Tell whether patience is at its end, in all processes alike."""
        return processes.agree(self.best.enough)

    def go_on(self, state: Mapping[str, Any] | None, *, told: bool) -> int:
        """Go on from a checkpoint, mending what broke beside it, and return how many steps are done.

        Args:
            state: of the checkpoint; None for a run that begins.
            told: whether a sentence says where the run goes on, which one that is finished does not.
        """
        done = 0 if state is None else self._take_up(state)
        if self.fabric.is_global_zero and (told or state is not None):
            self.folder.cut(self._at(done))
        if state is not None and self.fabric.is_global_zero:
            self._mend(done)
        if state is not None and told:
            say(f"The run goes on from step {self._at(done)}.")
        return done

    def _at(self, done: int) -> int:
        """Return the step that the curve is at: one below zero while the critics learn alone."""
        return done or min(0, self.trainer.taught - self.experiment.critic_steps)

    def _take_up(self, state: Mapping[str, Any]) -> int:
        if changed := self.best.take_up(state):
            say(changed)
        self.trainer.load_state_dict(state["trainer"])
        self.curve = Curve()
        if "curve" in state:
            self.curve.load_state_dict(state["curve"])
        return state["step"]

    def _mend(self, step: int) -> None:
        """Make again, from the state of that step, the files of weights that are missing, damaged or older; say so."""
        writers = {self.folder.last: lambda: self._save_weights(step), self.folder.best: self._save_best}
        writers |= {self.folder.embedding: lambda: self._save_embedding(step)} if self._embeddings else {}
        best = json.loads(self.best.weights["card"])["step"] if self.best.weights else 0
        for path, write in writers.items():
            fault = fault_of(path, best if path == self.folder.best else step)
            if fault and (path != self.folder.best or self.best.weights):
                write()
                say(f"{fault} It is made again from the checkpoint of step {step}.")
            elif fault and path.exists():
                set_aside(path, f"{fault} No checkpoint keeps it.")
                self.best.score = float("-inf")

    def summary(self, done: int) -> dict[str, object]:
        """Return how the run ended, after so many steps."""
        by = {"best_by": self.best.choice.text} if self.best.choice else {}
        early = {"stopped": "patience"} if done < self.experiment.steps else {}
        return {"steps": done, "best": self.best.value, **by, **early}

    def _go_back(self, fault: Diverged) -> int:
        """Return to the last checkpoint with half the rate, and return how many steps are done there.

        Raises:
            Diverged: that is not wanted, was done often enough, or there is no checkpoint.
        """
        processes.wait()
        slowing, counted = self.trainer.network.slowing / 2, self.trainer.mishaps.state_dict()
        state = None if self.on_nan == "stop" or slowing < 0.5**RETURNS else read_state(self.folder.state)
        if state is None:
            raise fault
        self._take_up(state)
        self.trainer.mishaps.load_state_dict({**counted, "in_a_row": 0})
        self.trainer.slow_down(slowing)
        say(f"{fault} The run goes back to step {state['step']}, with half the learning rate.")
        if self.fabric.is_global_zero:
            self.folder.cut(self._at(state["step"]), keep="not_finite/")
        return state["step"]

    def _tell_mishap(self, clock: Clock) -> None:
        """Write down and say that a step changed nothing, and of what its numbers were not finite."""
        mishaps = self.trainer.mishaps
        if not mishaps.last:
            return
        if self.fabric.is_global_zero:
            self._append({"step": clock.next.done, **mishaps.values()})
        if mishaps.in_a_row == 1:
            names = " and ".join(mishaps.last)
            say(f"Step {clock.next.done} changes nothing, as {names} is not finite.")
        mishaps.demand_few()

    def log(self, taken: Clock, means: Mapping[str, float]) -> None:
        """Write a line of the curve: the means since the last, the gradients at SR, and the rate of the next step."""
        network, done = self.trainer.network, taken.next
        values = {"step": done.done, **means, **self.trainer.balance.values(taken.progress)}
        values |= {"learning_rate": network.learning_rate(done.progress), "skipped": network.skipped, **self._chances}
        if self.fabric.is_global_zero:
            self._append(values)
            self.onlookers.look()

    def _append(self, values: Mapping[str, Any]) -> None:
        self.folder.append(values)
        self.onlookers.tell(values)

    def save(self, clock: Clock) -> None:
        """Write the last checkpoint: the weights for use, and the state to go on from.

        Amid steps that are not finite there is none: the last good one is that from before them.

        Raises:
            Diverged: a tensor is not finite; nothing is written then, and the checkpoint of before stands.
        """
        if self.trainer.mishaps.in_a_row and not clock.finished:
            return
        state = {"step": clock.done, **self.best.state_dict()}
        state |= {"curve": self.curve.state_dict(), "files": self.folder.kept(), "trainer": self.trainer.state_dict()}
        demand_finite_state(state)
        if not self.fabric.is_global_zero:
            return
        self._write(clock, state)

    def rescue(self, clock: Clock) -> None:
        """Write the checkpoint where a process was lost: the first does, or another where it was the first.

        Only the first knows what it has written so far: the other reads that from the folder, once that is free.
        """
        if self.fabric.is_global_zero:
            self.save(clock)
        elif not self.trainer.mishaps.in_a_row:
            with suppress(RequestError), inherited(self.folder, self.best) as left:
                state = {"step": clock.done, **left, "curve": self.curve.state_dict()}
                demand_finite_state(state := {**state, "trainer": self.trainer.state_dict()})
                self._write(clock, state)

    def _write(self, clock: Clock, state: Mapping[str, Any]) -> None:
        write_state(self.folder.state, state)  # first: the other files can be made again from it
        self._save_weights(clock.done)
        self._save_embedding(clock.done)

    def _save_weights(self, step: int) -> None:
        # A run that ends when its validation says so has chosen its last weights, too.
        chosen = self._chosen_on if self.best.patience is not None else {}
        save(self.folder.last, self.trainer.average.network, {**self.card, "step": step, **chosen})

    def _save_embedding(self, step: int) -> None:
        for critic in self._embeddings:
            saving.save(self.folder.embedding, critic, {**self.card, "step": step})

    def _save_best(self) -> None:
        if self.best.weights:
            network = deepcopy(self.trainer.average.network)
            network.load_state_dict(self.best.weights["weights"])
            save(self.folder.best, network, json.loads(self.best.weights["card"]))

    @property
    def _embeddings(self) -> list[EmbeddingNetwork]:
        """The critics that are written to files; others are kept to resume alone."""
        critics = [loss.critic for loss in self.trainer.learned.values()]
        return [critic for critic in critics if isinstance(critic, EmbeddingNetwork)]

    def validate(self, clock: Clock) -> None:
        """Score the network, keep a few of its pictures, and keep its weights where they are the best so far."""
        if self.validation is None or not self.fabric.is_global_zero:
            return
        scores: dict[str, list[float]] = {}
        network = self.trainer.average.network
        for number, (picture, sr, named) in enumerate(self.validation.scores(network, self.fabric.device)):
            for name, value in named.items():
                scores.setdefault(name, []).append(value)
            if number < SAMPLES:
                images.write(self.folder.sample(picture.name, clock.done), sr)
        means = {name: fmean(values) for name, values in scores.items()}
        self._append({"step": clock.done, **means})
        if self.best.beaten_by(means):
            weights = self.trainer.average.network.state_dict()
            card = json_text({**self.card, "step": clock.done, "scores": means, **self._chosen_on})
            copies = {name: each.detach().cpu().clone() for name, each in weights.items()}
            self.best.weights = {"weights": copies, "card": card}
            self._save_best()

    @cached_property
    def _chances(self) -> Mapping[str, float]:
        """What each critic's loss is by chance, for a line beside its curve."""
        found = {name: loss.chance(self.experiment.batch) for name, loss in self.trainer.learned.items()}
        return {f"chance/{name}": value for name, value in found.items() if value is not None}

    @cached_property
    def _chosen_on(self) -> Mapping[str, object]:
        return {} if self.validation is None else self.validation.chosen_on()


def patches(experiment: Experiment, store: Store | BandStore, fabric: Fabric, seed: int) -> PatchStream:
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
        degradation=experiment.made_afresh,
    )
