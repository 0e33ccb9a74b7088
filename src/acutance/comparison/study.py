"""Makes the runs of a comparison; what one needs is plain values, so that another process can make it too."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from acutance.comparison.page import write_comparison
from acutance.runs.train import Budget, Files, Hardware, run_recipe
from acutance.scores.candidate import load_upscaler, make_scorer, weights_of

if TYPE_CHECKING:
    from acutance.comparison.comparison import Comparison
    from acutance.data import PictureSet
    from acutance.scores.results import Results


@dataclass(frozen=True)
class Training:
    """What every run is trained with; only recipe and seed differ.

    Args:
        data: folders of HR pictures.
        budget: its seed is replaced.
        hardware: what to compute on.
        files: what each recipe is given, by its name.
        init: weights that every run starts from.
        cache: folder of the pictures made ready, shared by the runs.
    """

    data: list[Path]
    budget: Budget
    hardware: Hardware
    files: Mapping[str, Files]
    init: Path | None
    cache: Path


@dataclass(frozen=True)
class Scoring:
    """What every run is scored on and by; `metrics` as --metrics has it, `weights` the folder of --weights."""

    sets: "tuple[PictureSet, ...]"
    protocol: str
    metrics: str
    weights: Path | None
    device: str


@dataclass(frozen=True)
class Study:
    """Trains and scores the runs of `acutance.comparison.compare`, and writes the page of it."""

    training: Training
    scoring: Scoring

    def compare(self, recipes: list[str], seeds: list[int], out: Path, jobs: int) -> "Comparison":
        """Compare recipes, and write OUT/report.html: at the end, or where it ended early of the runs there are."""
        from acutance.comparison.compare import compare, so_far

        conditions = self.conditions()
        try:
            comparison = compare(
                recipes, seeds, train=self.train, score=self.score, out=out, conditions=conditions, jobs=jobs
            )
        except BaseException:
            self._report(so_far(recipes, seeds, out=out, conditions=conditions), out)
            raise
        self._report(comparison, out)
        return comparison

    def train(self, recipe: str, seed: int, folder: Path) -> Path:
        """Train a recipe with a seed into a folder, going on where it was interrupted; return the folder."""
        print(f"{recipe}, seed {seed}\n", end="", flush=True)  # at once, as runs side by side share the output
        given = self.training
        return run_recipe(
            recipe,
            data=given.data,
            out=folder,
            budget=replace(given.budget, seed=seed),
            hardware=given.hardware,
            files=given.files[recipe],
            init=given.init,
            resume=True,
            cache=given.cache,
        )

    def score(self, weights: Path) -> "Results":
        """Score a file of weights on the test sets."""
        from acutance.scores.benchmark import benchmark

        by = self.scoring
        scorer = make_scorer(by.protocol, by.metrics, by.weights)
        upscaler, scale = load_upscaler(weights, scale=self.training.budget.scale, tile=None, device=by.device)
        return benchmark(upscaler, by.sets, network="/".join(weights.parts[-4:-2]), scale=scale, protocol=scorer)

    def conditions(self) -> dict[str, object]:
        """Return what the scores depend on besides the weights of a run."""
        by = self.scoring
        scorer = make_scorer(by.protocol, by.metrics, by.weights)
        metrics = {"metrics": list(scorer.measures), "weights": weights_of(scorer, by.weights)}
        files = {
            each.name: [_file(path) for pair in each.pairs for path in (pair.hr, pair.lr) if path] for each in by.sets
        }
        return {"protocol": by.protocol, **metrics, "scale": self.training.budget.scale, "sets": files}

    def _report(self, comparison: "Comparison", out: Path) -> None:
        from acutance.comparison.compare import run_folders

        if comparison.results:
            folders = run_folders(comparison.recipes, comparison.seeds, out)
            write_comparison(out / "report.html", comparison, folders, self.scoring.sets, self.scoring.device)
            print(f"{out / 'report.html'} is written.", flush=True)


def _file(path: Path) -> str:
    return f"{path.resolve()}, {path.stat().st_size} bytes"
