"""One network and the optimizer that leads it down its loss."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from acutance import processes
from acutance.experiment import Schedule, Warmup
from acutance.optimizers import Optimizer
from acutance.training.mishaps import GRADIENT, PATIENCE, STATISTICS, Diverged, Findings, NotFinite
from acutance.training.scaling import scaler_of


@dataclass(frozen=True)
class Clip:
    """Limits on the gradient: on each of its entries, on its norm, or on neither."""

    value: float | None = None
    norm: float | None = None


class Learner:
    """A network, its optimizer and its schedule.

    Gradients, and the running statistics of a critic, are averaged over the processes in one all-reduce after the
    backward pass, so a network may be called as often as its loss needs. During a warm-up only the parameters that it
    names have gradients.

    Attributes:
        skipped: updates that were left out for a gradient that was not finite.
        slowing: what multiplies the learning rate of the schedule; a run that goes back halves it.
        scaler: of the gradients, in 16-mixed.
    """

    def __init__(
        self,
        network: nn.Module,
        optimizer: Optimizer,
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
        self.statistics = [buffer for buffer in network.buffers() if buffer.is_floating_point()]
        self.skipped = self._skipped_in_a_row = 0
        self.slowing, self.scaler = 1.0, scaler_of(fabric)

    @property
    def scale(self) -> float:
        """What a loss is multiplied by while its gradient is taken; 1 but in 16-mixed."""
        return 1.0 if self.scaler is None else self.scaler.scale

    def learning_rate(self, progress: float) -> float:
        """Return the learning rate of an update at `progress` in [0, 1]."""
        return self.full_rate * self.schedule(progress) * self.slowing

    def prepare(self, progress: float) -> None:
        """Before a forward pass: let the parameters learn that the warm-up names, or all after it."""
        if self.warmup is not None:
            for name, parameter in self.named.items():
                parameter.requires_grad_(self.warmup.trains(name, progress))

    def derive(
        self,
        loss: Tensor,
        values: Mapping[str, Tensor],
        called: str = "",
        onwards: Callable[[], None] | None = None,
        findings: Findings | None = None,
    ) -> None:
        """Set the gradient to that of `loss`, over all processes and within the limits.

        Args:
            loss: what is derived.
            values: that are to be finite, by their names; so are the gradient and the running statistics.
            called: what the names of the latter end in.
            onwards: carries the gradient on into the weights where the graph of `loss` ends before them.
            findings: notes these values, for whoever looks at those of the whole step together; None looks at once.

        Raises:
            NotFinite: one of them is not, where they are looked at at once.
        """
        self.optimizer.zero_grad(set_to_none=True)
        self.fabric.backward(loss if self.scaler is None else loss * self.scale)
        if onwards is not None:
            onwards()
        processes.average_learnt(self.network)
        if self.scaler is not None:
            self.scaler.undo(self.parameters)
        found = {**values, f"{GRADIENT}{called}": self._limited()}
        if self.statistics:
            found[f"{STATISTICS}{called}"] = torch.stack([each.float().sum() for each in self.statistics])
        noted = Findings() if findings is None else findings
        noted.add(found)
        if findings is None:
            noted.demand_finite()

    def derives(self, loss: Tensor) -> bool:
        """Tell whether the gradient of `loss` is finite in all processes, and keep its graph."""
        learning = [parameter for parameter in self.parameters if parameter.requires_grad]
        if not (loss.requires_grad and learning):
            return True
        gradients = torch.autograd.grad(loss, learning, retain_graph=True, allow_unused=True, materialize_grads=True)
        return bool(processes.all_of(torch.stack([each.isfinite().all() for each in gradients])).all())

    def advance(self, progress: float) -> None:
        """Take the step at `progress` in [0, 1] down the gradient."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate(progress)
        self.optimizer.step()
        if self.scaler is not None:
            self.scaler.passed()

    def overflowed(self, fault: NotFinite) -> bool:
        """Tell whether a gradient alone was not finite and its scale may be why, which is lowered then."""
        only_gradient = all(name.partition("/")[0] == GRADIENT for name in fault.names)
        return only_gradient and self.scaler is not None and self.scaler.lower()

    def descend(self, loss: Tensor, progress: float) -> Tensor:
        """Take the step at `progress` in [0, 1] down `loss`, and return that without its graph.

        A step whose loss or gradient is not finite is left out.

        Raises:
            Diverged: that was so PATIENCE times in a row.
        """
        try:
            self.derive(loss, {"loss": loss})
        except NotFinite as fault:
            if self.overflowed(fault):
                self.skipped += 1
            else:
                self._skip()
        else:
            self._skipped_in_a_row = 0
            self.advance(progress)
        return loss.detach()

    def state_dict(self) -> dict[str, Any]:
        """Return the state of the optimizer and its rate; the weights are saved with their network."""
        scaler = {} if self.scaler is None else {"scaler": self.scaler.state_dict()}
        return {"optimizer": self.optimizer.state_dict(), "skipped": self.skipped, "slowing": self.slowing, **scaler}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.optimizer.load_state_dict(deepcopy(state["optimizer"]))  # which would go on sharing it
        self.skipped, self.slowing = state["skipped"], state.get("slowing", 1.0)
        if self.scaler is not None and "scaler" in state:
            self.scaler.load_state_dict(state["scaler"])

    def _limited(self) -> Tensor:
        """Limit the gradient, and return its norm as it was before, or not finite where an entry is not."""
        if self.clip.value is None:
            return nn.utils.clip_grad_norm_(self.parameters, self.clip.norm or float("inf"))
        before = nn.utils.clip_grad_norm_(self.parameters, float("inf"))  # infinite entries would be limited too
        nn.utils.clip_grad_value_(self.parameters, self.clip.value)
        return before + nn.utils.clip_grad_norm_(self.parameters, self.clip.norm or float("inf"))

    def _skip(self) -> None:
        self.skipped += 1
        self._skipped_in_a_row += 1
        if self._skipped_in_a_row >= PATIENCE:
            name = type(self.network).__name__
            raise Diverged(f"the gradient of {name} was not finite {PATIENCE} times in a row; lower its learning rate.")
