"""Makes the runs of a comparison; what one needs is plain values, so that another process can make it too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from acutance.comparison.chosen_strength import chosen
from acutance.comparison.comparison import Comparison
from acutance.comparison.comparison_page import write_comparison
from acutance.comparison.critic_state import keep_state
from acutance.comparison.entries import Entry, check_portable
from acutance.comparison.trials import SCORES, run_trials, so_far
from acutance.comparison.untrained import take_weights, untrained_of
from acutance.data import Declared, PictureSet
from acutance.errors import shown
from acutance.losses import LearnedLoss
from acutance.metrics import Scorer
from acutance.recipes import find_recipe
from acutance.run_folder import RunFolder, RunId
from acutance.runs.train import train
from acutance.scores.benchmark import benchmark
from acutance.scores.candidate import load_upscaler
from acutance.scores.chosen import chosen_on, marked
from acutance.scores.measuring import make_scorer, weights_of
from acutance.scores.results import Results
from acutance.terminal import show


@dataclass(frozen=True)
class Training:
    """What every run is trained with; only recipe and seed differ.

    Args:
        entries: the recipes, by their names.
        data: folders of HR pictures.
        declared: what was said of them: where LR is, what is white.
        init: weights that every run starts from.
        cache: folder of the pictures made ready, shared by the runs.
        device: what to compute on.
        precision: in what numbers.
        shared: what else every run is told, as options of `acutance.train`.
    """

    entries: Mapping[str, Entry]
    data: Sequence[Path]
    declared: Declared
    init: Path | None
    cache: Path
    device: str
    precision: str
    shared: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def __call__(self, run: RunId, folder: Path) -> None:
        """Train a recipe with a seed into a folder, going on where it was interrupted; a filter needs no training."""
        show(shown(f"{run.recipe}, seed {run.seed}"))
        entry = self.entries[run.recipe]
        if entry.untrained is not None:
            take_weights(run, next(iter(self.entries)), folder.parents[1])
            return
        asked, files = entry.request, entry.request.files
        train(
            entry.recipe,
            data=self.data,
            lr=self.declared.lr or None,
            white_level=self.declared.white_level,
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
            trust=entry.trust,
            **self._shared_by(entry),
            on_nan="stop",  # a run at half the rate would be compared with others at the whole one
        )

    def _shared_by(self, entry: Entry) -> Mapping[str, Any]:
        """Return what is shared, without steps of a critic for a recipe that has none, such as the control."""
        if "critic_steps" not in self.shared:
            return self.shared
        objective = find_recipe(entry.recipe, trust=entry.trust).experiment(entry.request).objective
        learns = any(isinstance(term.loss, LearnedLoss) for term in objective.values())
        return {name: value for name, value in self.shared.items() if learns or name != "critic_steps"}


@dataclass(frozen=True)
class Scoring:
    """What every run is scored on and by; protocol, metrics and weights are those of `acutance.evaluate`."""

    sets: tuple[PictureSet, ...]
    scale: int
    protocol: str
    metrics: str | Sequence[str]
    weights: Path | None
    device: str
    engine: str | None = None

    def __call__(self, run: RunId, folder: Path) -> Results:
        """Score the last weights of a run on the test sets."""
        last, untrained = RunFolder(folder).last, untrained_of(run.recipe)
        upscaler, scale = load_upscaler(last, scale=self.scale, tile=None, device=self.device, engine=self.engine)
        upscaler = upscaler if untrained is None else untrained.over(upscaler)
        if untrained is None:
            keep_state(folder, upscaler, self.sets, scale)
        results = benchmark(upscaler, self.sets, network=run.label, scale=scale, protocol=self._scorer())
        return marked(results, chosen_on(last), self.sets)

    def conditions(self) -> dict[str, object]:
        """Return what the scores depend on besides the weights of a run; raises as `make_scorer`."""
        scorer = self._scorer()
        metrics = {"metrics": list(scorer.measures), "weights": weights_of(scorer, self.weights)}
        files = {
            each.name: [_file(path) for pair in each.pairs for path in (pair.hr, pair.lr) if path] for each in self.sets
        }
        engine = {} if self.engine is None else {"engine": self.engine}
        return {"protocol": self.protocol, **metrics, "scale": self.scale, "sets": files, **engine}

    def _scorer(self) -> Scorer:
        return make_scorer(self.protocol, self.metrics, self.weights)


@dataclass(frozen=True)
class Study:
    """Trains and scores the runs of a comparison, and writes the page of it.

    Args:
        training, scoring: of all runs.
        choosing: what strengths are chosen by, on other pictures than those of `scoring`; None where all are scored.
    """

    training: Training
    scoring: Scoring
    choosing: Scoring | None = None

    def compare(self, seeds: Sequence[int], out: Path, jobs: int) -> Comparison:
        """Compare the recipes, and write OUT/report.html: at the end, or where it ended early of the runs there are."""
        if jobs > 1:
            check_portable(self.training.entries)
        recipes = list(self.training.entries)
        if self.choosing is None:
            return self._compared(self.scoring, recipes, seeds, out, jobs)
        whole = self._compared(self.choosing, recipes, seeds, out / "choosing", jobs, runs=out, scores="choosing.json")
        return self._compared(self.scoring, chosen(whole), seeds, out, jobs, chosen_on=whole.sets)

    def _compared(
        self,
        scoring: Scoring,
        recipes: Sequence[str],
        seeds: Sequence[int],
        out: Path,
        jobs: int,
        *,
        runs: Path | None = None,
        scores: str = SCORES,
        chosen_on: Sequence[str] = (),
    ) -> Comparison:
        """Train and score recipes into `runs`, and write what they say to `out`."""
        conditions, folder = scoring.conditions(), runs or out
        trivial = tuple(name for name in recipes if self.training.entries[name].trivial)

        def said(comparison: Comparison) -> Comparison:
            return replace(comparison, trivial=trivial, chosen_on=tuple(chosen_on))

        try:
            found = run_trials(
                recipes,
                seeds,
                train=self.training,
                score=scoring,
                out=folder,
                conditions=conditions,
                jobs=jobs,
                scores=scores,
                said=said,
                place=out,
            )
        except BaseException:
            self._report(said(so_far(recipes, seeds, out=folder, conditions=conditions, scores=scores)), scoring, out)
            raise
        self._report(found, scoring, out)
        return found

    def _report(self, comparison: Comparison, scoring: Scoring, out: Path) -> None:
        if comparison.results:
            write_comparison(comparison, scoring.sets, scoring.device, out)
            show(shown(f"{RunFolder(out).report} is written."))


def _file(path: Path) -> str:
    return f"{path.resolve()}, {path.stat().st_size} bytes"
