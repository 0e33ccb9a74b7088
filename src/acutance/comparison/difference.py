"""How much one recipe exceeds another, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from acutance.metrics import METRICS
from acutance.scores.results import SetResult
from acutance.scores.significance import (
    LEVEL,
    SEEDS,
    Estimate,
    bootstrap,
    bootstrap_p,
    differences,
    effect,
    holm,
    paired,
)

Place = tuple[str, str]
"""A recipe and a set."""


@dataclass(frozen=True)
class Difference:
    """How much a recipe exceeds the control, and how many of the pictures both scored it made better.

    Args:
        estimate: over the seeds.
        better: pictures with a better score in the mean over the seeds.
        pictures: how many both have.
        over_pictures: the 95 % interval of a bootstrap over the pictures; None where there is but one.
        p_over_pictures: its p-value.
        effect: mean over standard deviation of what the pictures gain, Cohen's d.
        corrected: the larger of the p-values over seeds and over pictures as Holm corrects it over the family; None
            where there is none.
    """

    estimate: Estimate
    better: int
    pictures: int
    over_pictures: tuple[float, float] | None
    p_over_pictures: float | None = None
    effect: float | None = None
    corrected: float | None = None

    @property
    def p(self) -> float | None:
        """The larger of both p-values: the difference has to hold for other seeds and for other pictures."""
        both = (self.estimate.p, self.p_over_pictures)
        return None if both[0] is None or both[1] is None else max(both[0], both[1])

    @property
    def resolved_over_pictures(self) -> bool:
        """Whether the interval over the pictures leaves zero out."""
        return self.over_pictures is not None and self.over_pictures[0] * self.over_pictures[1] > 0

    @property
    def resolved(self) -> bool:
        """Whether there are three seeds, both intervals leave zero out and the corrected p-value is below 0.05."""
        both = self.estimate.leaves_zero_out and self.resolved_over_pictures
        return both and len(self.estimate.values) >= SEEDS and self.corrected is not None and self.corrected < LEVEL

    def to_json(self) -> dict[str, Any]:
        """Return mean, spread, 95 % intervals, p-values, effect size, the verdict, and the count of pictures."""
        estimate, counts = self.estimate, {"better": self.better, "pictures": self.pictures}
        over = {"over_pictures": self.over_pictures, "resolved_over_pictures": self.resolved_over_pictures}
        sure = {"p": self.p, "p_corrected": self.corrected, "effect": self.effect}
        told = {"interval": estimate.interval, "resolved_over_seeds": estimate.leaves_zero_out}
        return {**estimate.to_json(), **told, "resolved": self.resolved, **counts, **over, **sure}


def difference_of(ours: Sequence[SetResult], control: Sequence[SetResult], metric: str) -> Difference | None:
    """Return ours - control, results of the same seeds, over the pictures that all have; None where there are none."""
    pictures = _common([*ours, *control])
    if not pictures:
        return None
    estimate = paired(*([_mean(result, pictures, metric) for result in side] for side in (ours, control)))
    gains = differences(*([_picture(side, each, metric) for each in pictures] for side in (ours, control)))
    sign = 1 if METRICS[metric].higher_is_better else -1
    better = sum(sign * gain > 0 for gain in gains)
    return Difference(estimate, better, len(pictures), bootstrap(gains), bootstrap_p(gains), effect(gains))


def corrected(family: Mapping[Place, Difference]) -> dict[Place, Difference]:
    """Return the differences of a family, those in one metric, each with the p-value that Holm makes of its own."""
    values = {place: each.p for place, each in family.items()}
    sure = holm({place: p for place, p in values.items() if p is not None})
    return {place: replace(each, corrected=sure.get(place)) for place, each in family.items()}


def _common(results: Sequence[SetResult]) -> list[str]:
    first, *others = [result.images for result in results] or [{}]
    return [picture for picture in first if all(picture in other for other in others)]


def _mean(result: SetResult, pictures: Sequence[str], metric: str) -> float:
    return fmean(result.images[picture][metric] for picture in pictures)


def _picture(results: Sequence[SetResult], picture: str, metric: str) -> float:
    return fmean(result.images[picture][metric] for result in results)
