"""Rows of the tables on the results pages, from a comparison.json."""

from typing import Any

from acutance.metrics import METRICS


def markdown(rows: list[list[str]]) -> str:
    """Return a table whose first row is its head."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (rows[0], ["---"] * len(rows[0]), *rows[1:]))


def score_rows(comparison: dict[str, Any], metric: str) -> list[list[str]]:
    """Return a row a recipe, a column a set."""
    sets, digits = comparison["sets"], METRICS[metric].digits + 1
    rows = [["recipe", *sets]]
    for recipe in comparison["recipes"]:
        scores = [sets[name][metric]["scores"].get(recipe) for name in sets]
        if all(scores):
            rows.append([f"`{recipe}`", *(score(each, digits) for each in scores)])
    return rows


def score(scores: dict[str, Any], digits: int) -> str:
    spread = "" if scores["spread"] is None else f" ({scores['spread']:.{digits}f})"
    return f"{scores['mean']:.{digits}f}{spread}"


def difference_rows(comparison: dict[str, Any], metric: str) -> list[list[str]]:
    """Return a row a recipe and set: the mean, both intervals, what they leave out, how many pictures are better."""
    known = METRICS[metric]
    digits = known.digits + (2 if known.unit else 1)
    rows = [["recipe", "set", "difference", "over seeds", "over pictures", "zero outside over", "better"]]
    for recipe in comparison["recipes"][1:]:
        for name, scores in comparison["sets"].items():
            value = scores[metric]["differences"].get(recipe)
            if value is not None:
                intervals = [interval(value.get(key), digits) for key in ("interval", "over_pictures")]
                counted = f"{value['better']} of {value['pictures']}"
                rows.append([f"`{recipe}`", name, f"{value['mean']:+.{digits}f}", *intervals, resolved(value), counted])
    return rows


def interval(ends: list[float] | None, digits: int) -> str:
    return f"{ends[0]:+.{digits}f} to {ends[1]:+.{digits}f}" if ends else "not taken"


def resolved(value: dict[str, Any]) -> str:
    """Return over what an interval leaves out zero; that it is resolved, where that was asked with one meaning."""
    if value.get("p_corrected") is not None and value["resolved"]:
        return "resolved"
    seeds = "resolved_over_seeds" if "resolved_over_seeds" in value else "resolved"
    over = [name for name, key in (("seeds", seeds), ("pictures", "resolved_over_pictures")) if value.get(key)]
    return " and ".join(over) or "neither"


def extractor_rows(told: list[dict[str, Any]], tasks: list[tuple[str, str]]) -> list[list[str]]:
    """Return a row an extractor, a column a task and set."""
    rows = [["extractor", *(f"{task}, {name}" for task, name in tasks), "feature scale"]]
    for each in told:
        values = [each["tasks"][task][name] for task, name in tasks]
        rows.append([each["extractor"], *map(accuracy, values), f"{each['feature_scale']:.3g}"])
    return rows


def accuracy(value: dict[str, Any]) -> str:
    return (
        f"{value['right']:.2%} ({value['spread']:.2%}), {value['times_chance']:.0f} times chance of "
        f"1 in {value['answers']:.0f}"
    )
