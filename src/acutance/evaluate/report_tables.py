"""The tables of scores in a report: a column a metric, so that each can be sorted by."""

from collections.abc import Sequence
from typing import NamedTuple

from acutance.evaluate.comparison import Comparison
from acutance.evaluate.published import Published
from acutance.evaluate.results import Results
from acutance.evaluate.table import Rows, metric_rows, notes, score_rows
from acutance.evaluate.verdict import comparison_rows, sentences, told

AS_PRINTED = "Rows named after a paper's table are as printed there, under the same protocol."


class Table(NamedTuple):
    """A table with its title, the sentences below it, and those that are a list of their own."""

    title: str
    rows: Rows
    notes: Sequence[str] = ()
    said: Sequence[str] = ()


def score_tables(
    results: Sequence[Results], published: Sequence[Published] = (), comparison: Comparison | None = None
) -> list[Table]:
    """Return what a comparison says, where there is one; the means; and each set picture by picture."""
    if not results:
        return []
    printed = [AS_PRINTED] if published else []
    means = Table("Means", metric_rows(results, published), [*notes(results, cells=False), *printed])
    sets = dict.fromkeys(name for each in results for name in each.sets)
    pictures = [Table(f"{name}, picture by picture", score_rows(results, name)) for name in sets]
    return [*([_verdict(comparison)] if comparison else []), means, *pictures]


def _verdict(comparison: Comparison) -> Table:
    return Table("Means over the seeds", comparison_rows(comparison), told(comparison), sentences(comparison))
