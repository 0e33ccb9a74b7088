"""Training curves: what the metrics.jsonl of several runs hold, gathered into charts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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
    """Return one chart a validation score, one a loss, and one for the norms of the gradients, each with all runs.

    A loss or a norm that no run has logged twice is left out: a point is no curve. A score is told by one.
    """
    logged = {run: _with_shares(read_metrics(folder)) for run, folder in runs.items()}
    keys = dict.fromkeys(key for curves in logged.values() for key in curves)
    titled: dict[str, list[str]] = {}
    for key in sorted(keys, key=_place):
        if title := _title(key):
            titled.setdefault(title, []).append(key)
    return [Chart(title, curves) for title, keys in titled.items() if _tells(keys, curves := _curves(keys, logged))]


def read_metrics(run: Path) -> dict[str, tuple[list[int], list[float]]]:
    """Return the finite numbers logged by a run under each key; none where it logged none.

    A line that an interruption cut short, or that is damaged, is passed over.
    """
    curves: dict[str, tuple[list[int], list[float]]] = {}
    for line in RunFolder(run).lines():
        for key in line.keys() - {"step"}:
            steps, values = curves.setdefault(key, ([], []))
            steps.append(line["step"])
            values.append(float(line[key]))
    return curves


def _title(key: str) -> str | None:
    """Return the title of the chart that a key belongs to; None for what is not drawn, such as the seconds a step."""
    match key.split("/"):
        case ["validation", name, metric]:
            return f"{metric.upper()} on {name}, while training"
        case ["loss", "critic", name] | ["chance", name]:
            return f"Loss of the {_words(name)} critic, and that by chance"
        case ["loss", name]:
            return f"{_words(name).capitalize()} loss"
        case ["gradient", _]:
            return "Norm of each loss's gradient at SR, weighted"
        case ["share", _]:
            return "Share of each loss in the gradients at SR"
        case _:
            return None


def _words(name: str) -> str:
    return name.replace("_", " ")


def _place(key: str) -> int:
    order = ("validation", "gradient", "share", "loss", "chance")
    return next((place for place, start in enumerate(order) if key.startswith(start)), len(order))


def _curves(keys: Iterable[str], logged: Mapping[str, Mapping[str, Points]]) -> dict[tuple[str, str], Points]:
    return {(run, _what(key)): curves[key] for run, curves in logged.items() for key in keys if key in curves}


def _tells(keys: Iterable[str], curves: Mapping[tuple[str, str], Points]) -> bool:
    scored = any(key.startswith("validation/") for key in keys)
    return scored or any(len(steps) > 1 for steps, _ in curves.values())


def _what(key: str) -> str:
    """Return what a curve is within its chart."""
    return "chance" if key.startswith("chance/") else key.split("/")[-1]


def _with_shares(logged: Mapping[str, Points]) -> dict[str, Points]:
    """Return curves, and beside the norms of several gradients the share of each in their sum, as "share/NAME"."""
    norms = {key: dict(zip(*points, strict=True)) for key, points in logged.items() if key.startswith("gradient/")}
    together = [step for step in next(iter(norms.values()), {}) if all(step in each for each in norms.values())]
    sums = {step: sum(each[step] for each in norms.values()) for step in together}
    steps = [step for step in together if sums[step] > 0]
    if len(norms) < 2 or not steps:
        return dict(logged)
    shares = {key: (steps, [each[step] / sums[step] for step in steps]) for key, each in norms.items()}
    return {**logged, **{f"share/{key.removeprefix('gradient/')}": points for key, points in shares.items()}}
