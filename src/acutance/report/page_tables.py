"""The tables of scores in a report: a column a metric, so that each can be sorted by."""

from collections.abc import Sequence
from typing import NamedTuple

from acutance.report.published import Published
from acutance.scores.results import Results
from acutance.scores.score_rows import metric_rows, notes, score_rows
from acutance.tables import Rows

AS_PRINTED = "Rows named after a paper's table are as printed there, under the same protocol."


class Table(NamedTuple):
    """A table with its title, the sentences below it, and those that are a list of their own."""

    title: str
    rows: Rows
    notes: Sequence[str] = ()
    said: Sequence[str] = ()


def page_tables(
    results: Sequence[Results], published: Sequence[Published] = (), verdict: Table | None = None
) -> list[Table]:
    """Return the verdict of a comparison, where there is one; the means; and each set picture by picture."""
    if not results:
        return []
    printed = [AS_PRINTED] if published else []
    means = Table("Means", metric_rows(results, published), [*notes(results, cells=False), *printed])
    sets = dict.fromkeys(name for each in results for name in each.sets)
    pictures = [Table(f"{name}, picture by picture", score_rows(results, name)) for name in sets]
    return [*([verdict] if verdict else []), means, *pictures]
