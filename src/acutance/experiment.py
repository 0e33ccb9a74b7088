"""What a recipe returns: a network, the objective that it descends, and how it is optimized."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, is_dataclass, replace
from typing import Protocol, cast, runtime_checkable

import torch
from torch import nn

from acutance.errors import RequestError, unknown
from acutance.losses import Loss
from acutance.networks import Network
from acutance.types import HasSettings


@dataclass(frozen=True)
class GradientRatio:
    """A weight that keeps a term's gradient at SR at a fraction of another term's, in L2 norm.

    It depends on no image range and no embedding scale, which a fixed weight does.

    Attributes:
        fraction: wanted norm of the weighted gradient over that of the other term.
        of: name of the other term, whose own weight counts as 1.
        every: steps between two measurements.
        smoothing: how much of the last weight stays at a measurement.
    """

    fraction: float
    of: str = "pixel"
    every: int = 25
    smoothing: float = 0.9


@dataclass(frozen=True)
class Term:
    """lambda * L: one term of the objective.

    Attributes:
        weight: lambda, fixed, or as a ratio of gradients.
        loss: L. A learned loss teaches its critic from the first step on, whenever the term joins.
        start: share of the run after which the term joins, for a critic that is too young to guide before.
        ramp: share of the run over which it then grows to its full weight.
    """

    weight: float | GradientRatio
    loss: Loss
    start: float = 0.0
    ramp: float = 0.0

    def joined(self, progress: float) -> float:
        """Return how much of the weight counts at `progress` in [0, 1]."""
        if progress < self.start:
            return 0.0
        return min(1.0, (progress - self.start) / self.ramp) if self.ramp else 1.0


@runtime_checkable
class Schedule(Protocol):
    """A multiplier of the learning rate. It depends on the share of the run that is done, so it fits any budget."""

    def __call__(self, progress: float) -> float:
        """Return the multiplier at `progress` in [0, 1]."""
        ...


@dataclass(frozen=True)
class Constant:
    """The learning rate stays as it is."""

    def __call__(self, progress: float) -> float:
        """Return 1."""
        return 1.0


@dataclass(frozen=True)
class Halving:
    """Half the learning rate at each of the given shares of the run; EDSR's, at two thirds of 300 epochs."""

    at: tuple[float, ...] = (2 / 3,)

    def __call__(self, progress: float) -> float:
        """Return 1, 1/2, 1/4 ..."""
        return 0.5 ** sum(progress >= share for share in self.at)


@dataclass(frozen=True)
class CosineRestarts:
    """Cosine decay to `floor` in periods of equal length, each starting at its weight (released PCL scripts: three)."""

    weights: tuple[float, ...] = (1.0,)
    floor: float = 0.0

    def __call__(self, progress: float) -> float:
        """Return floor + weight * (1 - floor) * (1 + cos(pi * share of the period)) / 2."""
        position = min(progress, 1.0) * len(self.weights)
        period = min(int(position), len(self.weights) - 1)
        return self.floor + self.weights[period] * (1 - self.floor) * (1 + math.cos(math.pi * (position - period))) / 2


@dataclass(frozen=True)
class Adam:
    """Adam without weight decay, as in both papers."""

    learning_rate: float = 1e-4
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8

    def __call__(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Return the optimizer of these parameters."""
        return torch.optim.Adam(list(parameters), lr=self.learning_rate, betas=self.betas, eps=self.eps)


@dataclass(frozen=True)
class Warmup:
    """The beginning of a run, in which fresh layers learn and weights that came from elsewhere stay as they are.

    It is left out where nothing came from elsewhere, or everything did.

    Attributes:
        until: share of the run that it takes.
        trained: beginnings of the names of the parameters that learn meanwhile.
    """

    until: float
    trained: tuple[str, ...]

    def trains(self, name: str, progress: float) -> bool:
        """Whether the parameter of that name learns at `progress` in [0, 1]."""
        return progress >= self.until or name.startswith(self.trained)


@dataclass(frozen=True)
class Experiment:
    """Everything that decides what a training run does, apart from its data, seed and machine.

    Attributes:
        network: with its starting weights.
        objective: name -> term; the network descends their weighted sum. Learned losses bring their critic.
        steps: updates of the network.
        batch: pictures an update, over all devices together.
        patch: height and width of the HR patches, in pixels; a multiple of the scale.
        optimizer, schedule: of the network.
        critic_optimizer, critic_schedule: of each critic.
        critics_first: a step teaches the critics and then the network (PCL-SR), rather than the other way (SPSR).
        initialised_from: the weights that the network is meant to start from (`--init`), in words; empty for none.
        warmup: what learns at first where the network starts partly from other weights, None for all of it.
        clip_value: limit on each gradient entry of the network (released RCAN script: 1), None for none.
        clip_norm: limit on the norm of the network's gradient, None for none.
        average: decay of the running average of the weights, which is then what is validated and kept; None for none.
    """

    network: Network
    objective: Mapping[str, Term]
    steps: int
    batch: int = 16
    patch: int = 192
    optimizer: Adam = field(default_factory=Adam)
    schedule: Schedule = field(default_factory=Constant)
    critic_optimizer: Adam = field(default_factory=Adam)
    critic_schedule: Schedule = field(default_factory=Constant)
    critics_first: bool = True
    initialised_from: str = ""
    warmup: Warmup | None = None
    clip_value: float | None = None
    clip_norm: float | None = None
    average: float | None = None

    def __post_init__(self) -> None:
        for name, value in (("steps", self.steps), ("batch", self.batch), ("patch", self.patch)):
            if value < 1:
                raise RequestError(f"{name} must be 1 or more, not {value}.")
        scale = self.network.scale
        if self.patch % scale:
            nearest = max(1, round(self.patch / scale)) * scale
            raise RequestError(f"patch {self.patch} is no multiple of the scale {scale}; the nearest is {nearest}.")
        if not self.objective:
            raise RequestError("an experiment needs at least one term in its objective.")
        for name, term in self.objective.items():
            others = self.objective.keys() - {name}
            if isinstance(term.weight, GradientRatio) and term.weight.of not in others:
                raise unknown(f"other term for the gradient ratio of {name}", term.weight.of, others)
        if self.warmup is not None:
            _demand_parts(self.network, self.warmup.trained)
        if self.average is not None and not 0 < self.average < 1:
            raise RequestError(f"average must be between 0 and 1, not {self.average}.")

    def without(self, *terms: str) -> "Experiment":
        """Return the same experiment with an objective that lacks some terms.

        Raises:
            RequestError: it has no such term, or none would be left.
        """
        for term in terms:
            if term not in self.objective:
                raise unknown("objective term", term, self.objective)
        return replace(self, objective={name: term for name, term in self.objective.items() if name not in terms})

    def describe(self) -> dict[str, object]:
        """Return the experiment as plain values for a JSON file; equal experiments give equal values.

        Of a loss it holds what that says of itself (`settings`), so an attribute more makes no other experiment.
        """
        rest = {name: _plain(value) for name, value in vars(self).items() if name != "network"}
        return {"network": {"name": self.network.name, "config": vars(self.network.config)}, **rest}


def _demand_parts(network: Network, beginnings: tuple[str, ...]) -> None:
    names = [name for name, _ in network.named_parameters()]
    for beginning in beginnings:
        if not any(name.startswith(beginning) for name in names):
            raise unknown(f"part of {network.name} to warm up", beginning, {name.partition(".")[0] for name in names})


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in cast(Mapping[object, object], value).items()}
    if isinstance(value, Term):
        return {name: _plain(item) for name, item in vars(value).items()}
    if isinstance(value, nn.Module):
        settings = value.settings() if isinstance(value, HasSettings) else {}
        return {"kind": type(value).__name__, **{name: _plain(item) for name, item in settings.items()}}
    if is_dataclass(value) and not isinstance(value, type):
        return {"kind": type(value).__name__, **asdict(value)}
    return value
