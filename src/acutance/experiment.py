"""What a recipe returns: a network, the objective that it descends, and how it is optimized."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass, replace
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from torch import nn

from acutance.critics.alone import is_alone
from acutance.data.declared import Declared
from acutance.data.worsened import RandomDegradation
from acutance.degrade.paired import Paired
from acutance.errors import RequestError, unknown
from acutance.losses import Adversarial, LearnedLoss, Loss, Perceptual
from acutance.networks import Network, network_of
from acutance.optimizers import Adam, Optimizer, ScheduleFree
from acutance.types import HasSettings

# What is given may be any module; what an experiment has is a network.
if TYPE_CHECKING:
    Given = Network
else:
    Given = nn.Module

RGB = ("bands", 3)
"""Of a config, what is told as before there were others."""


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
        network: with its starting weights; a module of one's own becomes one (`networks.Own`).
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
        statistics_of: pictures whose statistics batch normalisation takes together, None for the whole batch, however
            many devices share it. 15 where a released script has 15 pictures on each of several GPUs.
        average: decay of the running average of the weights, which is then what is validated and kept; None for none.
        frozen: beginnings of the names of the network's parameters that do not learn; none by default.
        best_by: the metric by which the best weights are chosen where the run validates; empty for `judged_by`.
        critic_steps: updates of the critics on the network as it starts, before its own first.
        degradation: what makes LR of HR afresh for every patch (`acutance.degrade`); None takes the LR of the pictures,
            from their files or by bicubic reduction; `Paired` demands files.
    """

    network: Given
    objective: Mapping[str, Term]
    steps: int
    batch: int = 16
    patch: int = 192
    optimizer: Optimizer = field(default_factory=Adam)
    schedule: Schedule = field(default_factory=Constant)
    critic_optimizer: Optimizer = field(default_factory=Adam)
    critic_schedule: Schedule = field(default_factory=Constant)
    critics_first: bool = True
    initialised_from: str = ""
    warmup: Warmup | None = None
    clip_value: float | None = None
    clip_norm: float | None = None
    average: float | None = None
    statistics_of: int | None = None
    degradation: RandomDegradation | Paired | None = None
    frozen: tuple[str, ...] = ()
    best_by: str = ""
    critic_steps: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "network", network_of(self.network))
        for name, value in (("steps", self.steps), ("batch", self.batch), ("patch", self.patch)):
            if value < 1:
                raise RequestError(f"{name} must be 1 or more, not {value}.")
        if self.statistics_of is not None and (self.statistics_of < 1 or self.batch % self.statistics_of):
            raise RequestError(
                f"statistics of {self.statistics_of} pictures make no whole groups in a batch of {self.batch}."
            )
        scale = self.network.scale
        if self.degradation is not None and self.degradation.scale != scale:
            raise RequestError(f"a degradation of scale {self.degradation.scale} is of no use to a network of {scale}.")
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
            _demand_parts(self.network, self.warmup.trained, "warm up")
        _demand_parts(self.network, self.frozen, "freeze")
        if self.average is not None and not 0 < self.average < 1:
            raise RequestError(f"average must be between 0 and 1, not {self.average}.")
        if self.average is not None and isinstance(self.optimizer, ScheduleFree):
            raise RequestError("an optimizer without a schedule averages the weights itself: leave the average out.")
        if self.critic_steps and not any(isinstance(term.loss, LearnedLoss) for term in self.objective.values()):
            raise RequestError(
                f"no critic learns in this recipe ({', '.join(self.objective)}), so there is none for "
                f"--critic-steps {self.critic_steps} to teach; leave that out."
            )
        if (self.statistics_of or self.batch) == 1:
            _demand_company(self.objective, self.patch)

    @property
    def made_afresh(self) -> RandomDegradation | None:
        """What makes LR of HR for every patch; None where LR is that of the pictures."""
        return None if isinstance(self.degradation, Paired) else self.degradation

    def declared(self, said: Declared) -> Declared:
        """Return what is said of pictures, and that LR has to be files where nothing makes it: at scale 1 it is HR.

        Raises:
            RequestError: it was said that LR is made here.
        """
        if isinstance(self.degradation, Paired):
            return said.of_files(self.degradation.lr)
        return said.of_files("") if self.degradation is None and self.network.scale == 1 else said

    @property
    def judged_by(self) -> tuple[str, ...]:
        """The metrics by which its best weights may be chosen, the best suited first; weights of the first may lack.

        PSNR for objectives of pixels and contrasts. A network that is to please the eye loses PSNR by what it learns,
        and by that its start would be the best.
        """
        if self.best_by:
            return (self.best_by,)
        for_the_eye = any(isinstance(term.loss, Perceptual | Adversarial) for term in self.objective.values())
        return ("lpips", "niqe", "psnr") if for_the_eye else ("psnr",)

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
        apart = ("network", "degradation", "frozen", "best_by", "critic_steps")
        rest = {name: _plain(value) for name, value in vars(self).items() if name not in apart}
        # Its text names all of its steps; without one, a run is told as before there were any.
        rest |= {"degradation": repr(self.degradation)} if self.degradation is not None else {}
        rest |= {"frozen": list(self.frozen)} if self.frozen else {}
        rest |= {"critic_steps": self.critic_steps} if self.critic_steps else {}
        config = {name: value for name, value in vars(self.network.config).items() if (name, value) != RGB}
        return {"network": {"name": self.network.name, "config": config}, **rest}


def _demand_company(objective: Mapping[str, Term], patch: int) -> None:
    """Raise RequestError where a critic cannot learn from a single picture."""
    for name, term in objective.items():
        if isinstance(term.loss, LearnedLoss) and is_alone(term.loss.critic, patch):
            raise RequestError(
                f"the critic of {name} cannot learn from one picture of {patch} pixels at a time, of which its batch "
                "normalisation sees one value a channel: it needs --batch 2 or more, or a larger --patch."
            )


def _demand_parts(network: Network, beginnings: tuple[str, ...], to: str) -> None:
    names = [name for name, _ in network.named_parameters()]
    for beginning in beginnings:
        if not any(name.startswith(beginning) for name in names):
            raise unknown(f"part of {network.name} to {to}", beginning, {name.partition(".")[0] for name in names})


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
