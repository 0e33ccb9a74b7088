"""How far each method is beyond the sharpening filter, or beyond noise, where one metric is equal: rows of a table.

As `acutance.comparison.frontier` has it, the filter's line against a method's over what both reach, seed by seed; here
with whichever metric is equal, and with the strengths that draw a grid left out.
"""

from typing import Any

from acutance.comparison.frontier import ahead
from acutance.comparison.sweep import families
from acutance.metrics import METRICS
from acutance.scores.significance import Estimate

FILTER = "filter"
GRID = 0.2
"""Levels of `grid` beyond the control's from which a strength is left out."""


def equal_rows(comparison: dict[str, Any], across: str, against: str = FILTER) -> list[list[str]]:
    """Return a row a method and set, a column a metric: the mean gain over `against` at an equal `across`.

    Better is above 0, whichever way a metric counts; in brackets the 95 % interval over the seeds.
    """
    lines = families(comparison["recipes"])
    metrics = [each for each in next(iter(comparison["sets"].values())) if each != across]
    rows = [["method", "set", *(METRICS[each].title.removesuffix(" v0.1 (SqueezeNet)") for each in metrics)]]
    for method, members in lines.items():
        for name in comparison["sets"]:
            cells = [_cell(comparison, name, (across, each), members, lines[against]) for each in metrics]
            if method != against and any(cells):
                rows.append([f"`{method}`", name, *(each or "-" for each in cells)])
    return rows


def _cell(comparison: dict[str, Any], name: str, pair: tuple[str, str], ours: list[str], theirs: list[str]) -> str:
    scores, gains = comparison["sets"][name], list[float]()
    plain = [each for each in ours if scores["grid"]["differences"].get(each, {"mean": 0.0})["mean"] <= GRID]
    for seed in map(str, comparison["seeds"]):
        lines = [_line(scores, [comparison["control"], *members], pair, seed) for members in (plain, theirs)]
        ways = {"keep_high": METRICS[pair[0]].higher_is_better, "gain_high": METRICS[pair[1]].higher_is_better}
        if plain and all(lines) and (told := ahead(*lines, **ways)) is not None:
            gains.append(told[0])
    if not gains:
        return ""
    estimate, digits = Estimate(tuple(gains)), METRICS[pair[1]].digits + (1 if pair[1] in ("psnr", "ssim") else 0)
    digits = max(digits, 4 if pair[1] == "psnr" else digits)
    ends = estimate.interval
    spread = f"{len(gains)} seed" if ends is None else f"{ends[0]:+.{digits}f} to {ends[1]:+.{digits}f}"
    return f"{estimate.mean:+.{digits}f} ({spread})"


def _line(scores: dict[str, Any], members: list[str], pair: tuple[str, str], seed: str) -> list[tuple[float, float]]:
    found = [
        [scores[metric]["scores"].get(each, {"seeds": {}})["seeds"].get(seed) for metric in pair] for each in members
    ]
    return [] if any(None in each for each in found) else [(x, y) for x, y in found]
