"""Methods as curves: what each attains in one metric at what it keeps of another, and which is ahead at equal terms.

A method's curve is the line from the control through its strengths in their order. At a PSNR of p a method attains the
best of the other metric on its line where PSNR is p or more: a point that loses nothing may be taken instead of one
that loses. Two methods are compared over the PSNR that both reach, seed by seed; the difference is the mean over that
range, and its interval is Student's over the seeds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

from acutance.comparison.sweep import families
from acutance.errors import shown
from acutance.metrics import METRICS
from acutance.scores.significance import SEEDS, Estimate
from acutance.scores.wording import digits_beyond, number, signed, unit

if TYPE_CHECKING:
    from acutance.comparison.comparison import Comparison

Points = Sequence[tuple[float, float]]
"""(metric that is kept, metric that is gained) of the control and of each strength, in this order."""
PLACES = 33
"""Where two curves are compared, over the range of both."""


@dataclass(frozen=True)
class Ahead:
    """How far one method is beyond another at equal terms.

    Attributes:
        first, second: the methods.
        name: the set.
        across, along: the metric that is equal, and the one that is compared.
        estimate: first - second, by seed; better is above 0, whichever way the metric counts.
        low, high: the range of `across` over which it was taken, over all seeds.
    """

    first: str
    second: str
    name: str
    across: str
    along: str
    estimate: Estimate
    low: float
    high: float

    @property
    def sentence(self) -> str:
        """What is to be said of it."""
        across, along = METRICS[self.across], METRICS[self.along]
        more = max(1, digits_beyond(self.along, self.estimate.mean))
        ends = f"{number(self.across, self.low, 1)} to {number(self.across, self.high, 1)}{unit(self.across)}"
        at = f"On {self.name}, at equal {across.title} ({ends})"
        better, worse = (self.first, self.second) if self.estimate.mean >= 0 else (self.second, self.first)
        by = f"{number(self.along, abs(self.estimate.mean), more)}{unit(self.along)}"
        if self.estimate.mean == 0:
            return shown(f"{at}, {self.first} and {self.second} have the same {along.title}.")
        if len(self.estimate.values) < SEEDS or self.estimate.interval is None:
            seeds = len(self.estimate.values)
            few = f"{seeds} seed{'s' * (seeds > 1)}, which decide{'s' * (seeds == 1)} nothing"
            return shown(f"{at}, {better} is ahead of {worse} in {along.title} by {by} ({few}).")
        sign = 1 if self.estimate.mean >= 0 else -1
        first, last = sorted(sign * end for end in self.estimate.interval)
        interval = f"95 % interval {signed(self.along, first, more)} to {signed(self.along, last, more)}"
        over = f"{interval} over {len(self.estimate.values)} seeds"
        if not self.estimate.leaves_zero_out:
            return shown(
                f"{at}, there is no difference in {along.title} between {self.first} and {self.second} ({over})."
            )
        return shown(f"{at}, {better} is better than {worse} in {along.title} by {by} ({over}).")


def attained(points: Points, across: float, *, keep_high: bool, gain_high: bool) -> float | None:
    """Return the best that a line through points attains where the kept metric is `across` or better; None for none.

    `keep_high` and `gain_high` say of each metric whether more of it is better.
    """
    side, sign = (1 if keep_high else -1), (1 if gain_high else -1)
    turned = [(side * x, sign * y) for x, y in points]
    wanted = side * across
    found = [y for x, y in turned if x >= wanted]
    for (x0, y0), (x1, y1) in pairwise(turned):
        if (x0 - wanted) * (x1 - wanted) < 0:
            found.append(y0 + (y1 - y0) * (wanted - x0) / (x1 - x0))
    return sign * max(found) if found else None


def ahead(first: Points, second: Points, *, keep_high: bool, gain_high: bool) -> tuple[float, float, float] | None:
    """Return by how much the first line is beyond the second, better above 0, and the range that this is the mean over.

    None where they reach nothing in common.
    """
    xs = [[x for x, _ in points] for points in (first, second)]
    low, high = max(min(each) for each in xs), min(max(each) for each in xs)
    if low > high:
        return None
    sign, gains = (1 if gain_high else -1), list[float]()
    for place in np.linspace(low, high, PLACES):
        ours, theirs = (
            attained(points, float(place), keep_high=keep_high, gain_high=gain_high) for points in (first, second)
        )
        if ours is not None and theirs is not None:
            gains.append(sign * (ours - theirs))
    return (float(np.mean(gains)), low, high) if gains else None


def points_of(comparison: "Comparison", members: Sequence[str], name: str, pair: tuple[str, str], seed: int) -> Points:
    """Return the line of a method with a seed, from the control on; empty where a run of it is missing."""
    means = [[comparison.means(each, name, metric).get(seed) for metric in pair] for each in members]
    found = [(x, y) for x, y in means if x is not None and y is not None]
    return found if len(found) == len(members) else []


def compared(comparison: "Comparison", name: str, across: str, along: str) -> list[Ahead]:
    """Return how far methods are ahead of each other on a set, those that contain an idea against all others."""
    lines, found = families(comparison.recipes), list[Ahead]()
    for first, second in combinations(lines, 2):
        trivial = [set(lines[method]) <= set(comparison.trivial) for method in (first, second)]
        if all(trivial):
            continue
        ours, theirs = (second, first) if trivial[0] else (first, second)
        each = _over_seeds(comparison, name, (across, along), (ours, theirs))
        found += [each] if each is not None else []
    return found


def _over_seeds(comparison: "Comparison", name: str, pair: tuple[str, str], methods: tuple[str, str]) -> Ahead | None:
    lines, gains, ends = families(comparison.recipes), list[float](), list[float]()
    ways = {"keep_high": METRICS[pair[0]].higher_is_better, "gain_high": METRICS[pair[1]].higher_is_better}
    for seed in comparison.seeds:
        members = [[comparison.control, *lines[method]] for method in methods]
        first, second = (points_of(comparison, each, name, pair, seed) for each in members)
        if first and second and (told := ahead(first, second, **ways)) is not None:
            gains.append(told[0])
            ends += told[1:]
    if not gains:
        return None
    return Ahead(*methods, name, *pair, Estimate(tuple(gains)), min(ends), max(ends))


def is_swept(recipes: Sequence[str]) -> bool:
    """Whether one of the methods has several strengths."""
    return any(len(members) > 1 for members in families(recipes).values())


def frontier_sentences(comparison: "Comparison") -> list[str]:
    """Return what is ahead of what at an equal first metric, on each set, in each other metric; where one is swept."""
    if not is_swept(comparison.recipes):
        return []
    return [
        each.sentence
        for name in comparison.sets
        for along in comparison.metrics(name)[1:]
        for each in compared(comparison, name, comparison.metrics(name)[0], along)
    ]
