"""Several steps as one: in a row, one of several, or now and then."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from acutance.degrade.step import Picture, Step, demand_probability
from acutance.errors import RequestError


@dataclass(frozen=True, init=False)
class Chain:
    """The steps one after the other.

    Example:
        >>> from acutance.degrade import JPEG, Blur, GaussianNoise
        >>> step = Chain(Blur(), GaussianNoise((5, 5)), JPEG((40, 40)))
    """

    steps: tuple[Step, ...]

    def __init__(self, *steps: Step) -> None:
        object.__setattr__(self, "steps", steps)

    def __call__(self, picture: Picture, random: np.random.Generator) -> Picture:
        """Return what the last step makes of it."""
        for step in self.steps:
            picture = step(picture, random)
        return picture


@dataclass(frozen=True)
class OneOf:
    """One of several steps, each with its weight."""

    steps: tuple[Step, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.steps) != len(self.weights) or min(self.weights, default=0) < 0 or not sum(self.weights):
            raise RequestError(f"{len(self.steps)} steps to choose from need as many weights, not {self.weights}.")

    def __call__(self, picture: Picture, random: np.random.Generator) -> Picture:
        """Return what the step that was drawn makes of it."""
        weights = np.array(self.weights)
        return self.steps[random.choice(len(weights), p=weights / weights.sum())](picture, random)


@dataclass(frozen=True)
class Sometimes:
    """A step that is taken with a probability."""

    probability: float
    step: Step

    def __post_init__(self) -> None:
        demand_probability("a step", self.probability)

    def __call__(self, picture: Picture, random: np.random.Generator) -> Picture:
        """Return what the step makes of it, or the picture as it is."""
        return self.step(picture, random) if random.random() < self.probability else picture


def in_random_order(steps: Sequence[Step], random: np.random.Generator) -> list[Step]:
    """Return the steps in an order that is drawn."""
    return [steps[number] for number in random.permutation(len(steps))]
