"""Results as files that other programs read: tables in Markdown, LaTeX and CSV, and every picture's scores as CSV."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from acutance.errors import RequestError
from acutance.files import write_text
from acutance.report.published import Published
from acutance.scores.results import Results
from acutance.scores.score_rows import metric_rows, notes, set_rows
from acutance.tables import csv, latex, markdown


def write_table(path: Path, results: Sequence[Results], published: Sequence[Published] = ()) -> None:
    """Write the means as a table: Markdown, LaTeX or CSV by the suffix .md, .tex or .csv; each names the protocol."""
    check_table(path)
    write_text(path, TABLES[path.suffix.lower()](results, published))


def check_table(path: Path) -> None:
    """Raise RequestError unless the suffix is that of a table that can be written."""
    if path.suffix.lower() not in TABLES:
        raise RequestError(f"{path}: tables are written as {', '.join(TABLES)}, by the suffix of the file.")


def write_pictures(path: Path, results: Sequence[Results]) -> None:
    """Write a line a network, set and picture as CSV: its scores, or why it has none."""
    write_text(path, csv(_picture_lines(results)))


def _markdown_file(results: Sequence[Results], published: Sequence[Published]) -> str:
    return f"{markdown(set_rows(results, published))}\n\n{' '.join(notes(results))}\n"


def _latex_file(results: Sequence[Results], published: Sequence[Published]) -> str:
    said = [f"% {note}" for note in [*notes(results), "Its rules need \\usepackage{booktabs}."]]
    return "\n".join([*said, latex(metric_rows(results, published))]) + "\n"


def _csv_file(results: Sequence[Results], published: Sequence[Published]) -> str:
    head = ["network", "source", "scale", "protocol", "set", "metric", "mean", "scored", "expected", "lr"]
    return csv([head, *_mean_lines(results), *_published_lines(published)])


def _mean_lines(results: Iterable[Results]) -> Iterator[list[object]]:
    for each in results:
        for name, result in each.sets.items():
            counts = len(result.images), result.expected, result.lr
            for metric, mean in result.means.items():
                yield [each.network, "measured", each.scale, each.protocol, name, metric, mean, *counts]


def _published_lines(published: Iterable[Published]) -> Iterator[list[object]]:
    for row in published:
        for name, scores in row.sets.items():
            for metric, mean in scores.items():
                yield [row.name, row.table, row.scale, row.protocol, name, metric, mean, "", "", ""]


def _picture_lines(results: Sequence[Results]) -> Iterator[list[object]]:
    metrics = list(dict.fromkeys(m for each in results for result in each.sets.values() for m in result.means))
    yield ["network", "scale", "protocol", "set", "lr", "picture", *metrics, "remark", "failed"]
    for each in results:
        for name, result in each.sets.items():
            for picture in sorted({*result.images, *result.failed}):
                scores = result.images.get(picture, {})
                told = result.remarks.get(picture, ""), result.failed.get(picture, "")
                head = [each.network, each.scale, each.protocol, name, result.lr, picture]
                yield [*head, *(scores.get(metric, "") for metric in metrics), *told]


TABLES = {".md": _markdown_file, ".tex": _latex_file, ".csv": _csv_file}
