"""A table of a paper with ours beside it: published, measured, difference, and what each gains over its control."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from acutance.comparison.comparison import Comparison
from acutance.metrics import METRICS
from acutance.recipes import find_recipe
from acutance.reproduction.plan import STAND_IN, Plan
from acutance.scores.results import Published
from acutance.scores.score_rows import ABSENT
from acutance.scores.wording import digits_beyond, number, signed
from acutance.tables import Rows, html, latex, markdown, plain

Column = tuple[str, str]
"""A set and a metric."""


@dataclass(frozen=True)
class Measured:
    """A row that was made: the means over the pictures of each seed, by set and metric, and what it cost."""

    recipe: str
    means: Mapping[Column, Sequence[float]]
    share: float

    def mean(self, column: Column) -> float | None:
        """Return the mean over the seeds; None where there is none."""
        values = self.means.get(column, ())
        return fmean(values) if values else None


@dataclass(frozen=True)
class Reproduced:
    """What was made of a table.

    Printed it is the table; `write` puts it into files.

    Attributes:
        plan: what was to be made.
        measured: row -> what was measured of it.
        controls: recipe -> what was measured of each control that is no row.
        seeds: of each run.
        absent: a sentence for each set and metric of the table that was not scored.
        pages: the pages of the comparisons that it was made of.
        known: a sentence for each set: whether it is as published, or what differs.
        runs: row -> the folder of its run with the first seed.
    """

    plan: Plan
    measured: Mapping[str, Measured]
    controls: Mapping[str, Measured]
    seeds: Sequence[int]
    absent: Sequence[str] = ()
    pages: Sequence[Path] = field(default=())
    known: Sequence[str] = ()
    runs: Mapping[str, Path] = field(default_factory=dict[str, Path])

    @property
    def published(self) -> Mapping[str, Published]:
        """The rows of the paper, by name."""
        return self.plan.table.published

    @property
    def columns(self) -> list[Column]:
        """What the paper or we have numbers of, by set."""
        theirs = [(name, metric) for row in self.published.values() for name, s in row.sets.items() for metric in s]
        ours = [column for each in (*self.measured.values(), *self.controls.values()) for column in each.means]
        found = dict.fromkeys([*theirs, *ours])
        sets = list(dict.fromkeys(name for name, _ in found))
        return sorted(found, key=lambda column: (sets.index(column[0]), list(found).index(column)))

    @property
    def heading(self) -> str:
        """Whose table it is, and what stands for what."""
        paper, _, numeral = self.plan.table.name.partition(":")
        light = f"; {STAND_IN}" if self.plan.light else ""
        table = "" if numeral == "REAL" else f", Table {numeral}"
        return f"{paper.upper()}{table}: {self.plan.table.title}{light}"

    def rows(self) -> Rows:
        """Return three lines a row of the table: what is published, what was measured, and the difference."""
        body = [line for name in self._names() for line in self._lines(name)]
        controls = [line for recipe in self.controls for line in self._control_lines(recipe)]
        return [["row", *(_title(column) for column in self.columns)], *body, *controls]

    def gains(self) -> Rows:
        """Return what each row exceeds its control by, in the paper and here: what a paper is read for."""
        lines = [line for name in self.measured for line in self._gain_lines(name)]
        return [["gain over control", *(_title(column) for column in self.columns)], *lines]

    def notes(self) -> list[str]:
        """Return what a reader should know of the numbers."""
        shares = sorted({each.share for each in self.measured.values()})
        seeds = ", ".join(map(str, self.seeds))
        told = [f"Measured with seeds {seeds}; in brackets their spread."] if seeds else ["Nothing was trained."]
        if shares:
            of = " to ".join(dict.fromkeys((_share(shares[0]), _share(shares[-1]))))
            told.append(f"Learned from {of} of the pixels that the paper's recipes learn from.")
        told += [self.plan.table.note] if self.plan.table.note else []
        told += [f"{name} {why}" for name, why in self.plan.left_out.items()]
        return [*told, *self.known, *self.absent]

    def __str__(self) -> str:
        gains = ["", plain(self.gains())] if len(self.gains()) > 1 else []
        return "\n".join([self.heading, plain(self.rows()), *gains, *self.notes()])

    def _repr_html_(self) -> str:
        return f"<h2>{self.heading}</h2>{html(self.rows())}{html(self.gains())}<p>{' '.join(self.notes())}</p>"

    def as_markdown(self) -> str:
        """Return the tables as Markdown."""
        return "\n\n".join([f"# {self.heading}", markdown(self.rows()), markdown(self.gains()), *self.notes()]) + "\n"

    def as_latex(self) -> str:
        """Return the tables as LaTeX, which needs booktabs."""
        said = [f"% {line}" for line in [self.heading, *self.notes()]]
        return "\n".join([*said, latex(self.rows()), latex(self.gains())]) + "\n"

    def records(self) -> list[dict[str, Any]]:
        """Return a line a row, set and metric, with all digits, as for CSV and JSON."""
        return [
            {
                "row": name,
                "recipe": found.recipe if found else "",
                "set": column[0],
                "metric": column[1],
                "published": self._printed(name, column),
                "measured": found.mean(column) if found else None,
                "seeds": len(found.means.get(column, ())) if found else 0,
                "share": found.share if found else None,
            }
            for name in [*self._names(), *self.controls]
            for found in [self.measured.get(name) or self.controls.get(name)]
            for column in self.columns
        ]

    def _names(self) -> list[str]:
        """The rows of the paper and ours, in the table's order."""
        rows = [row.name or row.recipe for row in self.plan.table.rows]
        return list(dict.fromkeys([*self.published, *rows, *self.measured]))

    def _printed(self, name: str, column: Column) -> float | None:
        row = self.published.get(name)
        return None if row is None else row.sets.get(column[0], {}).get(column[1])

    def _lines(self, name: str) -> Iterator[list[str]]:
        found = self.measured.get(name)
        if name in self.published:
            yield [f"{name}, published", *(_cell(column, self._printed(name, column)) for column in self.columns)]
        if found is not None:
            yield self._measured_line(f"{name}, {found.recipe}", found)
        if name in self.published and found is not None:
            pairs = [(column, found.mean(column), self._printed(name, column)) for column in self.columns]
            yield ["difference", *(_difference(*pair) for pair in pairs)]

    def _control_lines(self, recipe: str) -> Iterator[list[str]]:
        yield self._measured_line(f"control, {recipe}", self.controls[recipe])

    def _measured_line(self, name: str, found: Measured) -> list[str]:
        return [name, *(_spread(column, found.means.get(column, ())) for column in self.columns)]

    def _gain_lines(self, name: str) -> Iterator[list[str]]:
        """Yield the gain that is published, where the control is a row, and that which was measured."""
        found = self.measured[name]
        control = find_recipe(found.recipe).control
        if not control:
            return
        theirs = next((row for row, each in self.measured.items() if each.recipe == control), "")
        ours = self.measured.get(theirs) or self.controls.get(control)
        if ours is None:
            return
        printed = [(c, self._printed(name, c), self._printed(theirs, c)) for c in self.columns]
        if any(None not in each for each in printed):
            yield [f"{name}, published", *(_difference(*each) for each in printed)]
        measured = [(column, found.mean(column), ours.mean(column)) for column in self.columns]
        yield [f"{name}, {found.recipe}", *(_difference(*each) for each in measured)]


def measured_of(comparison: Comparison, recipe: str, entered: str, share: float) -> Measured:
    """Return what a comparison says of one of its recipes, given the name under which it entered."""
    means = {
        (name, metric): list(comparison.means(entered, name, metric).values())
        for name in comparison.sets
        for metric in comparison.metrics(name)
    }
    return Measured(recipe, {column: values for column, values in means.items() if values}, share)


def _title(column: Column) -> str:
    return f"{column[0]} {METRICS[column[1]].title}"


def _cell(column: Column, value: float | None) -> str:
    return ABSENT if value is None else number(column[1], value)


def _spread(column: Column, values: Sequence[float]) -> str:
    if not values:
        return ABSENT
    told = number(column[1], fmean(values))
    return f"{told} ({number(column[1], stdev(values), 1)})" if len(values) > 1 else told


def _difference(column: Column, one: float | None, other: float | None) -> str:
    if one is None or other is None:
        return ABSENT
    return signed(column[1], one - other, min(2, digits_beyond(column[1], one - other)))


def _share(share: float) -> str:
    return f"{100 * share:.2g} %"
