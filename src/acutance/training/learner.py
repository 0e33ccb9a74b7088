"""One network and the optimizer that leads it down its loss."""

from dataclasses import dataclass
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from acutance.errors import AcutanceError
from acutance.experiment import Adam, Schedule, Warmup
from acutance.losses import processes

PATIENCE = 25
"""Updates in a row that may be skipped for a gradient that is not finite, before the run gives up."""


@dataclass(frozen=True)
class Clip:
    """Limits on the gradient: on each of its entries, on its norm, or on neither."""

    value: float | None = None
    norm: float | None = None


class Learner:
    """A network, its optimizer and its schedule.

    Gradients, and the running statistics of a critic, are averaged over the processes in one all-reduce after the
    backward pass, so a network may be called as often as its loss needs. An update whose gradient is not finite is
    skipped and counted in `skipped`. During a warm-up only the parameters that it names have gradients.
    """

    def __init__(
        self,
        network: nn.Module,
        optimizer: Adam,
        schedule: Schedule,
        *,
        fabric: Fabric,
        clip: Clip | None = None,
        warmup: Warmup | None = None,
    ) -> None:
        self.network, self.fabric, self.clip, self.warmup = network, fabric, clip or Clip(), warmup
        self.named = {name: parameter for name, parameter in network.named_parameters() if parameter.requires_grad}
        self.parameters = list(self.named.values())
        self.optimizer = optimizer(self.parameters)
        self.schedule, self.full_rate = schedule, optimizer.learning_rate
        self.skipped = self._skipped_in_a_row = 0

    def learning_rate(self, progress: float) -> float:
        """Return the learning rate of an update at `progress` in [0, 1]."""
        return self.full_rate * self.schedule(progress)

    def prepare(self, progress: float) -> None:
        """Before a forward pass: let the parameters learn that the warm-up names, or all after it."""
        if self.warmup is not None:
            for name, parameter in self.named.items():
                parameter.requires_grad_(self.warmup.trains(name, progress))

    def descend(self, loss: Tensor, progress: float) -> Tensor:
        """Take the step at `progress` in [0, 1] down `loss`, and return it without its graph."""
        self.optimizer.zero_grad(set_to_none=True)
        self.fabric.backward(loss)
        processes.average_learnt(self.network)
        if self._gradient_is_usable():
            for group in self.optimizer.param_groups:
                group["lr"] = self.learning_rate(progress)
            self.optimizer.step()
        return loss.detach()

    def state_dict(self) -> dict[str, Any]:
        """Return the state of the optimizer; the weights are saved with their network."""
        return {"optimizer": self.optimizer.state_dict(), "skipped": self.skipped}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.optimizer.load_state_dict(state["optimizer"])
        self.skipped = state["skipped"]

    def _gradient_is_usable(self) -> bool:
        if self.clip.value is not None:
            nn.utils.clip_grad_value_(self.parameters, self.clip.value)
        norm = nn.utils.clip_grad_norm_(self.parameters, self.clip.norm or float("inf"))
        usable = bool(torch.isfinite(norm))
        self.skipped += not usable
        self._skipped_in_a_row = 0 if usable else self._skipped_in_a_row + 1
        if self._skipped_in_a_row >= PATIENCE:
            name = type(self.network).__name__
            raise AcutanceError(
                f"the gradient of {name} was not finite {PATIENCE} times in a row; lower its learning rate."
            )
        return usable
