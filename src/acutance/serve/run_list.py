"""Runs of training in a folder, as the third tab shows them: curves, pictures, scores; nothing is written there."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from acutance.errors import RequestError
from acutance.files import parsed, text_of
from acutance.run_folder import RunFolder
from acutance.serve.refusal import Refusal
from acutance.serve.texts import said

DEEPEST, MOST_POINTS, MOST_SAMPLES = 4, 600, 60
TOLD = ("recipe", "scale", "steps", "batch", "patch", "seed", "learning_rate", "precision")
"""What is told of how a run was described, where it says so."""


class RunList:
    """The runs in a folder and in those below it.

    Raises:
        RequestError: there is no such folder.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise RequestError(f"{folder}: there is no such folder of runs.")
        self._folder = folder

    def told(self) -> list[dict[str, Any]]:
        """Return every run in few words, the one that was at work last first."""
        runs = sorted(self._runs(), key=lambda path: path.joinpath("metrics.jsonl").stat().st_mtime, reverse=True)
        return [self._in_short(path) for path in runs]

    def run(self, identity: str) -> dict[str, Any]:
        """Return all of a run; refuse (404) where there is none."""
        path = self._path(identity)
        run = RunFolder(path)
        samples = [
            {"name": name, "step": step, "url": f"/api/runs/{identity}/samples/{number}"}
            for number, (name, step, _) in enumerate(_samples(path))
        ]
        return {**self._in_short(path), "charts": _charts(run), "samples": samples, "scores": _scores(run)}

    def sample(self, identity: str, number: str) -> Path:
        """Return the file of a picture of a run; refuse (404) where there is none."""
        samples = list(_samples(self._path(identity)))
        if not (number.isascii() and number.isdigit() and int(number) < len(samples)):
            raise Refusal(404, "refused.unknown")
        return samples[int(number)][2]

    def _in_short(self, path: Path) -> dict[str, Any]:
        run = RunFolder(path)
        told = run.settings()
        within: Any = told.get("experiment")
        settings: dict[str, Any] = {**(within if isinstance(within, dict) else {}), **told}
        lines = run.lines()
        facts = {name: settings[name] for name in TOLD if isinstance(settings.get(name), str | int | float)}
        return {
            "id": _identity(path),
            "name": path.relative_to(self._folder).as_posix() if path != self._folder else path.name,
            "facts": facts,
            "step": max((line["step"] for line in lines), default=0),
            "steps": settings.get("steps") if isinstance(settings.get("steps"), int) else None,
            "finished": run.finished(),
        }

    def _runs(self) -> Iterator[Path]:
        top = str(self._folder)
        for place, folders, files in os.walk(top):
            depth = place[len(top) :].count(os.sep)
            folders[:] = sorted(name for name in folders if not name.startswith(".")) if depth < DEEPEST else []
            if "metrics.jsonl" in files:
                yield Path(place)

    def _path(self, identity: str) -> Path:
        found = next((path for path in self._runs() if _identity(path) == identity), None)
        if found is None:
            raise Refusal(404, "refused.unknown")
        return found


def _identity(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def _samples(path: Path) -> Iterator[tuple[str, int, Path]]:
    """Yield the pictures of the validation set: of each the name, the step and the file, the last steps only."""
    folder = RunFolder(path).samples
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        files = sorted(file for file in place.glob("*.png") if file.stem.isdigit()) if place.is_dir() else []
        yield from ((place.name, int(file.stem), file) for file in files[-MOST_SAMPLES // 10 :])


def _charts(run: RunFolder) -> list[dict[str, Any]]:
    """Return the curves that a run logged, by the chart that they stand in."""
    charts: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for line in run.lines():
        for key in line.keys() - {"step"}:
            title, name = _place(key)
            if title:
                charts.setdefault(title, {}).setdefault(name, []).append((line["step"], float(line[key])))
    made = [
        {"title": title, "curves": [{"name": name, "points": _thinned(curves[name])} for name in sorted(curves)]}
        for title, curves in charts.items()
    ]
    return sorted(made, key=lambda chart: (not chart["title"].startswith("PSNR"), chart["title"]))


def _place(key: str) -> tuple[str, str]:
    match key.split("/"):
        case ["validation", name, metric]:
            return said("chart.validation", metric=metric.upper()), name
        case ["loss", "critic", name]:
            return said("chart.critic"), name
        case ["loss", name]:
            return said("chart.loss"), name
        case ["gradient", name]:
            return said("chart.gradient"), name
        case _:
            return "", ""


def _thinned(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return every n-th point, and the last, so that there are not many."""
    every = len(points) // MOST_POINTS + 1
    return points if every == 1 else [*points[:-1:every], points[-1]]


def _scores(run: RunFolder) -> list[list[str]]:
    """Return the table of the scores that a run has, with its head; nothing where it has none."""
    found: Mapping[str, Any] = parsed(text_of(run.scores)) or {}
    results: Any = found.get("results", found)
    sets: Any = results.get("sets") if isinstance(results, dict) else None
    if not isinstance(sets, dict) or not sets:
        return []
    numbers = {
        str(name): {key: value for key, value in each.items() if isinstance(value, float)}
        for name, each in sets.items()
        if isinstance(each, dict)
    }
    metrics = list(dict.fromkeys(key for each in numbers.values() for key in each))
    rows = [[name, *(f"{each[key]:.4g}" if key in each else "" for key in metrics)] for name, each in numbers.items()]
    return [["", *(key.upper() for key in metrics)], *rows]
