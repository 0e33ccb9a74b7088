"""Training curves: what the metrics.jsonl of several runs hold, gathered into charts."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from acutance.run_folder import RunFolder

Points = tuple[Sequence[float], Sequence[float]]
"""Steps, or whatever else the horizontal axis holds, and the values at them."""


@dataclass(frozen=True)
class Chart:
    """Curves that share their axes, by the run they are of and what they are within the chart.

    `across` and `upwards` say what the axes hold.
    """

    title: str
    curves: Mapping[tuple[str, str], Points]
    across: str = "step"
    upwards: str = ""

    @property
    def logarithmic(self) -> bool:
        """Whether a logarithmic axis helps: all values are positive and span more than a decade."""
        values = [value for _, points in self.curves.values() for value in points]
        return min(values) > 0 and max(values) > 10 * min(values)


def charts(runs: Mapping[str, Path]) -> list[Chart]:
    """Return one chart a validation score, one a loss, and one for the norms of the gradients, each with all runs."""
    logged = {run: read_metrics(folder) for run, folder in runs.items()}
    keys = dict.fromkeys(key for curves in logged.values() for key in curves)
    titled: dict[str, list[str]] = {}
    for key in sorted(keys, key=_place):
        if title := _title(key):
            titled.setdefault(title, []).append(key)
    return [Chart(title, _curves(keys, logged)) for title, keys in titled.items()]


def read_metrics(run: Path) -> dict[str, tuple[list[int], list[float]]]:
    """Return the finite numbers logged by a run under each key; none where it logged none.

    A line cut short by an interruption is passed over.
    """
    path = RunFolder(run).metrics
    curves: dict[str, tuple[list[int], list[float]]] = {}
    for record in map(_parsed, path.read_text(encoding="utf-8").splitlines() if path.is_file() else ()):
        for key, value in record.items():
            if key != "step" and isinstance(value, int | float) and isfinite(value):
                steps, values = curves.setdefault(key, ([], []))
                steps.append(record["step"])
                values.append(float(value))
    return curves


def _parsed(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError:
        return {}
    return record if isinstance(record, dict) and isinstance(record.get("step"), int) else {}


def _title(key: str) -> str | None:
    """Return the title of the chart that a key belongs to; None for what is not drawn, such as the seconds a step."""
    match key.split("/"):
        case ["validation", name, metric]:
            return f"{metric.upper()} on {name}, while training"
        case ["loss", "critic", name]:
            return f"Loss of the {_words(name)} critic"
        case ["loss", name]:
            return f"{_words(name).capitalize()} loss"
        case ["gradient", _]:
            return "Norm of each loss's gradient at SR, weighted"
        case _:
            return None


def _words(name: str) -> str:
    return name.replace("_", " ")


def _place(key: str) -> int:
    order = ("validation", "gradient", "loss")
    return next((place for place, start in enumerate(order) if key.startswith(start)), len(order))


def _curves(keys: Iterable[str], logged: Mapping[str, Mapping[str, Points]]) -> dict[tuple[str, str], Points]:
    return {(run, key.split("/")[-1]): curves[key] for run, curves in logged.items() for key in keys if key in curves}
