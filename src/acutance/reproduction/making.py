"""Trains and scores what a table is made of, a family at a time, by the means of `acutance.compare`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from acutance.comparison.comparison import Comparison
from acutance.comparison.entries import Entry, enter
from acutance.comparison.held_out import folders_of, held_out
from acutance.comparison.study import Scoring, Study, Training
from acutance.comparison.trials import run_trials
from acutance.data import Declared
from acutance.errors import RequestError
from acutance.recipes.recipe import Request
from acutance.reproduction.plan import Family
from acutance.runs.rehearsal import Rehearsal
from acutance.runs.train import train
from acutance.scores.benchmark import benchmark, bicubic_upscaler
from acutance.scores.measuring import make_scorer
from acutance.scores.results import Results


@dataclass(frozen=True)
class Making:
    """What every run of a table shares.

    Attributes:
        request: what the recipes are asked for, with all files that were given.
        data: folders of HR pictures; what is tested on is left out.
        scoring: of every run.
        init: weights that every run starts from.
        out: folder of all.
        device, precision: of every run.
    """

    request: Request
    data: Sequence[Path]
    scoring: Scoring
    init: Path | None
    out: Path
    device: str
    precision: str

    def rehearse(self, families: Sequence[Family]) -> dict[str, Rehearsal]:
        """Return what a step of each recipe takes on this machine, by taking one."""
        return {
            recipe: self._rehearsed(recipe, entry, self.out / family.folder / "rehearsal")
            for family in families
            for recipe, entry in zip(family.recipes, self._entries(family).values(), strict=True)
        }

    def _rehearsed(self, recipe: str, entry: Entry, out: Path) -> Rehearsal:
        asked, files = entry.request, entry.request.files
        rehearsed = train(
            recipe, data=self._kept(), out=out, cache=self.out / "store",
            scale=asked.scale, steps=asked.steps, batch=asked.batch, patch=asked.patch,
            vgg=files.get("vgg"), squeezenet=files.get("squeezenet"), resnet=files.get("resnet"),
            embedding=files.get("embedding"), extractor=files.get("extractor"), perceptual=asked.perceptual,
            init=self.init, device=self.device, precision=self.precision, check=True,
        ).rehearsal  # fmt: skip
        if rehearsed is None:
            raise RequestError(f"{recipe} was not rehearsed.")
        return rehearsed

    def make(self, family: Family, seeds: Sequence[int], jobs: int) -> Comparison:
        """Train and score a family, going on where it was interrupted."""
        entries, out, cache = self._entries(family), self.out / family.folder, self.out / "store"
        nothing = Declared.of(None, None)
        training = Training(entries, self._kept(), nothing, self.init, cache, self.device, self.precision)
        if len(entries) > 1:
            return Study(training, self.scoring).compare(seeds, out, jobs)
        told = self.scoring.conditions()
        return run_trials(list(entries), seeds, train=training, score=self.scoring, out=out, conditions=told, jobs=jobs)

    def bicubic(self) -> Results:
        """Score what nothing was trained for."""
        score, scale = self.scoring, self.scoring.scale
        scorer = make_scorer(score.protocol, score.metrics, score.weights)
        return benchmark(bicubic_upscaler(scale), score.sets, network="bicubic", scale=scale, protocol=scorer)

    def _entries(self, family: Family) -> dict[str, Entry]:
        request = family.given(self.request)
        if len(family.recipes) > 1:
            return enter(family.recipes, request)
        return {recipe: Entry(recipe, request) for recipe in family.recipes}

    def _kept(self) -> list[Path]:
        return held_out(self.data, folders_of(self.scoring.sets))
