"""The training step."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from acutance import processes
from acutance.critics.batch_norm import share_statistics
from acutance.errors import RequestError
from acutance.experiment import Experiment
from acutance.losses import LearnedLoss
from acutance.networks import Network
from acutance.optimizers import ScheduleFree
from acutance.training.accumulation import Accumulation
from acutance.training.average import Average
from acutance.training.balance import Balance
from acutance.training.clock import START, Clock
from acutance.training.compiled import compiled
from acutance.training.learner import Clip, Learner
from acutance.training.mishaps import GRADIENT, PREDICTION, Findings, Mishaps, NotFinite
from acutance.training.undo import Undo
from acutance.types import Batch, Prediction


class Trainer:
    """An experiment in motion: its network, its critics and everything that changes while they learn.

    Args:
        experiment: what is trained.
        fabric: where; it has been launched.
        measure_every: steps between two measurements of each term's gradient at SR, None for as many as the weights
            need that are gradient ratios.
        accumulate: parts in which a batch goes through the network (`Accumulation`).
        compile: whether the network is compiled first.

    Attributes:
        taught: steps in which the critics alone have learned.

    Raises:
        RequestError: the parts would not be equal.
    """

    def __init__(
        self,
        experiment: Experiment,
        fabric: Fabric,
        *,
        measure_every: int | None = None,
        accumulate: int = 1,
        compile: bool = False,
    ) -> None:
        _demand_parts(experiment.batch // processes.world(), accumulate)
        self.objective = experiment.objective
        losses = {name: term.loss for name, term in self.objective.items()}
        self.learned = {name: loss for name, loss in losses.items() if isinstance(loss, LearnedLoss)}
        for module in (experiment.network, *losses.values()):
            _place(module, fabric.device)
            share_statistics(module, experiment.statistics_of, experiment.batch // processes.world())
            processes.start_alike(module)
        clip = Clip(experiment.clip_value, experiment.clip_norm)
        freeze(experiment.network, experiment.frozen)
        predict = compiled(experiment.network.predict) if compile else experiment.network.predict
        self.parts = Accumulation(predict, accumulate) if accumulate > 1 else None
        self.predict, self.whole = self.parts or predict, experiment.network.predict
        self.network = Learner(
            experiment.network.train(),
            experiment.optimizer,
            experiment.schedule,
            fabric=fabric,
            clip=clip,
            warmup=experiment.warmup,
        )
        self.critics = {
            name: Learner(loss.critic.train(), experiment.critic_optimizer, experiment.critic_schedule, fabric=fabric)
            for name, loss in self.learned.items()
        }
        self.critics_first = experiment.critics_first
        keeper = self.network.optimizer if isinstance(experiment.optimizer, ScheduleFree) else None
        self.average = Average(experiment.network, experiment.average, keeper)
        self.balance = Balance(self.objective, measure_every)
        self.mishaps, self.taught = Mishaps(), 0
        self.undo = Undo([experiment.network, *losses.values()], [critic.optimizer for critic in self.critics.values()])

    def step(self, batch: Batch, clock: Clock = START) -> Mapping[str, Tensor]:
        """Predict, teach the critics and let the network descend, in the order of the experiment; return all losses.

        Of several processes each has its own rows of the batch, and returns the losses of the whole.

        A step in which a loss, the prediction, a gradient or a statistic is not finite changes nothing but `mishaps`,
        which says what it was, and returns no losses.
        """
        losses = self._tried(partial(self._step, batch, clock), batch)
        if losses:
            self.average.update(clock.next.done)
        return losses

    def teach(self, batch: Batch, taught: int) -> Mapping[str, Tensor]:
        """Let the critics alone learn from SR of the network as it stands, after so many such steps; return the losses.

        The network is in evaluation mode, so that not even its statistics move. What is not finite is as in `step`.
        """
        self.taught = taught + 1
        return self._tried(partial(self._teach_alone, batch), batch)

    def _tried(self, step: Callable[[], Mapping[str, Tensor]], batch: Batch) -> Mapping[str, Tensor]:
        """Return the losses of a step; none where that has met what is not finite, and has changed nothing."""
        self.undo.keep()
        balance = self.balance.kept()
        try:
            losses = step()
        except processes.ProcessLost:
            self.undo.put_back()
            self.balance.put_back(balance)
            raise
        except NotFinite as fault:
            overflowed = any(learner.overflowed(fault) for learner in self._learners_of(fault))
            named = fault if overflowed else self._by_term(fault, batch)
            self.undo.put_back()
            self.balance.put_back(balance)
            self.network.skipped += 1
            if overflowed:
                self.mishaps.passed()
            else:
                self.mishaps.add(named)
            return {}
        self.mishaps.passed()
        return losses

    def _teach_alone(self, batch: Batch) -> Mapping[str, Tensor]:
        self.network.network.eval()
        with torch.no_grad():
            found = [self.whole(part) for part in batch.lr.chunk(self.parts.parts if self.parts else 1)]
        self.network.network.train()
        side = {name: torch.cat([each.side[name] for each in found]) for name in found[0].side}
        findings = Findings()
        prediction = Prediction(torch.cat([each.sr for each in found]), side)
        losses = processes.averaged(self._teach(prediction, batch, START, findings))
        findings.demand_finite()
        return losses

    def _step(self, batch: Batch, clock: Clock) -> Mapping[str, Tensor]:
        """Take a step, the network's own last of all: until then a number may turn out not to be finite.

        Here alone the device is waited for; critics that went on from such a number are put back by `step`.
        """
        self.network.prepare(clock.progress)
        prediction = self.predict(batch.lr)
        first, second = (self._teach, self._derive) if self.critics_first else (self._derive, self._teach)
        findings, seen = Findings(), (prediction, batch, clock)
        losses = processes.averaged({**first(*seen, findings), **second(*seen, findings)})
        findings.demand_finite()
        self.network.advance(clock.progress)
        return losses

    def _teach(self, prediction: Prediction, batch: Batch, clock: Clock, findings: Findings) -> dict[str, Tensor]:
        """Let each critic learn from the last SR network."""
        seen, losses = prediction.detach(), dict[str, Tensor]()
        for name, critic in self.critics.items():
            loss = self.learned[name].critic_loss(seen, batch)
            values = {PREDICTION: seen.sr, f"critic/{name}": loss}
            critic.derive(loss, values, called=f"/critic/{name}", findings=findings)
            critic.advance(clock.progress)
            losses[f"critic/{name}"] = loss.detach()
        return losses

    def _derive(self, prediction: Prediction, batch: Batch, clock: Clock, findings: Findings) -> dict[str, Tensor]:
        """Take the gradient of the sum of the weighted losses."""
        losses = {name: term.loss(prediction, batch) for name, term in self.objective.items()}
        self.balance.measure(losses, prediction.sr, clock, self.network.scale)
        onwards = partial(self.parts.carry_back, batch.lr, prediction) if self.parts else None
        values = {PREDICTION: prediction.sr, **losses}
        self.network.derive(self.balance.weigh(losses, clock.progress), values, onwards=onwards, findings=findings)
        return {name: loss.detach() for name, loss in losses.items()}

    def _learners_of(self, fault: NotFinite) -> list[Learner]:
        """Return whose gradient it is that is not finite."""
        found = [self.critics.get(name.rpartition("/critic/")[2], self.network) for name in fault.names]
        return [learner for number, learner in enumerate(found) if learner not in found[:number]]

    def _by_term(self, fault: NotFinite, batch: Batch) -> NotFinite:
        """Say which term's gradient is not finite where no more is known than that theirs together is not."""
        if fault.names[0] != GRADIENT:
            return fault
        prediction = self.whole(batch.lr)
        losses = {name: term.loss(prediction, batch) for name, term in self.objective.items()}
        found = [f"{GRADIENT}/{name}" for name, loss in losses.items() if not self.network.derives(loss)]
        return NotFinite(*found) if found else fault

    def slow_down(self, slowing: float) -> None:
        """Let the learning rates of the network and its critics be this share of what their schedules say."""
        for learner in (self.network, *self.critics.values()):
            learner.slowing = slowing

    def state_dict(self) -> dict[str, Any]:
        """Return everything that a step changes, down to the random generators."""
        taught = {"taught": self.taught} if self.taught else {}
        return {
            **taught,
            "network": self.network.network.state_dict(),
            "average": self.average.state_dict(),
            "losses": {name: term.loss.state_dict() for name, term in self.objective.items()},
            "learner": self.network.state_dict(),
            "balance": self.balance.state_dict(),
            "mishaps": self.mishaps.state_dict(),
            "critics": {name: critic.state_dict() for name, critic in self.critics.items()},
            "random": torch.get_rng_state(),
            "random_cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state, as if there had been no interruption."""
        self.network.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        for name, term in self.objective.items():
            term.loss.load_state_dict(state["losses"][name])
        self.network.load_state_dict(state["learner"])
        self.balance.load_state_dict(state["balance"])
        self.taught = state.get("taught", 0)
        if "mishaps" in state:  # those of before did not count them
            self.mishaps.load_state_dict(state["mishaps"])
        for name, critic in self.critics.items():
            critic.load_state_dict(state["critics"][name])
        torch.set_rng_state(state["random"].cpu())
        if torch.cuda.is_available() and state["random_cuda"]:
            torch.cuda.set_rng_state_all([generator.cpu() for generator in state["random_cuda"]])


def freeze(network: Network, beginnings: Sequence[str]) -> None:
    """Let the parameters of a network not learn whose names begin so."""
    for name, parameter in network.named_parameters():
        if name.startswith(tuple(beginnings)):
            parameter.requires_grad_(False)


def _demand_parts(rows: int, accumulate: int) -> None:
    if rows % accumulate:
        near = min((each for each in range(1, rows + 1) if rows % each == 0), key=lambda each: abs(each - accumulate))
        raise RequestError(f"{rows} patches make no {accumulate} equal parts; the nearest --accumulate is {near}.")


def _place(module: nn.Module, device: torch.device) -> None:
    """Move a module and lay out its kernels channels-last: those of two dimensions, as HAN has one of three."""
    module.to(device)
    for parameter in module.parameters():
        if parameter.ndim == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
