"""Which weights of a run are its best: by a metric of its validation, and when it is enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from statistics import fmean
from typing import Any

from acutance.errors import unknown
from acutance.metrics import METRICS, full_names

LAST = "last"
"""What `--best-by` says where nothing is to be chosen."""
KIND = "validation/"


@dataclass(frozen=True)
class Choice:
    """By what weights are chosen: a metric, on one set or, without one, by the mean over all that are validated on.

    >>> by = Choice("lpips_squeeze")
    >>> by.score({"validation/a/lpips_squeeze": 0.3, "validation/b/lpips_squeeze": 0.1, "validation/a/psnr": 20.0})
    -0.2
    """

    metric: str
    set: str = ""

    @classmethod
    def of(cls, text: str, sets: Sequence[str]) -> "Choice":
        """Return what METRIC or METRIC:SET means.

        Raises:
            RequestError: there is no such metric, or that set is not validated on.
        """
        metric, _, name = text.partition(":")
        if name and name not in sets:
            raise unknown("set that is validated on (--best-by)", name, sets)
        return cls(full_names([metric])[0], name)

    @property
    def text(self) -> str:
        """What it is called on the command line."""
        return f"{self.metric}:{self.set}" if self.set else self.metric

    def score(self, values: Mapping[str, Any]) -> float | None:
        """Return the score of logged values, larger always the better; None where they are none of a validation."""
        found = [value for name, value in values.items() if self._is_mine(name)]
        return fmean(found) * self.sign if found else None

    @property
    def sign(self) -> int:
        """What makes the score of the metric: 1, or -1 where lower is better."""
        return 1 if METRICS[self.metric].higher_is_better else -1

    def _is_mine(self, name: str) -> bool:
        where, _, metric = name.removeprefix(KIND).rpartition("/")
        return name.startswith(KIND) and metric == self.metric and self.set in ("", where)


@dataclass
class Best:
    """The best score so far, and the weights that made it.

    Attributes:
        choice: by what; None where nothing is chosen.
        patience: validations without a better score after which it is enough; None for no end.
        score: the best; larger is better.
        weights: of the best score, and their card: the checkpoint keeps them, in case the file breaks.
        stale: validations since.
        by: what the choice was of a run that goes on without one.
    """

    choice: Choice | None = None
    patience: int | None = None
    score: float = -inf
    weights: dict[str, Any] | None = None
    stale: int = 0
    by: str = ""

    def beaten_by(self, values: Mapping[str, Any]) -> bool:
        """Take in the scores of a validation, and tell whether they are the best so far."""
        score = None if self.choice is None else self.choice.score(values)
        if score is None:
            return False
        better = score > self.score
        self.score, self.stale = (score, 0) if better else (self.score, self.stale + 1)
        return better

    @property
    def enough(self) -> bool:
        """Whether patience is at its end."""
        return self.patience is not None and self.stale >= self.patience

    @property
    def value(self) -> float | None:
        """The best value of the metric; None before there is one."""
        name = self.choice.text if self.choice else self.by or "psnr"
        return None if self.score == -inf else self.score * Choice(name.partition(":")[0]).sign

    def replayed(self, lines: Sequence[Mapping[str, Any]]) -> "Best":
        """Return the best by the lines of a curve, without its weights; for a process that did not see them."""
        found = Best(self.choice, self.patience)
        for line in lines:
            found.beaten_by(line)
        return found

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint keeps."""
        text = self.choice.text if self.choice else self.by
        by = {"best_by": text} if text else {}
        return {"best": self.score, "best_weights": self.weights, "stale": self.stale, **by}

    def take_up(self, state: Mapping[str, Any]) -> str:
        """Go on from a state, and return what there is to say: that the best was chosen by something else.

        States of before were chosen by PSNR.
        """
        before = state.get("best_by", "psnr")
        if self.choice is None or self.choice.text == before or state["best"] == -inf:
            self.score, self.weights, self.stale = state["best"], state.get("best_weights"), state.get("stale", 0)
            self.by = state.get("best_by", "")
            return ""
        self.score, self.weights, self.stale = -inf, None, 0
        return f"The best weights were chosen by {before}, and are by {self.choice.text} now."
