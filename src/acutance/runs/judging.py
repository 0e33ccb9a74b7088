"""What a run validates on, by what its best weights are chosen, and when it is enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path

from acutance.data import Declared, find_sets
from acutance.errors import RequestError
from acutance.experiment import Experiment
from acutance.runs.best import LAST, Choice
from acutance.runs.validation import Validation
from acutance.scores.measuring import make_scorer
from acutance.scores.wording import heading
from acutance.terminal import say

Place = str | PathLike[str]
ALWAYS = ("psnr", "ssim")
"""What every validation scores."""


@dataclass(frozen=True)
class Judging:
    """What is asked of the validation of a run.

    Attributes:
        validate: sets, "Set5,Set14" or one by one, names in `test` or folders; None for no validation.
        test: folder of the sets.
        every: steps between two validations.
        metrics: what is scored beside PSNR and SSIM, and what `best_by` asks for.
        weights: folder of the weights that metrics need.
        best_by: METRIC or METRIC:SET by which the best weights are chosen, or "last" for no choice; None for the
            metric of the recipe.
        patience: validations without a better score after which the run ends; None for none.

    Raises:
        RequestError: something is asked of a validation that there is none of, or of a choice that there is none of.
    """

    validate: Place | Sequence[Place] | None = None
    test: Place | None = None
    every: int = 1000
    metrics: str | Sequence[str] | None = None
    weights: Place | None = None
    best_by: str | None = None
    patience: int | None = None

    def __post_init__(self) -> None:
        if self.validate is None:
            asked = {
                "--best-by": self.best_by not in (None, LAST),
                "--patience": self.patience,
                "--metrics": self.metrics,
            }
            for option in (option for option, given in asked.items() if given):
                raise RequestError(f"{option} needs a set to score while training: --validate SET.")
        if self.best_by == LAST and self.patience is not None:
            raise RequestError("--patience waits for a better score; with --best-by last there is none to wait for.")

    def validation(self, experiment: Experiment, declared: Declared) -> Validation | None:
        """Decode the sets, and score what may be too small for network or metric; None for no sets."""
        if self.validate is None:
            return None
        root, scale = None if self.test is None else Path(self.test), experiment.network.scale
        sets = find_sets(root, _names(self.validate), scale, declared=declared)
        given = self.metrics.split(",") if isinstance(self.metrics, str) else self.metrics or ()
        wanted = [*ALWAYS, *(name.strip() for name in given if name.strip())]
        weights = None if self.weights is None else Path(self.weights)
        choice = self._choice(experiment, [each.name for each in sets], weights)
        scorer = make_scorer("pcl", [*wanted, *([choice.metric] if choice else [])], weights)
        validation = Validation.of(sets, scale, self.every, scorer, choice, self.patience, experiment.made_afresh)
        validation.check(experiment.network)
        return validation

    def _choice(self, experiment: Experiment, sets: Sequence[str], weights: Path | None) -> Choice | None:
        """Return by what the best weights are chosen: what was asked for, or the recipe's first that can be taken."""
        if self.best_by == LAST:
            return None
        if self.best_by is not None:
            return Choice.of(self.best_by, sets)
        for metric in experiment.judged_by:
            try:
                scorer = make_scorer("pcl", [metric], weights)
            except RequestError:
                continue
            (chosen,) = scorer.measures
            if (chosen, metric) != ("psnr", experiment.judged_by[0]):
                say(f"The best weights are chosen by {heading([chosen])}, as suits this recipe; see --best-by.")
            return Choice(chosen)
        return Choice("psnr")


def _names(validate: Place | Sequence[Place]) -> str | list[str | Path]:
    """Return what `find_sets` takes: one folder whose name may hold commas, names with commas between, or several."""
    if isinstance(validate, str | PathLike):
        return [fspath(validate)] if Path(validate).is_dir() else fspath(validate)
    return [fspath(each) for each in validate]
