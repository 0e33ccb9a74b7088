"""What a comparison says, in plain words and as a table."""

from html import escape
from typing import TYPE_CHECKING

from acutance.metrics import METRICS
from acutance.report.page_tables import Table
from acutance.scores.score_rows import ABSENT, notes
from acutance.scores.significance import Estimate
from acutance.scores.wording import digits_beyond, number, signed, unit
from acutance.tables import Rows, html, markdown, plain

if TYPE_CHECKING:
    from acutance.comparison.comparison import Comparison, Difference

SPREAD = "In brackets the spread: the sample standard deviation over the seeds."
RESOLVED = (
    "Differences are paired by seed and picture. Resolved: zero is outside their 95 % t interval over the seeds "
    "and outside that over pictures, of a bootstrap; outside the former only: resolved on these pictures."
)


def comparison_rows(comparison: "Comparison") -> Rows:
    """Return one row a recipe and one column a set and metric, each cell a mean and its spread over the seeds."""
    columns = [(name, metric) for name in comparison.sets for metric in comparison.metrics(name)]
    head = ["recipe", "seeds", *(f"{name} {METRICS[metric].title}" for name, metric in columns)]
    return [head, *(_row(comparison, recipe, columns) for recipe in comparison.recipes)]


def sentences(comparison: "Comparison") -> list[str]:
    """Return a sentence for each recipe but the control, set and metric: the difference, and if it is resolved."""
    return [
        sentence
        for recipe in comparison.recipes[1:]
        for name in comparison.sets
        for metric in comparison.metrics(name)
        for sentence in _sentence(comparison, recipe, name, metric)
    ]


def told(comparison: "Comparison") -> list[str]:
    """Return the sentences below the table: what was scored and how, and what its numbers and the words mean."""
    return [*notes(list(comparison.results.values()), cells=False), SPREAD, RESOLVED]


def verdict(comparison: "Comparison") -> Table:
    """Return what a comparison says, for a report."""
    return Table("Means over the seeds", comparison_rows(comparison), told(comparison), sentences(comparison))


def as_text(comparison: "Comparison") -> str:
    """Return the table, what its numbers are, and the sentences, for a terminal."""
    return "\n".join([plain(comparison_rows(comparison)), *told(comparison), *sentences(comparison)])


def as_html(comparison: "Comparison") -> str:
    """Return the same for a notebook."""
    said = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences(comparison))
    return f"{html(comparison_rows(comparison))}<p>{escape(' '.join(told(comparison)))}</p><ul>{said}</ul>"


def comparison_markdown(comparison: "Comparison") -> str:
    """Return the table, what its numbers are, and the sentences, as a Markdown page."""
    said = "\n".join(f"- {sentence}" for sentence in sentences(comparison))
    return "\n\n".join([markdown(comparison_rows(comparison)), " ".join(told(comparison)), said]) + "\n"


def _row(comparison: "Comparison", recipe: str, columns: list[tuple[str, str]]) -> list[str]:
    done = f"{len(comparison.seeds_of(recipe))} of {len(comparison.seeds)}"
    return [recipe, done, *(_cell(metric, comparison.means(recipe, name, metric)) for name, metric in columns)]


def _cell(metric: str, by_seed: dict[int, float]) -> str:
    if not by_seed:
        return ABSENT
    estimate = Estimate.of(by_seed)
    spread = "" if estimate.spread is None else f" ({number(metric, estimate.spread, 1)})"
    return number(metric, estimate.mean, 1) + spread


def _sentence(comparison: "Comparison", recipe: str, name: str, metric: str) -> list[str]:
    difference = comparison.difference(recipe, name, metric)
    if difference is None:
        return []
    what = f"{recipe} - {comparison.control} on {name}, {METRICS[metric].title}"
    return [f"{what}: {_difference(metric, difference)}; {difference.better} of {difference.pictures} pictures better."]


def _difference(metric: str, difference: "Difference") -> str:
    more = digits_beyond(metric, difference.estimate.mean)
    mean = f"{signed(metric, difference.estimate.mean, more)}{unit(metric)}"
    over_pictures = _interval(metric, "over pictures", difference.over_pictures, more)
    spreads = [_over_seeds(metric, difference.estimate, more), over_pictures]
    return f"{mean} ({'; '.join(each for each in spreads if each)}): {_verdict(difference)}"


def _over_seeds(metric: str, estimate: Estimate, more: int) -> str:
    if estimate.spread is None:
        return f"{len(estimate.values)} seed{'s' * (len(estimate.values) > 1)}, no spread"
    spread = f"spread {number(metric, estimate.spread, more)} over {len(estimate.values)} seeds"
    return f"{spread}; {_interval(metric, '95 % interval', estimate.interval, more)}"


def _interval(metric: str, name: str, ends: tuple[float, float] | None, more: int) -> str:
    return f"{name} {signed(metric, ends[0], more)} to {signed(metric, ends[1], more)}" if ends else ""


def _verdict(difference: "Difference") -> str:
    if not difference.estimate.resolved:
        return "not resolved"
    return "resolved" if difference.resolved_over_pictures else "resolved on these pictures"
