"""What several recipes trained with several seeds say: means, spreads, and paired differences from the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from acutance.comparison import verdict
from acutance.comparison.critic_state import CriticState, states
from acutance.comparison.difference import Difference, Place, corrected, difference_of
from acutance.comparison.frontier import frontier_sentences
from acutance.comparison.same_start import starts
from acutance.comparison.untrained import untrained_of
from acutance.run_folder import RunFolder, RunId
from acutance.runs import Run
from acutance.scores.results import Results
from acutance.scores.significance import Estimate


@dataclass(frozen=True)
class Comparison:
    """Several recipes, each with the same seeds: what they scored, and how sure a difference between them is.

    Printed it is a table and a sentence a difference, and so it shows itself in a notebook.

    Args:
        recipes: their names; the first is the control.
        seeds: of the runs of each.
        results: of each run; those yet to come are absent.
        out: the folder that everything is in.
        trivial: those that contain no idea of a paper, such as a filter over the control's SR.
        chosen_on: the sets on which strengths were chosen; empty where none were.
    """

    recipes: Sequence[str]
    seeds: Sequence[int]
    results: Mapping[RunId, Results]
    out: Path = field(default=Path("runs/compare"), compare=False)
    trivial: Sequence[str] = field(default=(), compare=False)
    chosen_on: Sequence[str] = field(default=(), compare=False)

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
        """The runs that have results: each with its network, its curve and its folder. A filter is no run."""
        return {run: Run(run.folder(self.out)) for run in self.results if untrained_of(run.recipe) is None}

    @cached_property
    def critics(self) -> Mapping[RunId, CriticState]:
        """The state of the embedding network of each run that has one: whether it has learned, or guesses."""
        return states(self.results, self.out)

    @cached_property
    def starts(self) -> Mapping[RunId, Mapping[str, str]]:
        """Hashes of what each run started from: "network", "weights" and "batch"; empty for runs of before."""
        return starts(self.runs)

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

    @cached_property
    def differences(self) -> dict[str, dict[str, dict[str, Difference]]]:
        """What each recipe exceeds the control by, as differences["pcl:edsr_s"]["Set5"]["psnr"].

        Those in one metric, of all recipes on all sets, are a family: their p-values are corrected together.
        """
        found: dict[str, dict[str, dict[str, Difference]]] = {
            recipe: {name: {} for name in self.sets} for recipe in self.recipes[1:]
        }
        for metric in dict.fromkeys(metric for name in self.sets for metric in self.metrics(name)):
            for (recipe, name), difference in corrected(self._family(metric)).items():
                found[recipe][name][metric] = difference
        return found

    def difference(self, recipe: str, name: str, metric: str) -> Difference | None:
        """Return recipe - control over seeds and pictures of a set that both have; None where there are none."""
        return self.differences[recipe][name].get(metric)

    def _family(self, metric: str) -> dict[Place, Difference]:
        family: dict[Place, Difference] = {}
        for recipe in self.recipes[1:]:
            seeds = self.seeds_of(recipe, self.control)
            for name in self.sets:
                ours, control = ([self.of(each)[seed].sets[name] for seed in seeds] for each in (recipe, self.control))
                measured = metric in self.metrics(name)
                if measured and (found := difference_of(ours, control, metric)) is not None:
                    family[recipe, name] = found
        return family

    def to_json(self) -> dict[str, Any]:
        """Return means, spreads and differences by set and metric, every mean that they rest on, and what is ahead."""
        any_result = next(iter(self.results.values()), None)
        conditions = {"scale": any_result.scale, "protocol": any_result.protocol} if any_result else {}
        sets = {name: {metric: self._metric_json(name, metric) for metric in self.metrics(name)} for name in self.sets}
        head = {"control": self.control, "recipes": list(self.recipes), "seeds": list(self.seeds), **conditions}
        critics = {run.label: state.to_json() for run, state in self.critics.items()}
        told = {"trivial": list(self.trivial), "chosen_on": list(self.chosen_on), "critics": critics}
        runs = f"{len(self.results)} of {len(self.recipes) * len(self.seeds)}"
        ahead = {"frontier": found} if (found := frontier_sentences(self)) else {}
        return {**head, **told, "starts": self._starts_json(), "runs": runs, **ahead, "sets": sets}

    def _starts_json(self) -> dict[str, Any]:
        return {run.label: dict(start) for run, start in self.starts.items()}

    def _metric_json(self, name: str, metric: str) -> dict[str, Any]:
        means = {recipe: self.means(recipe, name, metric) for recipe in self.recipes}
        differences = {recipe: self.difference(recipe, name, metric) for recipe in self.recipes[1:]}
        return {
            "scores": {
                recipe: {**Estimate.of(each).to_json(), "seeds": each} for recipe, each in means.items() if each
            },
            "differences": {recipe: each.to_json() for recipe, each in differences.items() if each},
        }
