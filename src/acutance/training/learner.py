"""One network and the optimizer that leads it down its loss."""

from dataclasses import dataclass
from typing import Any, cast

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from acutance.errors import AcutanceError
from acutance.experiment import Adam, Schedule, Warmup

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
        steps: int,
        fabric: Fabric,
        clip: Clip | None = None,
        warmup: Warmup | None = None,
    ) -> None:
        self.network, self.fabric, self.clip, self.warmup = network, fabric, clip or Clip(), warmup
        self.named = {name: parameter for name, parameter in network.named_parameters() if parameter.requires_grad}
        self.parameters = list(self.named.values())
        self.optimizer = optimizer(self.parameters)
        self.schedule, self.steps, self.done = schedule, steps, 0
        self.full_rate = optimizer.learning_rate
        self.skipped = self._skipped_in_a_row = 0
        self._set_trained()

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next update."""
        return self.full_rate * self.schedule(self.done / self.steps)

    def descend(self, loss: Tensor) -> Tensor:
        """Take one step down `loss`, and return it without its graph."""
        self.optimizer.zero_grad(set_to_none=True)
        self.fabric.backward(loss)
        self._average_gradients()
        if self._gradient_is_usable():
            for group in self.optimizer.param_groups:
                group["lr"] = self.learning_rate
            self.optimizer.step()
        self.done += 1
        self._set_trained()
        return loss.detach()

    def state_dict(self) -> dict[str, Any]:
        """Return the state of the optimizer and where the schedule stands; the weights are saved with their network."""
        return {"optimizer": self.optimizer.state_dict(), "done": self.done, "skipped": self.skipped}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.optimizer.load_state_dict(state["optimizer"])
        self.done, self.skipped = state["done"], state["skipped"]
        self._set_trained()

    def _set_trained(self) -> None:
        """Let the parameters learn that the warm-up names, or all where there is none or it is over."""
        if self.warmup is not None:
            for name, parameter in self.named.items():
                parameter.requires_grad_(self.warmup.trains(name, self.done / self.steps))

    @torch.no_grad()
    def _average_gradients(self) -> None:
        if self.fabric.world_size == 1:
            return
        own = [parameter.grad for parameter in self.parameters if parameter.grad is not None]
        own += [buffer for buffer in self.network.buffers() if buffer.is_floating_point()]
        mean = cast(Tensor, self.fabric.all_reduce(torch.cat([tensor.flatten() for tensor in own]), reduce_op="mean"))
        for tensor, part in zip(own, mean.split([tensor.numel() for tensor in own]), strict=True):
            tensor.copy_(part.view_as(tensor))

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
