"""The training step."""

from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from acutance.experiment import Experiment
from acutance.losses import LearnedLoss
from acutance.training.average import Average
from acutance.training.balance import Balance
from acutance.training.clock import START, Clock
from acutance.training.learner import Clip, Learner
from acutance.types import Batch, Prediction


class Trainer:
    """An experiment in motion: its network, its critics and everything that changes while they learn.

    Args:
        experiment: what is trained.
        fabric: where; it has been launched.
        measure_every: steps between two measurements of each term's gradient at SR, None for as many as the weights
            need that are gradient ratios.
    """

    def __init__(self, experiment: Experiment, fabric: Fabric, *, measure_every: int | None = None) -> None:
        self.objective = experiment.objective
        losses = {name: term.loss for name, term in self.objective.items()}
        self.learned = {name: loss for name, loss in losses.items() if isinstance(loss, LearnedLoss)}
        for module in (experiment.network, *losses.values()):
            _place(module, fabric.device)
        clip = Clip(experiment.clip_value, experiment.clip_norm)
        self.predict = experiment.network.predict
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
        self.order = (self._teach, self._descend) if experiment.critics_first else (self._descend, self._teach)
        self.average = Average(experiment.network, experiment.average)
        self.balance = Balance(self.objective, fabric, measure_every)

    def step(self, batch: Batch, clock: Clock = START) -> dict[str, Tensor]:
        """Predict, teach the critics and let the network descend, in the order of the experiment; return all losses."""
        self.network.prepare(clock.progress)
        prediction = self.predict(batch.lr)
        losses = [update(prediction, batch, clock) for update in self.order]
        self.average.update(clock.next.done)
        return {name: loss for each in losses for name, loss in each.items()}

    def _teach(self, prediction: Prediction, batch: Batch, clock: Clock) -> dict[str, Tensor]:
        """Let each critic learn from the last SR network."""
        seen = prediction.detach()
        return {
            f"critic/{name}": critic.descend(self.learned[name].critic_loss(seen, batch), clock.progress)
            for name, critic in self.critics.items()
        }

    def _descend(self, prediction: Prediction, batch: Batch, clock: Clock) -> dict[str, Tensor]:
        """Let the network descend the sum of its weighted losses."""
        losses = {name: term.loss(prediction, batch) for name, term in self.objective.items()}
        self.balance.measure(losses, prediction.sr, clock)
        self.network.descend(self.balance.weigh(losses, clock.progress), clock.progress)
        return {name: loss.detach() for name, loss in losses.items()}

    def state_dict(self) -> dict[str, Any]:
        """Return everything that a step changes, down to the random generators."""
        return {
            "network": self.network.network.state_dict(),
            "average": self.average.state_dict(),
            "losses": {name: term.loss.state_dict() for name, term in self.objective.items()},
            "learner": self.network.state_dict(),
            "balance": self.balance.state_dict(),
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
        for name, critic in self.critics.items():
            critic.load_state_dict(state["critics"][name])
        torch.set_rng_state(state["random"].cpu())
        if torch.cuda.is_available() and state["random_cuda"]:
            torch.cuda.set_rng_state_all([generator.cpu() for generator in state["random_cuda"]])


def _place(module: nn.Module, device: torch.device) -> None:
    """Move a module and lay out its kernels channels-last: those of two dimensions, as HAN has one of three."""
    module.to(device)
    for parameter in module.parameters():
        if parameter.ndim == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
