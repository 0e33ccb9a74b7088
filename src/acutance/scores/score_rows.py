"""Tables of results: networks beside each other on each test set, or picture by picture within one."""

from collections.abc import Sequence

from acutance.errors import shown
from acutance.scores.results import Published, Results, Scores, SetResult
from acutance.scores.wording import (
    chosen_sentence,
    coverage_sentence,
    direction_sentence,
    heading,
    known_sentence,
    lr_sentence,
    number,
    protocol_sentence,
    remark_sentence,
)
from acutance.tables import Rows

ABSENT = "-"


def set_rows(results: Sequence[Results], published: Sequence[Published] = ()) -> Rows:
    """Return one row a network and one column a test set, with the mean of each metric as "28.42 / 0.8104".

    Published rows follow, each with the table that it is from; what is not in them is a dash.
    """
    names = _sets(results)
    body = [[each.network, *(_mean(each.sets.get(name)) for name in names)] for each in results]
    printed = [[row.label, *(_printed(row, name, _metrics(results)) for name in names)] for row in published]
    return [["network", *names], *body, *printed]


def metric_rows(results: Sequence[Results], published: Sequence[Published] = ()) -> Rows:
    """Return one row a network and one column a test set and metric, for where a cell is to hold one number."""
    columns = [(name, metric) for name in _sets(results) for metric in _metrics(results)]
    means = {each.network: {name: result.means for name, result in each.sets.items()} for each in results}
    printed = {row.label: row.sets for row in published}
    body = [
        [who, *(_number(sets.get(name, {}), metric) for name, metric in columns)]
        for who, sets in [*means.items(), *printed.items()]
    ]
    return [["network", *(f"{name} {heading([metric])}" for name, metric in columns)], *body]


def convention_rows(results: Results) -> Rows:
    """Return one row a convention (`acutance.metrics.conventions`) and one column a test set."""
    means = [result.means for result in results.sets.values()]
    labels = dict.fromkeys(label for each in means for label in each)
    body = [[label, *(_number(each, label) for each in means)] for label in sorted(labels, key=_metric_of)]
    return [[results.network, *results.sets], *body]


def picture_rows(results: Sequence[Results], name: str) -> Rows:
    """Return one row a picture of the set `name` and one column a network, with the mean as last row."""
    columns = [each.sets[name] for each in results if name in each.sets]
    pictures = sorted({picture for column in columns for picture in (*column.images, *column.failed)})
    body = [[picture, *(_cell(column.images.get(picture, {})) for column in columns)] for picture in pictures]
    head = [name, *(each.network for each in results if name in each.sets)]
    return [head, *body, ["mean", *(_mean(column) for column in columns)]]


def score_rows(results: Sequence[Results], name: str) -> Rows:
    """Return `picture_rows` with one column a network and metric, so that a table can be sorted by each."""
    columns = [each for each in results if name in each.sets]
    metrics = _metrics(columns)
    pictures = sorted({picture for each in columns for picture in (*each.sets[name].images, *each.sets[name].failed)})
    lines = [(picture, [each.sets[name].images.get(picture, {}) for each in columns]) for picture in pictures]
    lines.append(("mean", [each.sets[name].means for each in columns]))
    body = [[who, *(_number(scores, metric) for scores in cells for metric in metrics)] for who, cells in lines]
    return [[name, *(f"{each.network} {heading([metric])}" for each in columns for metric in metrics)], *body]


def notes(results: Sequence[Results], *, cells: bool = True) -> list[str]:
    """Return the sentences below a table: what is scored, under which protocol, over how many pictures.

    `cells`: the table has all metrics in one cell, which has to be said.
    """
    metrics = _metrics(results)
    protocols = dict.fromkeys((each.protocol, each.scale) for each in results)
    said = [
        f"Cells: {heading(metrics)}." if cells else "",
        direction_sentence(metrics),
        *(protocol_sentence(*each) for each in protocols),
        lr_sentence(results),
        coverage_sentence(results),
        chosen_sentence(results),
        known_sentence(results),
        remark_sentence(results),
    ]
    return [shown(sentence) for sentence in said if sentence]


def _mean(result: SetResult | None) -> str:
    return ABSENT if result is None else _cell(result.means)


def _sets(results: Sequence[Results]) -> list[str]:
    return list(dict.fromkeys(name for each in results for name in each.sets))


def _metrics(results: Sequence[Results]) -> list[str]:
    return list(dict.fromkeys(m for each in results for result in each.sets.values() for m in result.means))


def _printed(row: Published, name: str, metrics: Sequence[str]) -> str:
    scores = row.sets.get(name, {})
    return " / ".join(_number(scores, metric) for metric in metrics) if scores else ABSENT


def _number(scores: Scores, label: str) -> str:
    return number(_metric_of(label), scores[label]) if label in scores else ABSENT


def _metric_of(label: str) -> str:
    """Return the metric of a convention's label, such as psnr of "PSNR Y, border 4"; of a metric, itself."""
    return label.split(" ")[0].lower()


def _cell(scores: Scores) -> str:
    return " / ".join(number(metric, score) for metric, score in scores.items()) or ABSENT
