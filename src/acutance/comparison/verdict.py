"""What a comparison says, in plain words and as a table."""

from html import escape
from typing import TYPE_CHECKING

from acutance.comparison.beaten import beaten, reminder
from acutance.comparison.frontier import frontier_sentences
from acutance.comparison.same_start import unlike
from acutance.errors import shown
from acutance.metrics import METRICS
from acutance.report.page_tables import Table
from acutance.scores.score_rows import ABSENT, notes
from acutance.scores.significance import SEEDS, Estimate
from acutance.scores.wording import digits_beyond, number, signed, unit
from acutance.tables import Rows, html, markdown, plain

if TYPE_CHECKING:
    from acutance.comparison.comparison import Comparison
    from acutance.comparison.difference import Difference

SPREAD = "In brackets the spread: the sample standard deviation over the seeds."
RESOLVED = (
    "Differences are paired by seed and picture. Resolved: of three seeds or more, zero is outside the 95 % t interval "
    "over the seeds and outside that over pictures, of a bootstrap, and the larger p-value is below 0.05 after Holm's "
    "correction over all differences in the metric. d is the mean gain of a picture over the standard deviation."
)
CHOSEN = "Strengths were chosen on {}; the sets here were scored once, with what was chosen."


def comparison_rows(comparison: "Comparison") -> Rows:
    """Return one row a recipe and one column a set and metric, each cell a mean and its spread over the seeds."""
    columns = [(name, metric) for name in comparison.sets for metric in comparison.metrics(name)]
    head = ["recipe", "seeds", *(f"{name} {METRICS[metric].title}" for name, metric in columns)]
    return [head, *(_row(comparison, recipe, columns) for recipe in comparison.recipes)]


def sentences(comparison: "Comparison") -> list[str]:
    """Return what is to be said, what matters most first.

    What a trivial control beats, what is ahead at equal terms, which embedding networks guess and which runs began
    otherwise; then for each recipe but the control, set and metric the difference, and if it is resolved.
    """
    guessing = [state.sentence(run) for run, state in comparison.critics.items() if state.guesses]
    warned = [*unlike(comparison.starts), *guessing]
    return [*beaten(comparison), *warned, *frontier_sentences(comparison), *difference_sentences(comparison)]


def difference_sentences(comparison: "Comparison") -> list[str]:
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
    chosen = [CHOSEN.format(", ".join(comparison.chosen_on))] if comparison.chosen_on else []
    learned = [state.sentence(run) for run, state in comparison.critics.items() if not state.guesses]
    scored = notes(list(comparison.results.values()), cells=False)
    return [*scored, SPREAD, RESOLVED, *chosen, *reminder(comparison), *learned]


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
    what = shown(f"{recipe} - {comparison.control} on {name}, {METRICS[metric].title}")
    return [f"{what}: {_difference(metric, difference)}; {difference.better} of {difference.pictures} pictures better."]


def _difference(metric: str, difference: "Difference") -> str:
    more = digits_beyond(metric, difference.estimate.mean)
    mean = f"{signed(metric, difference.estimate.mean, more)}{unit(metric)}"
    over_pictures = _interval(metric, "over pictures", difference.over_pictures, more)
    sure = "" if difference.corrected is None else f"p {difference.corrected:.2g} after Holm"
    size = "" if difference.effect is None else f"d {difference.effect:.2f}"
    spreads = [_over_seeds(metric, difference.estimate, more), over_pictures, sure, size]
    return f"{mean} ({'; '.join(each for each in spreads if each)}): {_verdict(difference)}"


def _over_seeds(metric: str, estimate: Estimate, more: int) -> str:
    if estimate.spread is None:
        return f"{len(estimate.values)} seed{'s' * (len(estimate.values) > 1)}, no spread"
    spread = f"spread {number(metric, estimate.spread, more)} over {len(estimate.values)} seeds"
    return f"{spread}; {_interval(metric, '95 % interval', estimate.interval, more)}"


def _interval(metric: str, name: str, ends: tuple[float, float] | None, more: int) -> str:
    return f"{name} {signed(metric, ends[0], more)} to {signed(metric, ends[1], more)}" if ends else ""


def _verdict(difference: "Difference") -> str:
    if difference.resolved:
        return "resolved"
    return "not resolved" if len(difference.estimate.values) >= SEEDS else "too few seeds to say"
