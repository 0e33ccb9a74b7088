"""Runs beside each other in a terminal, while they go on: where each stands, how fast, and what it scores."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from acutance.errors import RequestError, shown
from acutance.report.curves import read_metrics
from acutance.run_folder import RunFolder
from acutance.tables import Rows, plain
from acutance.terminal import unescaped

QUIET = 120.0
"""Seconds without a line of the curve after which a run is taken to have stopped; longer for slow ones."""
CLEAR = "\x1b[H\x1b[J"


@dataclass(frozen=True)
class Standing:
    """Where a run stands.

    Attributes:
        name: of its folder, below the one that is watched.
        told: what it is, as experiment.json has it.
        curves: what it logged, steps and values by name.
        state: "finished", "running", "stopped", or "ended early" by patience.
    """

    name: str
    told: Mapping[str, Any]
    curves: Mapping[str, tuple[Sequence[int], Sequence[float]]]
    state: str

    @property
    def step(self) -> int:
        """The last step that was logged."""
        return max((steps[-1] for steps, _ in self.curves.values()), default=0)

    @property
    def steps(self) -> int:
        """The steps that it is to take; 0 where that is not known."""
        found = self.told.get("experiment", {}).get("steps")
        return found if isinstance(found, int) else 0

    @property
    def seconds(self) -> float | None:
        """Of a step, as last logged."""
        return self.last("seconds")

    def last(self, key: str) -> float | None:
        """Return the last value under a key."""
        return self.curves[key][1][-1] if key in self.curves else None

    def at(self, key: str, step: int) -> float | None:
        """Return the value under a key at a step."""
        return dict(zip(*self.curves[key], strict=True)).get(step) if key in self.curves else None


def standings(folder: str | PathLike[str]) -> list[Standing]:
    """Return every run in a folder and below, by name.

    Raises:
        RequestError: there is no such folder.
    """
    place = Path(folder)
    if not place.is_dir():
        raise RequestError(f"there is no folder {place}.")
    return [_standing(path, place) for path in sorted(_runs(place))]


def watch_rows(runs: Sequence[Standing]) -> Rows:
    """Return a table of runs: steps, speed, time left, losses; validation scores as last taken and, of several runs,
    at the last step at which all of them were."""
    losses = _keys(runs, "loss/")
    scores = _keys(runs, "validation/")
    common = {key: step for key in scores if len(runs) > 1 and (step := _common(runs, key))}
    head = ["run", "step", "s/step", "left", *(key.removeprefix("loss/") for key in losses)]
    for key in scores:
        head += [_title(key), *([f"{_title(key)} at {common[key]}"] if key in common else [])]
    return [[*head, "state"], *([*_row(run, losses, scores, common), run.state] for run in runs)]


def watch(folder: str | PathLike[str], *, every: float = 5.0, once: bool = False) -> None:
    """Print the table of the runs in a folder, anew every so many seconds while any goes on; until Ctrl-C.

    Where no terminal listens, or `once`, it is printed once.

    Raises:
        RequestError: there is no such folder, or no run in it.
    """
    if every <= 0:
        raise RequestError(f"--every is {every}; it must be above 0.")
    once = once or not sys.stdout.isatty()
    while True:
        runs = standings(folder)
        if not runs:
            raise RequestError(f"there is no run in {Path(folder)}.")
        if not once:
            unescaped(sys.stdout).write(CLEAR)
        print(plain([[shown(cell) for cell in row] for row in watch_rows(runs)]), flush=True)
        if once or all(run.state != "running" for run in runs):
            return
        time.sleep(every)


def _runs(place: Path) -> Iterator[Path]:
    names = RunFolder("")
    found = {path.parent for name in (names.description, names.metrics) for path in place.rglob(name.name)}
    return (path for path in found if RunFolder(path).settings() or RunFolder(path).lines())


def _standing(path: Path, place: Path) -> Standing:
    run, curves = RunFolder(path), read_metrics(path)
    name = str(path.relative_to(place)) if path != place else path.name
    return Standing(name, run.settings(), curves, _state(run, curves))


def _state(run: RunFolder, curves: Mapping[str, tuple[Sequence[int], Sequence[float]]]) -> str:
    ending = run.ending()
    if ending is not None:
        return "ended early" if ending.get("stopped") else "finished"
    steps, seconds = curves.get("seconds", ((), ()))
    between = steps[-1] - steps[-2] if len(steps) > 1 else 50
    quiet = max(QUIET, 4 * between * (seconds[-1] if seconds else 0.0))
    try:
        newest = max(path.stat().st_mtime for path in (run.metrics, run.description) if path.exists())
    except (OSError, ValueError):
        return "stopped"
    return "running" if time.time() - newest < quiet else "stopped"


def _keys(runs: Sequence[Standing], beginning: str) -> list[str]:
    found = dict.fromkeys(key for run in runs for key in sorted(run.curves) if key.startswith(beginning))
    return [key for key in found if not key.startswith("loss/critic/")]


def _common(runs: Sequence[Standing], key: str) -> int:
    """Return the last step at which all runs that have a score have one; 0 for none, or where one run has it alone."""
    steps = [set(run.curves[key][0]) for run in runs if key in run.curves]
    return max(set.intersection(*steps), default=0) if len(steps) > 1 else 0


def _row(run: Standing, losses: Sequence[str], scores: Sequence[str], common: Mapping[str, int]) -> list[str]:
    left = run.seconds * (run.steps - run.step) if run.seconds is not None and run.state == "running" else None
    cells = [run.name, f"{run.step} of {run.steps}", _number(run.seconds), "" if left is None else _time(left)]
    cells += [_number(run.last(key)) for key in losses]
    for key in scores:
        cells += [_number(run.last(key)), *([_number(run.at(key, common[key]))] if key in common else [])]
    return cells


def _title(key: str) -> str:
    _, name, metric = key.split("/", 2) if key.count("/") > 1 else ("", "", key)
    return f"{metric.upper()} {name}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _time(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"
