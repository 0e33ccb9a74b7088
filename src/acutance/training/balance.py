"""What each term of the objective counts for, and how hard it pulls at SR."""

from collections.abc import Mapping
from typing import Any, cast

import torch
from lightning_fabric import Fabric
from torch import Tensor

from acutance.experiment import GradientRatio, Term
from acutance.training.clock import Clock


class Balance:
    """The weights of the terms at each step, and the norms of their gradients at SR.

    A fixed weight stays as it is. A `GradientRatio` sets it so that its term's gradient has the wanted fraction of
    another term's, measured every so many steps and smoothed. Both join the objective where the term says so. A weight
    alone says little: the gradient of the contrastive loss does not depend on the range of the images and that of the
    pixel loss does (docs/papers/pcl.md); the ratios of gradients can be compared between runs.

    Attributes:
        norms: L2 norm of the gradient of each unweighted term at SR, as last measured.
        weights: of the terms with a `GradientRatio`, as last adapted; 0 before the first measurement.
    """

    def __init__(self, objective: Mapping[str, Term], fabric: Fabric, measure_every: int | None = None) -> None:
        self.objective, self.fabric, self.measure_every = objective, fabric, measure_every
        self.ratios = {name: term.weight for name, term in objective.items() if isinstance(term.weight, GradientRatio)}
        self.norms: dict[str, float] = {}
        self.weights = dict.fromkeys(self.ratios, 0.0)

    def measure(self, losses: Mapping[str, Tensor], sr: Tensor, clock: Clock) -> None:
        """Measure the gradients if that is due or a ratio is to be adapted at `clock`, and keep the graph."""
        due = {name: ratio for name, ratio in self.ratios.items() if clock.done % ratio.every == 0}
        if due or (self.measure_every is not None and clock.next.is_due(self.measure_every)):
            self.norms = {name: self._norm(loss, sr) for name, loss in losses.items()}
        for name, ratio in due.items():
            self._adapt(name, ratio)

    def weigh(self, losses: Mapping[str, Tensor], progress: float) -> Tensor:
        """Return the sum of the weighted losses."""
        return torch.stack([self.weight(name, progress) * loss for name, loss in losses.items()]).sum()

    def weight(self, name: str, progress: float) -> float:
        """Return what a term counts for at `progress` in [0, 1]."""
        term = self.objective[name]
        full = self.weights[name] if isinstance(term.weight, GradientRatio) else term.weight
        return full * term.joined(progress)

    def values(self, progress: float) -> dict[str, float]:
        """Return the last norms of the weighted gradients as "gradient/NAME", and the adapted weights."""
        gradients = {f"gradient/{name}": self.weight(name, progress) * norm for name, norm in self.norms.items()}
        return gradients | {f"weight/{name}": self.weight(name, progress) for name in self.weights}

    def state_dict(self) -> dict[str, Any]:
        """Return what changes from step to step."""
        return {"weights": dict(self.weights)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.weights = dict(state["weights"])

    def _adapt(self, name: str, ratio: GradientRatio) -> None:
        if self.norms[name] == 0:
            return
        wanted = ratio.fraction * self.norms[ratio.of] / self.norms[name]
        before = self.weights[name]
        self.weights[name] = ratio.smoothing * before + (1 - ratio.smoothing) * wanted if before else wanted

    def _norm(self, loss: Tensor, sr: Tensor) -> float:
        if not loss.requires_grad:  # a side prediction whose layers wait for the end of a warm-up
            return 0.0
        (gradient,) = torch.autograd.grad(loss, sr, retain_graph=True, materialize_grads=True)
        return float(cast(Tensor, self.fabric.all_reduce(gradient.norm(), reduce_op="mean")))
