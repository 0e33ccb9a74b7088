"""The folder of a run, and every name in it: what was run, its curve, its checkpoints, its report."""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from acutance.errors import AcutanceError, RequestError
from acutance.files import write_json, write_text
from acutance.lock import locked

CHECKPOINTS = Path("checkpoints")
ADVICE = ("initialised_from", "begins_from")
"""What an experiment says, today and before, of the weights that it is meant to start from."""

UNSAID = {"precision": "32-true"}
"""What holds where a description does not say otherwise: the first ones did not, nor do those of extractors."""


@dataclass(frozen=True)
class RunId:
    """Which run this is among those of a comparison: a recipe with a seed.

    >>> run = RunId("pcl:edsr_s", 2)
    >>> run.label, run.folder("out").as_posix()
    ('pcl-edsr_s/seed-2', 'out/pcl-edsr_s/seed-2')
    """

    recipe: str
    seed: int

    @property
    def label(self) -> str:
        """A name that a person reads and a file system takes: RECIPE/seed-N."""
        return f"{file_name(self.recipe)}/seed-{self.seed}"

    def folder(self, out: str | Path) -> Path:
        """Return the folder of the run among those in `out`."""
        return Path(out) / self.label


def file_name(recipe: str) -> str:
    """Return the name of a recipe as a file system takes it: letters, digits, dots and dashes.

    >>> file_name("my/own.py:mine")
    'my-own.py-mine'
    """
    return re.sub(r"[^\w.-]+", "-", recipe).strip("-.")


class RunFolder:
    """The paths of one run, and what is read and written there without knowing networks.

    Attributes:
        description: what was run, and on what; equal runs have equal descriptions.
        recipe: the source of its recipe.
        metrics: its curve, one JSON object a line.
        state: everything needed to go on.
        last, best: the weights of the last checkpoint, and of the best validation.
        embedding, extractor: the critic, or the extractor, that the run trained.
        samples: pictures of the validation set over time.
        report: the page that tells it all.
        scores: of the last weights on the sets of a comparison.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.description = self.path / "experiment.json"
        self.recipe = self.path / "recipe.py"
        self.metrics = self.path / "metrics.jsonl"
        self.state = self.path / CHECKPOINTS / "last.pt"
        self.last, self.best = (self.path / CHECKPOINTS / f"{which}.safetensors" for which in ("last", "best"))
        self.embedding, self.extractor = (
            self.path / CHECKPOINTS / f"{what}.safetensors" for what in ("embedding", "extractor")
        )
        self.samples = self.path / "samples"
        self.report = self.path / "report.html"
        self.scores = self.path / "scores.json"
        self.summary = self.path / "finished.json"

    @property
    def weights(self) -> Path | None:
        """The weights to use: the best where the run validated, else the last; None where there are none yet."""
        return next((file for file in (self.best, self.last) if file.is_file()), None)

    def sample(self, name: str, step: int) -> Path:
        """Return the file of a picture of the validation set, as it was made after so many steps."""
        return self.samples / name / f"{step:07d}.png"

    def claimed(self) -> AbstractContextManager[None]:
        """Return a claim to the folder, for as long as it is written to; it ends with the process, however that ends.

        Raises:
            RequestError: on entering, another process has claimed it.
        """
        return locked(self.path / ".lock", wait=False)

    def begin(
        self,
        description: Mapping[str, object],
        recipe: str,
        *,
        resume: bool,
        current_name: Callable[[str], str] = str,
    ) -> None:
        """Write down what is run, or make sure that a run that is resumed was the same.

        `current_name` says what a recipe that was written down is called today.

        Raises:
            RequestError: the folder holds a run and `resume` is off, or that run was another one.
        """
        if not self.description.exists():
            write_json(self.description, description)
            write_text(self.recipe, recipe)
            return
        if not resume:
            raise RequestError(f"{self.path} already holds a run; go on with it by --resume, or name another --out.")
        before = _converted(json.loads(self.description.read_text(encoding="utf-8")))
        now = UNSAID | _read(description)
        before["recipe"] = current_name(before["recipe"])
        for key in ("recipe", "seed", "data", "init", "files", "precision", "experiment"):
            if found := _difference(key, before.get(key), now.get(key)):
                raise RequestError(f"{self.path} holds a run with another {found}.")

    def append(self, values: Mapping[str, object]) -> None:
        """Add a line to the curve."""
        try:
            with self.metrics.open("a", encoding="utf-8") as file:
                file.write(json.dumps(values) + "\n")
        except OSError as error:
            raise AcutanceError(f"cannot write {self.metrics}: {error.strerror}.") from error

    def cut(self, step: int) -> None:
        """Cut the curve back to what was logged up to `step`; 0 empties it."""
        kept = [line for line in self.lines() if line["step"] <= step]
        if kept or self.metrics.exists():
            write_text(self.metrics, "".join(json.dumps(line) + "\n" for line in kept))

    def finished(self) -> bool:
        """Whether the run got to its last step."""
        return self.summary.exists()

    def finish(self, summary: Mapping[str, object]) -> None:
        """Mark the run as finished."""
        write_json(self.summary, summary)

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of the curve; one that an interruption cut short is left out."""
        if not self.metrics.exists():
            return []
        lines = self.metrics.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.endswith("}")]


def _read(description: Mapping[str, object]) -> dict[str, Any]:
    """Return a description as it will be read back from its file."""
    return json.loads(json.dumps(description))


def _converted(description: Mapping[str, Any]) -> dict[str, Any]:
    """Return a description of an older version as today's would be.

    Weights by gradient ratio were called `Share`.
    """
    return UNSAID | _renamed(description, "Share", "GradientRatio")


def _renamed(value: Any, old: str, new: str) -> Any:
    """Return a description in which whatever was of the kind `old` is of the kind `new`."""
    if not isinstance(value, dict):
        return value
    items = cast(dict[str, Any], value).items()
    return {key: new if (key, item) == ("kind", old) else _renamed(item, old, new) for key, item in items}


def _difference(name: str, before: Any, now: Any) -> str:
    """Return what differs with both values, as deep inside as it can be told; empty where two runs are the same.

    Of a loss, and whatever else has a kind, what it says of itself today is compared. What is not said counts as null.
    Files may have moved, and advice on where to start may have other words: their fingerprints tell them apart.
    """
    if isinstance(before, dict) and isinstance(now, dict):
        then, today = cast(dict[str, Any], before), cast(dict[str, Any], now)
        for key in today if "kind" in today else {**then, **today}:
            is_place = key == "source" and "sha256" in today
            if not is_place and key not in ADVICE and (found := _difference(key, then.get(key), today.get(key))):
                return found
        return ""
    return "" if before == now else f"{name}: {_short(before)} then, {_short(now)} now"


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."
