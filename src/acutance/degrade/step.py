"""What every random degradation is: a pure function of a picture and a generator of random numbers."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from acutance.errors import RequestError

Picture = Float[np.ndarray, "_h _w _c"]
"""Channels last, 32 bits, in [0, 1]."""

Range = tuple[float, float]
"""Of what is drawn uniformly, both ends included."""


@runtime_checkable
class Step(Protocol):
    """One thing that goes wrong with a picture: (h, w, c) in [0, 1] to the same, of the same size or another.

    It draws nothing but from the generator, so that the same seed gives the same picture.
    """

    def __call__(self, picture: Picture, random: np.random.Generator) -> Picture:
        """Return the worse picture."""
        ...


def demand_range(what: str, drawn: Sequence[float], low: float, high: float) -> None:
    """Raise RequestError unless both ends lie in [low, high], in order."""
    if len(drawn) != 2 or not low <= drawn[0] <= drawn[1] <= high:
        raise RequestError(f"{what} is drawn from {tuple(drawn)}; that must be two numbers, {low:g} to {high:g}.")


def demand_probability(what: str, probability: float) -> None:
    """Raise RequestError unless it is one."""
    if not 0 <= probability <= 1:
        raise RequestError(f"the probability of {what} is {probability}; it must be from 0 to 1.")
