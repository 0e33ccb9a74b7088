"""Tables of results: networks beside each other on each test set, or picture by picture within one."""

from collections.abc import Sequence

from acutance.evaluate.results import Results, Scores, SetResult
from acutance.evaluate.wording import coverage_sentence, direction_sentence, heading, number, protocol_sentence

Rows = list[list[str]]
"""Cells of text; the first row is the head, the first column names the rows."""
ABSENT = "-"


def set_rows(results: Sequence[Results]) -> Rows:
    """Return one row a network and one column a test set, with the mean of each metric as "28.42 / 0.8104"."""
    names = list(dict.fromkeys(name for each in results for name in each.sets))
    body = [[each.network, *(_mean(each.sets.get(name)) for name in names)] for each in results]
    return [["network", *names], *body]


def picture_rows(results: Sequence[Results], name: str) -> Rows:
    """Return one row a picture of the set `name` and one column a network, with the mean as last row."""
    columns = [each.sets[name] for each in results if name in each.sets]
    pictures = sorted({picture for column in columns for picture in (*column.images, *column.failed)})
    body = [[picture, *(_cell(column.images.get(picture, {})) for column in columns)] for picture in pictures]
    head = [name, *(each.network for each in results if name in each.sets)]
    return [head, *body, ["mean", *(_mean(column) for column in columns)]]


def notes(results: Sequence[Results]) -> list[str]:
    """Return the sentences below a table: what the cells hold, under which protocol, over how many pictures."""
    metrics = dict.fromkeys(metric for each in results for result in each.sets.values() for metric in result.means)
    protocols = dict.fromkeys((each.protocol, each.scale) for each in results)
    said = [
        f"Cells: {heading(metrics)}.",
        direction_sentence(metrics),
        *(protocol_sentence(*each) for each in protocols),
        coverage_sentence(results),
    ]
    return [sentence for sentence in said if sentence]


def plain(rows: Rows) -> str:
    """Return rows as aligned text for a terminal."""
    return "\n".join("  ".join(row).rstrip() for row in _padded(rows))


def markdown(rows: Rows) -> str:
    """Return rows as a Markdown table, aligned so that it reads as text too."""
    head, *body = _padded([[cell.replace("|", "\\|") for cell in row] for row in rows])
    rule = ["-" * len(cell) for cell in head]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *body))


def _padded(rows: Rows) -> Rows:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]


def _mean(result: SetResult | None) -> str:
    return ABSENT if result is None else _cell(result.means)


def _cell(scores: Scores) -> str:
    return " / ".join(number(metric, score) for metric, score in scores.items()) or ABSENT
