"""Whether a difference measured over a few seeds is more than their spread.

A paired Student t interval at 95 %: mean +- t(n - 1) * s / sqrt(n), where s is the sample standard deviation of the n
differences. A difference counts as resolved when the interval leaves zero out. It takes the differences to be roughly
normal, which three seeds cannot show; it says nothing about other test sets.

What other pictures of the kind might say is the other source of spread: a paired bootstrap over the pictures (Efron and
Tibshirani 1993, chapter 13), the 2.5 % and 97.5 % quantiles of the mean over pictures drawn again, with replacement. It
takes the seeds as they are. With few pictures, as in Set5, such intervals are too narrow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from statistics import fmean, stdev
from typing import Any

import numpy as np

# The 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom; beyond, the last is used, which is a little wide.
T_QUANTILES = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)

DRAWS = 10_000


@dataclass(frozen=True)
class Estimate:
    """One value a seed, and what they say together."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, by_seed: Mapping[int, float]) -> "Estimate":
        """Return the estimate from values by seed."""
        return cls(tuple(by_seed.values()))

    @property
    def mean(self) -> float:
        """The mean over the seeds."""
        return fmean(self.values)

    @property
    def spread(self) -> float | None:
        """The sample standard deviation over the seeds; None for a single seed or where a value is infinite."""
        several = len(self.values) > 1 and all(map(isfinite, self.values))
        return stdev(self.values) if several else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the mean; None where there is no spread to take it from."""
        if self.spread is None:
            return None
        reach = T_QUANTILES[min(len(self.values) - 1, len(T_QUANTILES)) - 1] * self.spread / sqrt(len(self.values))
        return self.mean - reach, self.mean + reach

    @property
    def resolved(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.interval is not None and self.interval[0] * self.interval[1] > 0

    def to_json(self) -> dict[str, Any]:
        """Return the mean and the spread."""
        return {"mean": self.mean, "spread": self.spread}


def paired(ours: Sequence[float], control: Sequence[float]) -> Estimate:
    """Return the differences, seed by seed; equal values differ by 0, infinite ones too."""
    return Estimate(tuple(differences(ours, control)))


def differences(ours: Sequence[float], control: Sequence[float]) -> list[float]:
    """Return ours - control, pair by pair; equal values differ by 0, infinite ones too."""
    return [0.0 if a == b else a - b for a, b in zip(ours, control, strict=True)]


def bootstrap(values: Sequence[float], *, draws: int = DRAWS, seed: int = 0) -> tuple[float, float] | None:
    """Return the 95 % percentile interval of the mean of `values`, one a picture, drawn again with replacement.

    The same values give the same interval. None for a single value, or where one is infinite.
    """
    if len(values) < 2 or not all(map(isfinite, values)):
        return None
    chosen = np.random.default_rng(seed).integers(len(values), size=(draws, len(values)))
    low, high = np.quantile(np.asarray(values)[chosen].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)
