"""What each term of the objective counts for, and how hard it pulls at SR."""

import math
from collections.abc import Mapping
from statistics import median_low
from typing import Any

import torch
from torch import Tensor

from acutance import processes
from acutance.experiment import GradientRatio, Term
from acutance.training.clock import Clock

LARGEST = 1000.0
"""Weight that a gradient ratio never exceeds."""
JUMP = 10.0
"""How many times the weight of before one measurement may ask for."""
RECENT, FEWEST = 5, 3
"""Measurements that are remembered, and how many it takes to tell which of them was alone."""
ASTRAY = 100.0
"""How many times less than the recent measurements a weight counts for that one of them alone has led astray."""


class Balance:
    """The weights of the terms at each step, and the norms of their gradients at SR.

    A fixed weight stays as it is. A `GradientRatio` sets it so that its term's gradient has the wanted fraction of
    another term's, measured every so many steps and smoothed. A batch of flat patches, in which a term has next to no
    gradient, would ask for a weight without end: a measurement asks for no more than ten times the weight of before,
    nor for more than 1000, and a weight that is ten times too large is given up at once. The other way, one measurement
    of a gradient without bounds brings a weight to next to nothing, from which tenfold steps would not lead back within
    a run: a weight a hundred times below the median of the last five measurements, three at least, is put at that
    median, or at the present measurement where that asks for less. Both kinds join the objective where the term says
    so. A weight alone says little: the gradient of the contrastive loss does not depend on the
    range of the images and that of the pixel loss does (docs/papers/pcl.md); the ratios of gradients can be compared
    between runs.

    Attributes:
        norms: L2 norm of the gradient of each unweighted term at SR of the whole batch, as last measured.
        weights: of the terms with a `GradientRatio`, as last adapted; 0 before the first measurement.
        recent: the weights that the last measurements asked for, without limits.
    """

    def __init__(self, objective: Mapping[str, Term], measure_every: int | None = None) -> None:
        self.objective, self.measure_every = objective, measure_every
        self.ratios = {name: term.weight for name, term in objective.items() if isinstance(term.weight, GradientRatio)}
        self.norms: dict[str, float] = {}
        self.weights = dict.fromkeys(self.ratios, 0.0)
        self.recent: dict[str, tuple[float, ...]] = dict.fromkeys(self.ratios, ())

    def measure(self, losses: Mapping[str, Tensor], sr: Tensor, clock: Clock, scale: float = 1.0) -> None:
        """Measure the gradients if that is due or a ratio is to be adapted at `clock`, and keep the graph.

        They are taken of losses times `scale`, without which float16 would lose the smallest.
        """
        due = {name: ratio for name, ratio in self.ratios.items() if clock.done % ratio.every == 0}
        if due or (self.measure_every is not None and clock.next.is_due(self.measure_every)):
            self.norms = {name: self._norm(loss, sr, scale) for name, loss in losses.items()}
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

    def kept(self) -> tuple[dict[str, float], dict[str, tuple[float, ...]], dict[str, float]]:
        """Return what a step changes, for `put_back`."""
        return dict(self.weights), dict(self.recent), self.norms

    def put_back(self, kept: tuple[dict[str, float], dict[str, tuple[float, ...]], dict[str, float]]) -> None:
        """Make weights, measurements and norms as they were."""
        self.weights, self.recent, self.norms = kept

    def state_dict(self) -> dict[str, Any]:
        """Return what changes from step to step."""
        return {"weights": dict(self.weights), "recent": {name: list(each) for name, each in self.recent.items()}}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.weights = dict(state["weights"])
        recent = state.get("recent", {})  # states of before remembered none
        self.recent = {name: tuple(recent.get(name, ())) for name in self.ratios}

    def _adapt(self, name: str, ratio: GradientRatio) -> None:
        if self.norms[name] == 0:
            return
        before, asked = self.weights[name], ratio.fraction * self.norms[ratio.of] / self.norms[name]
        if not math.isfinite(asked):
            return
        self.recent[name] = (*self.recent[name], asked)[-RECENT:]
        usual = median_low(self.recent[name])
        if before and len(self.recent[name]) >= FEWEST and ASTRAY * before < usual:
            self.weights[name] = min(usual, asked, LARGEST)
            return
        wanted = min(asked, JUMP * before or LARGEST, LARGEST)
        from_scratch = before == 0 or before > JUMP * wanted
        self.weights[name] = wanted if from_scratch else ratio.smoothing * before + (1 - ratio.smoothing) * wanted

    def _norm(self, loss: Tensor, sr: Tensor, scale: float) -> float:
        if not loss.requires_grad:  # a side prediction whose layers wait for the end of a warm-up
            return 0.0
        (gradient,) = torch.autograd.grad(loss, sr, loss.new_full((), scale), retain_graph=True, materialize_grads=True)
        return float(processes.norm_of_mean(gradient)) / scale
