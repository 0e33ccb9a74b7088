"""The votes of a blind study, counted: how often each method had which place, with intervals, as SPSR's Fig. 9."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from os import PathLike
from pathlib import Path
from typing import Any, cast

from acutance.errors import RequestError
from acutance.files import write_text
from acutance.report.bars import Bar, Bars, bars_svg
from acutance.tables import html, plain

Z = 1.96
"""Of an interval that covers 95 %."""


@dataclass(frozen=True)
class Votes:
    """How a study ended. Printed, or in a notebook, it is a table.

    Attributes:
        places: method -> how often it had the first place, the second ...
        voters: how many people voted.
    """

    places: Mapping[str, Sequence[int]]
    voters: int

    @property
    def rankings(self) -> int:
        """How many times the methods were ranked."""
        return sum(next(iter(self.places.values()), ()))

    @property
    def bars(self) -> Bars:
        """The chart: the share of each place by method, with Wilson's interval of 95 %."""
        groups = {
            method: {f"place {number}": wilson(count, self.rankings) for number, count in enumerate(counts, 1)}
            for method, counts in self.places.items()
        }
        title = f"{self.rankings} rankings by {self.voters} {'person' if self.voters == 1 else 'people'}"
        return Bars(title, groups, "share of the rankings, %", {})

    def rows(self) -> list[list[str]]:
        """Return the table: first places with their interval, and the mean place."""
        body: list[list[str]] = []
        for method, counts in sorted(self.places.items(), key=lambda item: _mean(item[1])):
            first = wilson(counts[0], self.rankings)
            interval = f"{first.share:.1%} ({first.low:.1%} to {first.high:.1%})"
            body.append([method, interval, f"{_mean(counts):.2f}", " / ".join(map(str, counts))])
        return [["method", "first places (95 %)", "mean place", "1st / 2nd / ..."], *body]

    def __str__(self) -> str:
        note = "Intervals count every ranking as its own; those of one person, or of one picture, go together."
        return f"{self.bars.title}\n{plain(self.rows())}\n{note}"

    def _repr_html_(self) -> str:
        return html(self.rows())


def count_votes(
    votes: Sequence[str | PathLike[str]], key: str | PathLike[str], out: str | PathLike[str] | None = None
) -> Votes:
    """Count the votes of a study, and draw the chart to `out`, an .svg, where one is named.

    A file that a person gave again, with the same votes or with more, counts once, the last.

    Args:
        votes: the files that browsers gave.
        key: what `write_study` wrote beside the page.

    Raises:
        RequestError: a file is none of this study, or holds no complete ranking of it.
    """
    if out is not None and Path(out).suffix.lower() != ".svg":
        raise RequestError(f"{out}: a chart of votes is drawn as .svg.")
    told = _read(Path(key), ("study", "methods", "key"))
    whose = {code: (name, method) for name, codes in told["key"].items() for code, method in codes.items()}
    places = {method: [0] * len(told["methods"]) for method in told["methods"]}
    people: dict[str, Mapping[str, Any]] = {}
    for file in map(Path, votes):
        given = _read(file, ("study", "voter", "rankings"))
        if given["study"] != told["study"]:
            raise RequestError(f"{file} holds votes of another study than {key} is the key of.")
        people[str(given["voter"])] = {str(file): given["rankings"]}
    for ranked in (each for person in people.values() for each in person.items()):
        _add(places, whose, *ranked)
    counted = Votes(places, len(people))
    if not counted.rankings:
        raise RequestError("there is no complete ranking in the votes.")
    if out is not None:
        write_text(Path(out), bars_svg(counted.bars))
    return counted


def wilson(count: int, of: int) -> Bar:
    """Return the share of `count` in `of` with Wilson's interval of 95 %.

    >>> wilson(0, 10).low, round(wilson(5, 10).low, 3), round(wilson(5, 10).high, 3)
    (0.0, 0.237, 0.763)
    """
    if not of:
        return Bar(0.0, 0.0, 0.0)
    share, weight = count / of, Z**2 / of
    middle, reach = (share + weight / 2) / (1 + weight), sqrt(share * (1 - share) / of + weight / (4 * of)) * Z
    return Bar(share, max(0.0, middle - reach / (1 + weight)), min(1.0, middle + reach / (1 + weight)))


def _add(
    places: Mapping[str, list[int]], whose: Mapping[str, tuple[str, str]], file: str, rankings: Mapping[str, object]
) -> None:
    for number, ranking in rankings.items():
        codes = cast(list[str], ranking) if isinstance(ranking, list) else []
        found = [whose[code] for code in codes if code in whose]
        right = len({name for name, _ in found}) == 1 and {method for _, method in found} == {*places}
        if not right or len(found) != len(codes) or len(codes) != len(places):
            raise RequestError(f"{file}: the ranking of question {number} is none of this study.")
        for place, (_, method) in enumerate(found):
            places[method][place] += 1


def _read(path: Path, fields: Sequence[str]) -> dict[str, Any]:
    """Return what a file of a study holds; raise RequestError where it is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RequestError(f"there is no file {path}.") from None
    except (OSError, ValueError) as error:
        raise RequestError(f"{path} cannot be read as JSON: {error}") from error
    kinds = {"study": str, "voter": str, "methods": list, "key": dict, "rankings": dict}
    if not isinstance(content, dict) or any(not isinstance(content.get(each), kinds[each]) for each in fields):  # pyright: ignore[reportUnknownMemberType]
        raise RequestError(f"{path} is no file of a study: it lacks {', '.join(fields)}.")
    return cast(dict[str, Any], content)


def _mean(counts: Sequence[int]) -> float:
    return sum(place * count for place, count in enumerate(counts, 1)) / max(1, sum(counts))
