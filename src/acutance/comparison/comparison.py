"""What several recipes trained with several seeds say: means, spreads, and paired differences from the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from acutance.metrics import METRICS
from acutance.scores.results import Results, SetResult
from acutance.scores.significance import Estimate, bootstrap, differences, paired


@dataclass(frozen=True)
class Difference:
    """How much a recipe exceeds the control, and how many of the pictures both scored it made better.

    Args:
        estimate: over the seeds.
        better: pictures with a better score in the mean over the seeds.
        pictures: how many both have.
        over_pictures: the 95 % interval of a bootstrap over the pictures; None where there is but one.
    """

    estimate: Estimate
    better: int
    pictures: int
    over_pictures: tuple[float, float] | None

    @property
    def resolved_over_pictures(self) -> bool:
        """Whether the interval over the pictures leaves zero out."""
        return self.over_pictures is not None and self.over_pictures[0] * self.over_pictures[1] > 0

    def to_json(self) -> dict[str, Any]:
        """Return mean, spread, 95 % intervals, whether zero lies outside them, and the count of pictures."""
        estimate, counts = self.estimate, {"better": self.better, "pictures": self.pictures}
        over = {"over_pictures": self.over_pictures, "resolved_over_pictures": self.resolved_over_pictures}
        return {**estimate.to_json(), "interval": estimate.interval, "resolved": estimate.resolved, **counts, **over}


@dataclass(frozen=True)
class Comparison:
    """The results of each recipe for each seed; the first recipe is the control. Runs yet to come are absent."""

    recipes: Sequence[str]
    seeds: Sequence[int]
    results: Mapping[tuple[str, int], Results]

    @property
    def control(self) -> str:
        """The recipe that the others are held against."""
        return self.recipes[0]

    @property
    def sets(self) -> list[str]:
        """The names of the test sets."""
        return list(dict.fromkeys(name for each in self.results.values() for name in each.sets))

    def metrics(self, name: str) -> list[str]:
        """The metrics of a set."""
        return list(dict.fromkeys(metric for each in self.results.values() for metric in each.sets[name].means))

    def seeds_of(self, *recipes: str) -> list[int]:
        """The seeds for which all of these recipes have results."""
        return [seed for seed in self.seeds if all((recipe, seed) in self.results for recipe in recipes)]

    def means(self, recipe: str, name: str, metric: str) -> dict[int, float]:
        """Return the means of a recipe on a set by seed; empty where it has none yet."""
        means = {seed: self.results[recipe, seed].sets[name].means for seed in self.seeds_of(recipe)}
        return {seed: mean[metric] for seed, mean in means.items() if metric in mean}

    def difference(self, recipe: str, name: str, metric: str) -> Difference | None:
        """Return recipe - control over the seeds and the pictures that both have; None where there are none."""
        seeds = self.seeds_of(recipe, self.control)
        ours, control = ([self.results[each, seed].sets[name] for seed in seeds] for each in (recipe, self.control))
        pictures = _common([*ours, *control])
        if not pictures:
            return None
        estimate = paired(*([_mean(result, pictures, metric) for result in side] for side in (ours, control)))
        gains = differences(*([_picture(side, each, metric) for each in pictures] for side in (ours, control)))
        sign = 1 if METRICS[metric].higher_is_better else -1
        better = sum(sign * gain > 0 for gain in gains)
        return Difference(estimate, better, len(pictures), bootstrap(gains))

    def to_json(self) -> dict[str, Any]:
        """Return means, spreads and differences by set and metric, and every mean that they rest on."""
        any_result = next(iter(self.results.values()), None)
        conditions = {"scale": any_result.scale, "protocol": any_result.protocol} if any_result else {}
        sets = {name: {metric: self._metric_json(name, metric) for metric in self.metrics(name)} for name in self.sets}
        head = {"control": self.control, "recipes": list(self.recipes), "seeds": list(self.seeds), **conditions}
        return {**head, "runs": f"{len(self.results)} of {len(self.recipes) * len(self.seeds)}", "sets": sets}

    def _metric_json(self, name: str, metric: str) -> dict[str, Any]:
        means = {recipe: self.means(recipe, name, metric) for recipe in self.recipes}
        exceeding = {recipe: self.difference(recipe, name, metric) for recipe in self.recipes[1:]}
        return {
            "scores": {
                recipe: {**Estimate.of(each).to_json(), "seeds": each} for recipe, each in means.items() if each
            },
            "differences": {recipe: each.to_json() for recipe, each in exceeding.items() if each},
        }


def _common(results: Sequence[SetResult]) -> list[str]:
    first, *others = [result.images for result in results] or [{}]
    return [picture for picture in first if all(picture in other for other in others)]


def _mean(result: SetResult, pictures: Sequence[str], metric: str) -> float:
    return fmean(result.images[picture][metric] for picture in pictures)


def _picture(results: Sequence[SetResult], picture: str, metric: str) -> float:
    return fmean(result.images[picture][metric] for result in results)
