"""Whether a difference measured over a few seeds is more than their spread.

A paired Student t interval at 95 %: mean +- t(n - 1) * s / sqrt(n), where s is the sample standard deviation of the n
differences. It takes the differences to be roughly normal, which three seeds cannot show; it says nothing about other
test sets.

What other pictures of the kind might say is the other source of spread: a paired bootstrap over the pictures (Efron and
Tibshirani 1993, chapter 13), the 2.5 % and 97.5 % quantiles of the mean over pictures drawn again, with replacement. It
takes the seeds as they are. With few pictures, as in Set5, such intervals are too narrow.

Who makes many comparisons finds something by chance. Holm's correction (1979) over the m p-values of a family orders
them, p_1 <= p_2 ..., and makes each the largest of (m - i + 1) p_i up to its place: those below 0.05 hold all together.

A difference is resolved where there are three seeds or more, zero lies outside of both intervals, and the larger of the
two p-values is below 0.05 after the correction. There is no other meaning of the word.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import atan, cos, isfinite, pi, sin, sqrt
from statistics import fmean, stdev
from typing import Any, TypeVar

import numpy as np

# The 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom; beyond, the last is used, which is a little wide.
T_QUANTILES = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)

DRAWS = 10_000
SEEDS = 3
"""As many as the word "resolved" takes."""
LEVEL = 0.05
Key = TypeVar("Key", bound=Hashable)


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
    def leaves_zero_out(self) -> bool:
        """Whether zero is outside of the interval."""
        return self.interval is not None and self.interval[0] * self.interval[1] > 0

    @property
    def p(self) -> float | None:
        """The two-sided p-value of Student's t; None where there is no spread to take it from."""
        if self.spread is None:
            return None
        if self.spread == 0:
            return 1.0 if self.mean == 0 else 0.0
        return beyond(abs(self.mean) * sqrt(len(self.values)) / self.spread, len(self.values) - 1)

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
    low, high = np.quantile(_drawn_means(values, draws, seed), (0.025, 0.975))
    return float(low), float(high)


def bootstrap_p(values: Sequence[float], *, draws: int = DRAWS, seed: int = 0) -> float | None:
    """Return twice the share of those means that lie on the rarer side of zero, or on it: a two-sided p-value.

    It is at least 1 / (draws + 1). None as of `bootstrap`.
    """
    if len(values) < 2 or not all(map(isfinite, values)):
        return None
    means = _drawn_means(values, draws, seed)
    rarer = min(int((means <= 0).sum()), int((means >= 0).sum()))
    return min(1.0, 2 * (rarer + 0.5) / (draws + 1))


def effect(values: Sequence[float]) -> float | None:
    """Return the mean over the sample standard deviation, Cohen's d of paired differences; None where there is none.

    About 0.2 is small, 0.5 middling, 0.8 large.
    """
    if len(values) < 2 or not all(map(isfinite, values)):
        return None
    spread = stdev(values)
    return fmean(values) / spread if spread else None


def holm(values: Mapping[Key, float]) -> dict[Key, float]:
    """Return the p-values of a family as Holm corrects them, by the same keys.

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'c': 0.06, 'b': 0.06}
    """
    corrected, largest = dict[Key, float](), 0.0
    for place, (key, p) in enumerate(sorted(values.items(), key=lambda item: item[1])):
        largest = max(largest, min(1.0, (len(values) - place) * p))
        corrected[key] = largest
    return corrected


def beyond(t: float, freedom: int) -> float:
    """Return how likely Student's t with so many degrees of freedom, a whole number, is further from zero than `t`.

    By the finite sums of Abramowitz and Stegun, 26.7.3 and 26.7.4.
    """
    angle = atan(abs(t) / sqrt(freedom))
    odd, square = freedom % 2, cos(angle) ** 2
    term, total = 1.0, 1.0
    for step in range(1, (freedom - 1) // 2 if odd else freedom // 2):
        term *= square * (2 * step / (2 * step + 1) if odd else (2 * step - 1) / (2 * step))
        total += term
    if odd:
        rest = sin(angle) * cos(angle) * total if freedom > 1 else 0.0
        return max(0.0, 1 - 2 / pi * (angle + rest))
    return max(0.0, 1 - sin(angle) * total)


def _drawn_means(values: Sequence[float], draws: int, seed: int) -> np.ndarray:
    chosen = np.random.default_rng(seed).integers(len(values), size=(draws, len(values)))
    return np.asarray(values)[chosen].mean(axis=1)
