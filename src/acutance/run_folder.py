"""The folder of a run, and every name in it: what was run, its curve, its checkpoints, its report."""

import hashlib
import json
import math
import re
import sys
import tomllib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acutance.errors import AcutanceError, RequestError
from acutance.files import json_text, parsed, sealed, sha256, sweep, text_of, unsealed, write_text
from acutance.lock import locked
from acutance.run_identity import difference, is_description, other_pictures
from acutance.terminal import say

CHECKPOINTS = Path("checkpoints")
LARGEST = sys.float_info.max


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


def previous(state: Path) -> Path:
    """Return where the checkpoint before the last lies."""
    return state.with_name(f"previous{state.suffix}")


class RunFolder:
    """The paths of one run, and what is read and written there without knowing networks.

    Any of its files may be damaged or missing: what a checkpoint keeps of them (`kept`) makes them again (`begin`).

    Attributes:
        description: what was run, and on what; equal runs have equal descriptions.
        recipe: the source of its recipe.
        config: every option that it was asked for, as a settings file.
        metrics: its curve, one JSON object a line.
        state: everything needed to go on; the one before lies beside it while the run is not finished (`previous`).
        last, best: the weights of the last checkpoint, and of the best validation.
        embedding, extractor: the critic, or the extractor, that the run trained.
        samples: pictures of the validation set over time.
        report: the page that tells it all.
        scores: of the last weights on the sets of a comparison.
        summary: how the run ended; it is written last of all.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.description = self.path / "experiment.json"
        self.recipe = self.path / "recipe.py"
        self.config = self.path / "run.toml"
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
        self._files = [path for path in vars(self).values() if path.suffix]
        self._texts: dict[str, str] = {}
        self._curve: list[str] = []

    @property
    def weights(self) -> Path | None:
        """The weights to use: the best where the run validated, else the last; None where there are none yet."""
        return next((file for file in (self.best, self.last) if file.is_file()), None)

    def sample(self, name: str, step: int) -> Path:
        """Return the file of a picture of the validation set, as it was made after so many steps."""
        return self.samples / name / f"{step:07d}.png"

    @contextmanager
    def claimed(self) -> Generator[None]:
        """Claim the folder, for as long as it is written to; the claim ends with the process, however that ends.

        What killed processes left in it is swept away.

        Raises:
            RequestError: another process has claimed it.
        """
        with locked(self.path / ".lock", wait=False):
            for folder in (self.path, self.state.parent, self.samples, *self.samples.glob("*")):
                sweep(folder)
            yield

    def begin(
        self,
        description: Mapping[str, object],
        recipe: str,
        *,
        resume: bool,
        kept: Mapping[str, str] | None = None,
        current_name: Callable[[str], str] = str,
        config: str = "",
    ) -> None:
        """Write down what is run, or make sure that a run that is resumed was the same.

        What is damaged or missing is made again, and a sentence says so.

        Args:
            description, recipe: what is to be run, and its source.
            resume: go on with the run that is there.
            kept: what its checkpoint keeps (`kept`), None where there is no checkpoint, or one that kept nothing.
            current_name: says what a recipe that was written down is called today.
            config: what the settings file is to hold; nothing for none.

        Raises:
            RequestError: the folder holds a run and `resume` is off, or that run was another one.
        """
        texts, is_used = dict(kept or {}), self._is_used()
        if is_used and not resume:
            raise RequestError(f"{self.path} already holds a run; go on with it by --resume, or name another --out.")
        now: dict[str, Any] = json.loads(json_text({**description, "recipe_sha256": _hash(recipe)}))
        before = _description(texts.get(self.description.name)) or self.told()
        if before is None and self.is_trained():
            raise RequestError(
                f"{self.description} is damaged or missing, and there is no checkpoint that keeps what the run was: "
                f"{self._further}."
            )
        if before is not None:
            self._demand_same(before, now, current_name)
        self._put_in_place()
        fresh = {self.description.name: sealed(now), self.recipe.name: recipe}
        fresh |= {self.config.name: config} if config else {}
        self._texts = {name: texts.get(name) or self._whole(name, before) or text for name, text in fresh.items()}
        for name, text in self._texts.items():
            is_older = name == self.config.name and name not in texts  # runs of before had none
            self._make_again(self.path / name, text, said=is_used and not is_older)
        self._take_up(texts.get(self.metrics.name))

    def kept(self) -> dict[str, str]:
        """Return what a checkpoint keeps of the folder, so that it can be made again: texts by the names of files."""
        return self._texts | ({self.metrics.name: "".join(self._curve)} if self._curve else {})

    def logged(self) -> dict[str, str]:
        """Return the curve as `kept` does, but as it lies in the folder, for a process that did not write it."""
        return {self.metrics.name: "".join(map(json_line, self.lines()))}

    def told(self) -> dict[str, Any] | None:
        """Return the description that is there, without its seal; None where it is missing or damaged."""
        return _description(text_of(self.description))

    def settings(self) -> dict[str, Any]:
        """Return what the description says, even if it lacks what a run needs; nothing where it is damaged."""
        return unsealed(text_of(self.description)) or {}

    def append(self, values: Mapping[str, object]) -> None:
        """Add a line to the curve, without the values that are not finite."""
        self._curve.append(json_line(values))
        try:
            with self.metrics.open("a", encoding="utf-8") as file:
                file.write(self._curve[-1])
        except OSError as error:
            raise AcutanceError(f"cannot write {self.metrics}: {error.strerror}.") from error

    def cut(self, step: int, keep: str | None = None) -> None:
        """Cut the curve back to what was logged up to `step`; 0 empties it. Lines with names that begin so are kept."""
        lines = [json.loads(line) for line in self._curve]
        kept = [line for line in lines if line["step"] <= step or (keep and any(map(_begins(keep), line)))]
        self._curve = [json_line(line) for line in kept]
        if (text_of(self.metrics) or "") != "".join(self._curve):
            write_text(self.metrics, "".join(self._curve))

    def finished(self) -> bool:
        """Whether the run got to its last step."""
        return self.ending() is not None

    def ending(self) -> dict[str, Any] | None:
        """Return how the run ended; None where it has not, or the file that says so is damaged."""
        told = unsealed(text_of(self.summary))
        return told if told is not None and isinstance(told.get("steps"), int) else None

    def finish(self, summary: Mapping[str, object]) -> None:
        """Mark the run as finished, when all else is written: the checkpoint before the last goes."""
        for name, text in self.kept().items():
            self._make_again(self.path / name, text, said=False)
        if self.summary.exists() and self.ending() is None:
            say(f"{self.summary} was damaged, and is made again.")
        report = {"report_sha256": sha256(self.report)} if self.report.is_file() else {}
        write_text(self.summary, sealed({**summary, **report}))
        self.drop_previous()

    def reopen(self) -> None:
        """Forget that the run was finished."""
        with suppress(OSError):
            self.summary.unlink(missing_ok=True)

    def drop_previous(self) -> None:
        """Remove the checkpoint before the last."""
        with suppress(OSError):
            previous(self.state).unlink(missing_ok=True)

    def has_report(self) -> bool:
        """Whether the report is there, as it was when the run was finished."""
        said = (self.ending() or {}).get("report_sha256")
        return self.report.is_file() and said in (None, sha256(self.report))

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of the curve: the step and numbers by name. What is damaged or cut short is left out."""
        found = (_line(text) for text in (text_of(self.metrics) or "").split("\n"))
        return [line for line in found if line is not None]

    def is_trained(self) -> bool:
        """Whether a step was trained here that was worth a file."""
        results = (self.state, previous(self.state), self.last, self.best, self.embedding, self.extractor, self.summary)
        return any(path.exists() for path in results)

    @property
    def _further(self) -> str:
        """How one goes on with a run that cannot be resumed: the learning rate follows the share of the steps done."""
        return f"begin a new run from its weights: --init {self.path} and another --out, without --resume"

    def _is_used(self) -> bool:
        return self.description.exists() or self.metrics.exists() or self.is_trained()

    def _demand_same(self, before: dict[str, Any], now: dict[str, Any], current_name: Callable[[str], str]) -> None:
        if found := other_pictures(before, now):
            raise RequestError(
                f"{self.path} holds a run on other pictures: {found}. Put them back, or {self._further}."
            )
        if found := difference(before, now, current_name):
            more = f" To go on, {self._further}." if found.startswith("steps:") else ""
            raise RequestError(f"{self.path} holds a run with another {found}.{more}")

    def _put_in_place(self) -> None:
        """Set aside what lies where a folder or a file of the run belongs and is none."""
        folders = [self.state.parent, self.samples, *self.samples.glob("*")]
        files = [*self._files, previous(self.state)]
        wrong = [path for path in folders if path.exists() and not path.is_dir()]
        for path in [*wrong, *(path for path in files if path.is_dir())]:
            set_aside(path, f"{path} is {'a folder, no file' if path.is_dir() else 'no folder'}.")

    def _whole(self, name: str, before: Mapping[str, Any] | None) -> str | None:
        """Return what is in the description or the recipe, None where it is missing, or not what it was."""
        text = text_of(self.path / name)
        if name == self.config.name:
            return text if text is not None and _is_toml(text) else None
        if name == self.description.name:
            return text if _description(text) is not None else None
        said = (before or {}).get("recipe_sha256")
        return text if text is not None and said in (None, _hash(text)) else None

    def _make_again(self, path: Path, text: str, *, said: bool) -> None:
        found = text_of(path)
        if found == text:
            return
        write_text(path, text)
        if said:
            say(f"{path} was {'missing' if found is None else 'damaged'}, and is made again.")

    def _take_up(self, kept: str | None) -> None:
        """Go on with the curve that a checkpoint keeps, or else with as much of it as can be read."""
        found = text_of(self.metrics)
        if kept is not None:
            self._curve = kept.splitlines(keepends=True)
            if not (found or "").startswith(kept) or (self.finished() and found != kept):
                self._make_again(self.metrics, kept, said=True)
        else:
            lines = self.lines()
            self._curve = [json_line(line) for line in lines]
            torn = len((found or "").rpartition("\n")[0].split("\n")) - len(lines)
            if found and torn > 0:  # a last line without its end was interrupted
                say(f"{self.metrics} was damaged, and goes on without {torn} of its lines.")


def run_of(path: Path) -> Path | None:
    """Return the folder of the run that a file lies in, None for a file elsewhere: two of a run's names tell it."""
    for place in path.resolve().parents:
        run = RunFolder(place)
        signs = (run.description, run.recipe, run.metrics, run.summary, run.weights or run.state)
        if sum(sign.is_file() for sign in signs) > 1:
            return place
    return None


def set_aside(path: Path, fault: str) -> None:
    """Rename what is damaged and cannot be made again to NAME.damaged, and say so."""
    place = path.with_name(f"{path.name}.damaged")
    number = 1
    while place.exists():
        number += 1
        place = path.with_name(f"{path.name}.damaged-{number}")
    try:
        path.rename(place)
    except OSError as error:
        raise AcutanceError(f"cannot rename {path}: {error.strerror or error}.") from error
    say(f"{fault} It is kept as {place.name}.")


def json_line(values: Mapping[str, object]) -> str:
    """Return values as a line of JSON, which has no word for not-a-number and infinity: those are left out."""
    finite = {key: value for key, value in values.items() if not isinstance(value, float) or math.isfinite(value)}
    return json.dumps(finite, allow_nan=False) + "\n"


def _begins(beginning: str) -> Callable[[str], bool]:
    return lambda name: name.startswith(beginning)


def _line(text: str) -> dict[str, Any] | None:
    """Return a line of the curve, of what is in it the numbers alone; None where it is none."""
    value = parsed(text) or {}
    numbers = {key: each for key, each in value.items() if type(each) in (int, float) and abs(each) <= LARGEST}
    return numbers if type(numbers.get("step")) is int else None


def _description(text: str | None) -> dict[str, Any] | None:
    found = unsealed(text)
    return found if is_description(found) else None


def _is_toml(text: str) -> bool:
    try:
        return bool(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        return False


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
