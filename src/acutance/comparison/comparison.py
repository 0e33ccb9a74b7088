"""What several recipes trained with several seeds say: means, spreads, and paired differences from the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from acutance.comparison import verdict
from acutance.metrics import METRICS
from acutance.run_folder import RunFolder, RunId
from acutance.runs import Run
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
    """Several recipes, each with the same seeds: what they scored, and how sure a difference between them is.

    Printed it is a table and a sentence a difference, and so it shows itself in a notebook.

    Args:
        recipes: their names; the first is the control.
        seeds: of the runs of each.
        results: of each run; those yet to come are absent.
        out: the folder that everything is in.
    """

    recipes: Sequence[str]
    seeds: Sequence[int]
    results: Mapping[RunId, Results]
    out: Path = field(default=Path("runs/compare"), compare=False)

    def __str__(self) -> str:
        return verdict.as_text(self)

    def _repr_html_(self) -> str:
        return verdict.as_html(self)

    @property
    def report(self) -> Path:
        """The page of it all, with curves and pictures."""
        return RunFolder(self.out).report

    @property
    def runs(self) -> dict[RunId, Run]:
        """The runs that have results: each with its network, its curve and its folder."""
        return {run: Run(run.folder(self.out)) for run in self.results}

    @property
    def control(self) -> str:
        """The recipe that the others are held against."""
        return self.recipes[0]

    @property
    def failed(self) -> list[str]:
        """A sentence for each picture that could not be scored."""
        return list(dict.fromkeys(sentence for each in self.results.values() for sentence in each.failed))

    @property
    def sets(self) -> list[str]:
        """The names of the test sets."""
        return list(dict.fromkeys(name for each in self.results.values() for name in each.sets))

    def metrics(self, name: str) -> list[str]:
        """The metrics of a set."""
        return list(dict.fromkeys(metric for each in self.results.values() for metric in each.sets[name].means))

    def seeds_of(self, *recipes: str) -> list[int]:
        """The seeds for which all of these recipes have results."""
        return [seed for seed in self.seeds if all(RunId(recipe, seed) in self.results for recipe in recipes)]

    def of(self, recipe: str) -> dict[int, Results]:
        """The results of a recipe by seed, as far as there are."""
        return {seed: self.results[RunId(recipe, seed)] for seed in self.seeds_of(recipe)}

    def means(self, recipe: str, name: str, metric: str) -> dict[int, float]:
        """Return the means of a recipe on a set by seed; empty where it has none yet."""
        means = {seed: results.sets[name].means for seed, results in self.of(recipe).items()}
        return {seed: mean[metric] for seed, mean in means.items() if metric in mean}

    @property
    def differences(self) -> dict[str, dict[str, dict[str, Difference]]]:
        """What each recipe exceeds the control by, as differences["pcl:edsr_s"]["Set5"]["psnr"]."""
        return {
            recipe: {
                name: {
                    metric: found for metric in self.metrics(name) if (found := self.difference(recipe, name, metric))
                }
                for name in self.sets
            }
            for recipe in self.recipes[1:]
        }

    def difference(self, recipe: str, name: str, metric: str) -> Difference | None:
        """Return recipe - control over seeds and pictures of a set that both have; None where there are none."""
        seeds = self.seeds_of(recipe, self.control)
        ours, control = ([self.of(each)[seed].sets[name] for seed in seeds] for each in (recipe, self.control))
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
        differences = {recipe: self.difference(recipe, name, metric) for recipe in self.recipes[1:]}
        return {
            "scores": {
                recipe: {**Estimate.of(each).to_json(), "seeds": each} for recipe, each in means.items() if each
            },
            "differences": {recipe: each.to_json() for recipe, each in differences.items() if each},
        }


def _common(results: Sequence[SetResult]) -> list[str]:
    first, *others = [result.images for result in results] or [{}]
    return [picture for picture in first if all(picture in other for other in others)]


def _mean(result: SetResult, pictures: Sequence[str], metric: str) -> float:
    return fmean(result.images[picture][metric] for picture in pictures)


def _picture(results: Sequence[SetResult], picture: str, metric: str) -> float:
    return fmean(result.images[picture][metric] for result in results)
