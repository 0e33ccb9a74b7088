"""What each term of the objective counts for, and how hard it pulls at SR."""

from collections.abc import Mapping
from typing import Any, cast

import torch
from lightning_fabric import Fabric
from torch import Tensor

from acutance.experiment import GradientRatio, Term


class Balance:
    """The weights of the terms at each step, and the norms of their gradients at SR.

    A fixed weight stays as it is. A `Share` is set so that its term's gradient has the wanted fraction of another
    term's, measured every so many steps and smoothed. Both join the objective where the term says so. A weight alone
    says little: the gradient of the contrastive loss does not depend on the range of the images and that of the pixel
    loss does (docs/papers/pcl.md); the shares of gradients can be compared between runs.
    """

    def __init__(self, objective: Mapping[str, Term], steps: int, fabric: Fabric) -> None:
        self.objective, self.steps, self.fabric = objective, steps, fabric
        self.done = 0
        self.due = False
        self.norms: dict[str, float] = {}
        self.shares = {name: 0.0 for name, term in objective.items() if isinstance(term.weight, GradientRatio)}

    def measure(self, losses: Mapping[str, Tensor], sr: Tensor) -> None:
        """Take note of one step: measure the gradients if a line of the curve or a share is due, keeping the graph."""
        shares = {name: self._share(name) for name in self.shares}
        due = {name: share for name, share in shares.items() if self.done % share.every == 0}
        if self.due or due:
            self.norms = {name: self._norm(loss, sr) for name, loss in losses.items()}
        for name, share in due.items():
            self._adapt(name, share)
        self.done += 1

    def weigh(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the sum of the weighted losses."""
        return torch.stack([self.weight(name) * loss for name, loss in losses.items()]).sum()

    def weight(self, name: str) -> float:
        """Return what a term counts for in the step last measured."""
        term = self.objective[name]
        full = self.shares[name] if isinstance(term.weight, GradientRatio) else term.weight
        return full * term.joined((self.done - 1) / self.steps)

    def values(self) -> dict[str, float]:
        """Return the last norms of the weighted gradients as "gradient/NAME", and the weights of shares."""
        gradients = {f"gradient/{name}": self.weight(name) * norm for name, norm in self.norms.items()}
        return gradients | {f"weight/{name}": self.weight(name) for name in self.shares}

    def state_dict(self) -> dict[str, Any]:
        """Return what changes from step to step."""
        return {"done": self.done, "shares": dict(self.shares)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.done, self.shares = state["done"], dict(state["shares"])

    def _share(self, name: str) -> GradientRatio:
        return cast(GradientRatio, self.objective[name].weight)

    def _adapt(self, name: str, share: GradientRatio) -> None:
        if self.norms[name] == 0:
            return
        wanted = share.fraction * self.norms[share.of] / self.norms[name]
        before = self.shares[name]
        self.shares[name] = share.smoothing * before + (1 - share.smoothing) * wanted if before else wanted

    def _norm(self, loss: Tensor, sr: Tensor) -> float:
        if not loss.requires_grad:  # a side prediction whose layers wait for the end of a warm-up
            return 0.0
        (gradient,) = torch.autograd.grad(loss, sr, retain_graph=True, materialize_grads=True)
        return float(cast(Tensor, self.fabric.all_reduce(gradient.norm(), reduce_op="mean")))
