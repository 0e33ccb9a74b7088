"""Makes the runs of a comparison; what one needs is plain values, so that another process can make it too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from acutance.comparison.comparison import Comparison
from acutance.comparison.comparison_page import write_comparison
from acutance.comparison.entries import Entry, check_portable
from acutance.comparison.trials import run_trials, so_far
from acutance.data import PictureSet
from acutance.metrics import Scorer
from acutance.run_folder import RunFolder, RunId
from acutance.runs.train import train
from acutance.scores.benchmark import benchmark
from acutance.scores.candidate import load_upscaler
from acutance.scores.measuring import make_scorer, weights_of
from acutance.scores.results import Results


@dataclass(frozen=True)
class Training:
    """What every run is trained with; only recipe and seed differ.

    Args:
        entries: the recipes, by their names.
        data: folders of HR pictures.
        init: weights that every run starts from.
        cache: folder of the pictures made ready, shared by the runs.
        device: what to compute on.
        precision: in what numbers.
    """

    entries: Mapping[str, Entry]
    data: Sequence[Path]
    init: Path | None
    cache: Path
    device: str
    precision: str

    def __call__(self, run: RunId, folder: Path) -> None:
        """Train a recipe with a seed into a folder, going on where it was interrupted."""
        print(f"{run.recipe}, seed {run.seed}\n", end="", flush=True)  # at once, as runs side by side share the output
        recipe, asked = self.entries[run.recipe].recipe, self.entries[run.recipe].request
        files = asked.files
        train(
            recipe,
            data=self.data,
            out=folder,
            scale=asked.scale,
            steps=asked.steps,
            batch=asked.batch,
            patch=asked.patch,
            seed=run.seed,
            vgg=files.get("vgg"),
            squeezenet=files.get("squeezenet"),
            resnet=files.get("resnet"),
            embedding=files.get("embedding"),
            extractor=files.get("extractor"),
            perceptual=asked.perceptual,
            without=tuple(asked.without),
            init=self.init,
            resume=True,
            cache=self.cache,
            device=self.device,
            precision=self.precision,
        )


@dataclass(frozen=True)
class Scoring:
    """What every run is scored on and by; protocol, metrics and weights are those of `acutance.evaluate`."""

    sets: tuple[PictureSet, ...]
    scale: int
    protocol: str
    metrics: str | Sequence[str]
    weights: Path | None
    device: str

    def __call__(self, run: RunId, folder: Path) -> Results:
        """Score the last weights of a run on the test sets."""
        upscaler, scale = load_upscaler(RunFolder(folder).last, scale=self.scale, tile=None, device=self.device)
        return benchmark(upscaler, self.sets, network=run.label, scale=scale, protocol=self._scorer())

    def conditions(self) -> dict[str, object]:
        """Return what the scores depend on besides the weights of a run; raises as `make_scorer`."""
        scorer = self._scorer()
        metrics = {"metrics": list(scorer.measures), "weights": weights_of(scorer, self.weights)}
        files = {
            each.name: [_file(path) for pair in each.pairs for path in (pair.hr, pair.lr) if path] for each in self.sets
        }
        return {"protocol": self.protocol, **metrics, "scale": self.scale, "sets": files}

    def _scorer(self) -> Scorer:
        return make_scorer(self.protocol, self.metrics, self.weights)


@dataclass(frozen=True)
class Study:
    """Trains and scores the runs of a comparison, and writes the page of it."""

    training: Training
    scoring: Scoring

    def compare(self, seeds: Sequence[int], out: Path, jobs: int) -> Comparison:
        """Compare the recipes, and write OUT/report.html: at the end, or where it ended early of the runs there are."""
        if jobs > 1:
            check_portable(self.training.entries)
        recipes, conditions = list(self.training.entries), self.scoring.conditions()
        try:
            comparison = run_trials(
                recipes, seeds, train=self.training, score=self.scoring, out=out, conditions=conditions, jobs=jobs
            )
        except BaseException:
            self._report(so_far(recipes, seeds, out=out, conditions=conditions))
            raise
        self._report(comparison)
        return comparison

    def _report(self, comparison: Comparison) -> None:
        if comparison.results:
            write_comparison(comparison, self.scoring.sets, self.scoring.device)
            print(f"{comparison.report} is written.", flush=True)


def _file(path: Path) -> str:
    return f"{path.resolve()}, {path.stat().st_size} bytes"
