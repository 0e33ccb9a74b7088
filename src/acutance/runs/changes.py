"""How an experiment is optimized, where that is not to be as its recipe says."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from acutance.errors import RequestError, unknown
from acutance.experiment import Constant, CosineRestarts, Experiment, Halving, Schedule
from acutance.optimizers import OPTIMIZERS, SGD, Optimizer, ScheduleFree, at_rate

SCHEDULES = {"constant": Constant, "halving": Halving, "cosine": CosineRestarts}


@dataclass(frozen=True)
class Changes:
    """What is changed of how a network is led; None leaves a value as the recipe says. Critics learn as they did.

    Attributes:
        learning_rate: of the network, before the schedule.
        optimizer: "adam", "adamw", "sgd", "muon" or "schedulefree" (`acutance.optimizers`), at the recipe's rate unless
            another is given; "sgd", which needs a larger one, at its own. "schedulefree" goes at a constant rate, and
            without the recipe's average, unless others are asked for.
        schedule: "constant"; "halving", after two thirds, or at shares of the run as in "halving:0.5,0.75"; "cosine",
            or with restarts at weights as in "cosine:1,0.5".
        average: decay of the running average of the weights; 0 for none.
        clip: limit on the norm of the gradient; 0 for no limit at all.
        freeze: beginnings of the names of parameters that do not learn.
        critic_steps: updates of the critics on the network as it starts, before that learns.

    Raises:
        RequestError: there is no such optimizer or schedule, or a number is out of its range.
    """

    learning_rate: float | None = None
    optimizer: str | None = None
    schedule: str | None = None
    average: float | None = None
    clip: float | None = None
    freeze: Sequence[str] = ()
    critic_steps: int | None = None

    def __post_init__(self) -> None:
        frozen = (self.freeze,) if isinstance(self.freeze, str) else tuple(self.freeze)
        object.__setattr__(self, "freeze", frozen)
        if self.learning_rate is not None and not 0 < self.learning_rate < math.inf:
            raise RequestError(f"--learning-rate is {self.learning_rate}; it must be above 0.")
        if self.average is not None and not 0 <= self.average < 1:
            raise RequestError(f"--average is {self.average}; it must be from 0, for none, to below 1.")
        if self.clip is not None and not 0 <= self.clip < math.inf:
            raise RequestError(f"--clip is {self.clip}; it must be 0, for none, or above.")
        if self.optimizer is not None and self.optimizer not in OPTIMIZERS:
            raise unknown("optimizer", self.optimizer, OPTIMIZERS)
        if self.schedule is not None:
            schedule_of(self.schedule)

    def applied(self, experiment: Experiment) -> Experiment:
        """Return the experiment with these changes.

        Raises:
            RequestError: a part to freeze is none of its network's, its optimizer takes no other rate, or it has no
                critic to teach.
        """
        changes: dict[str, object] = {"optimizer": self._optimizer(experiment.optimizer)}
        if self.optimizer is not None and OPTIMIZERS[self.optimizer] is ScheduleFree:
            changes |= {"schedule": Constant(), "average": None}
        if self.schedule is not None:
            changes["schedule"] = schedule_of(self.schedule)
        if self.average is not None:
            changes["average"] = self.average or None
        if self.clip is not None:
            changes |= {"clip_norm": self.clip or None, "clip_value": None}
        if self.freeze:
            changes["frozen"] = (*experiment.frozen, *self.freeze)
        if self.critic_steps is not None:
            changes["critic_steps"] = self.critic_steps
        changed = replace(experiment, **changes)  # pyright: ignore[reportArgumentType]
        names = [name for name, each in changed.network.named_parameters() if each.requires_grad]
        if self.freeze and all(name.startswith(changed.frozen) for name in names):
            raise RequestError(f"--freeze {' '.join(self.freeze)} leaves nothing of {changed.network.name} to learn.")
        return changed

    def _optimizer(self, theirs: Optimizer) -> Optimizer:
        kind = None if self.optimizer is None else OPTIMIZERS[self.optimizer]
        if kind is not None and type(theirs) is not kind:
            rate = SGD().learning_rate if kind is SGD else theirs.learning_rate
            theirs = kind(learning_rate=rate)
        return theirs if self.learning_rate is None else at_rate(theirs, self.learning_rate)


def schedule_of(text: str) -> Schedule:
    """Return the schedule that a text such as "cosine" or "halving:0.5,0.75" means.

    Raises:
        RequestError: there is none of that name, or its numbers make no sense.
    """
    name, _, rest = text.partition(":")
    if name not in SCHEDULES:
        raise unknown("schedule", name, SCHEDULES)
    if not rest:
        return SCHEDULES[name]()
    try:
        numbers = tuple(float(each) for each in rest.split(","))
    except ValueError:
        numbers = ()
    if name == "halving" and numbers and all(0 < each < 1 for each in numbers):
        return Halving(numbers)
    if name == "cosine" and numbers and all(0 < each < math.inf for each in numbers):
        return CosineRestarts(numbers)
    told = {"constant": "takes no numbers", "halving": "takes shares of the run between 0 and 1, as halving:0.5,0.75"}
    raise RequestError(
        f"--schedule is {text!r}; {name} {told.get(name, 'takes a weight above 0 for each restart, as cosine:1,0.5')}."
    )
