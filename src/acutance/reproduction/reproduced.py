"""A table of a paper with ours beside it: published, measured, difference, and what each gains over its control."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from acutance.comparison.comparison import Comparison
from acutance.recipes import find_recipe
from acutance.reproduction.cells import Cells, Column, title
from acutance.reproduction.paper_tables import published_of
from acutance.reproduction.plan import Plan
from acutance.scores.results import Published, Results
from acutance.tables import Rows, html, latex, markdown, plain


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
        absent: a sentence for each set and metric of the table that was not scored, and on what every run starts from.
        pages: the pages of the comparisons that it was made of.
        known: a sentence for each set: whether it is as published, or what differs.
        runs: row -> the folder of its run with the first seed.
        untrained: row -> what was measured of it, of those that need no training: bicubic.
    """

    plan: Plan
    measured: Mapping[str, Measured]
    controls: Mapping[str, Measured]
    seeds: Sequence[int]
    absent: Sequence[str] = ()
    pages: Sequence[Path] = field(default=())
    known: Sequence[str] = ()
    runs: Mapping[str, Path] = field(default_factory=dict[str, Path])
    untrained: Mapping[str, Measured] = field(default_factory=dict[str, Measured])

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
        return self.plan.heading

    def rows(self) -> Rows:
        """Return three lines a row of the table: what is published, what was measured, and the difference."""
        body = [line for name in self._names() for line in self._lines(name, name, self._found(name))]
        controls = [
            line for recipe, found in self.controls.items() for line in self._lines(recipe, self._called(recipe), found)
        ]
        return [["row", *(title(column) for column in self.columns)], *body, *controls]

    def gains(self) -> Rows:
        """Return what each row exceeds its control by, in the paper and here: what a paper is read for."""
        lines = [line for name in self.measured for line in self._gain_lines(name)]
        return [["gain over control", *(title(column) for column in self.columns)], *lines]

    def notes(self) -> list[str]:
        """Return what a reader should know of the numbers."""
        shares = sorted({each.share for each in self.measured.values()})
        told = [self._measured_with]
        if shares:
            of = " to ".join(dict.fromkeys((_share(shares[0]), _share(shares[-1]))))
            told.append(f"Learned from {of} of the pixels that the paper's recipes learn from.")
        told += [self.plan.table.note] if self.plan.table.note else []
        return [*told, *self.plan.left_out_sentences, *self.known, *self.absent]

    def __str__(self) -> str:
        gains = ["", plain(self.gains())] if len(self.gains()) > 1 else []
        return "\n".join([self.heading, plain(self.rows()), *gains, *self.notes()])

    def _repr_html_(self) -> str:
        return f"<h2>{self.heading}</h2>{html(self.rows())}{html(self.gains())}<p>{' '.join(self.notes())}</p>"

    def as_markdown(self) -> str:
        """Return the tables as Markdown."""
        return "\n\n".join([f"# {self.heading}", markdown(self.rows()), markdown(self.gains()), *self.notes()]) + "\n"

    def as_latex(self) -> str:
        """Return the tables as LaTeX, which needs booktabs; the caption says what a reader should know."""
        said = ". ".join([self.heading, " ".join(self.notes())])
        gains = [latex(self.gains(), f"{self.heading}: gain over the control.")] if len(self.gains()) > 1 else []
        return "\n\n".join([latex(self.rows(), said), *gains]) + "\n"

    def records(self) -> list[dict[str, Any]]:
        """Return a line a row, set and metric, with all digits, as for CSV and JSON."""
        return [
            {
                "row": name,
                "recipe": found.recipe if found else "",
                "set": column[0],
                "metric": column[1],
                "published": self._printed(name).get(column),
                "measured": found.mean(column) if found else None,
                "seeds": len(found.means.get(column, ())) if found else 0,
                "share": found.share if found else None,
            }
            for name in [*self._names(), *self.controls]
            for found in [self._found(name)]
            for column in self.columns
        ]

    @property
    def _measured_with(self) -> str:
        if len(self.seeds) == 1:
            return f"Measured with seed {self.seeds[0]}."
        return f"Measured with seeds {', '.join(map(str, self.seeds))}; in brackets their spread."

    def _names(self) -> list[str]:
        """The rows of the paper and ours, in the table's order."""
        rows = [row.name or row.recipe for row in self.plan.table.rows]
        return list(dict.fromkeys([*self.published, *rows, *self.measured]))

    @property
    def _cells(self) -> Cells:
        return Cells.of(self.published.values())

    def _found(self, name: str) -> Measured | None:
        """What was measured of a row or of a control that is none."""
        return self.measured.get(name) or self.untrained.get(name) or self.controls.get(name)

    def _printed(self, name: str) -> Mapping[Column, float]:
        """What is published of a row, or of the control that stands for one of the paper's, by set and metric."""
        row = self.published.get(name) or self._control_printed(name)
        sets = row.sets if row else {}
        return {(place, metric): value for place, scores in sets.items() for metric, value in scores.items()}

    def _control_printed(self, recipe: str) -> Published | None:
        """What the paper has, in whichever table, of that control for which `recipe` stands here."""
        if recipe not in self.controls:
            return None
        theirs = {
            find_recipe(found.recipe).control: find_recipe(self.plan.table.row(name).recipe).control
            for name, found in self.measured.items()
        }
        return published_of(theirs[recipe], self.plan.table.protocol) if theirs.get(recipe) else None

    def _called(self, recipe: str) -> str:
        row = self._control_printed(recipe)
        return f"control {row.name}" if row else "control"

    def _lines(self, name: str, called: str, found: Measured | None) -> Iterator[list[str]]:
        """Yield what is published, what was measured, and the difference, as far as there is each."""
        printed, cells = self._printed(name), self._cells
        if printed:
            yield [f"{called}, published", *(cells.printed(column, printed.get(column)) for column in self.columns)]
        if found is not None:
            measured = (cells.measured(column, found.means.get(column, ())) for column in self.columns)
            yield [f"{called}, {found.recipe or 'measured'}", *measured]
        if printed and found is not None:
            pairs = [(column, found.mean(column), printed.get(column)) for column in self.columns]
            yield ["difference", *(cells.difference(*pair) for pair in pairs)]

    def _gain_lines(self, name: str) -> Iterator[list[str]]:
        """Yield the gain that is published, as far as the paper has the control, and that which was measured."""
        found = self.measured[name]
        control = find_recipe(found.recipe).control
        theirs = next((row for row, each in self.measured.items() if each.recipe == control), control)
        ours = self._found(theirs)
        if ours is None:
            return
        one, other, cells = self._printed(name), self._printed(theirs), self._cells
        if any(column in one and column in other for column in self.columns):
            yield [f"{name}, published", *(cells.difference(c, one.get(c), other.get(c)) for c in self.columns)]
        measured = [(column, found.mean(column), ours.mean(column)) for column in self.columns]
        yield [f"{name}, {found.recipe}", *(cells.gain(*each) for each in measured)]


def measured_of(comparison: Comparison, recipe: str, entered: str, share: float) -> Measured:
    """Return what a comparison says of one of its recipes, given the name under which it entered."""
    means = {
        (name, metric): list(comparison.means(entered, name, metric).values())
        for name in comparison.sets
        for metric in comparison.metrics(name)
    }
    return Measured(recipe, {column: values for column, values in means.items() if values}, share)


def measured_of_bicubic(results: Results) -> Measured:
    """Return what was measured of bicubic."""
    means = {(name, metric): [value] for name, each in results.sets.items() for metric, value in each.means.items()}
    return Measured("", means, 0.0)


def _share(share: float) -> str:
    return f"{100 * share:.2g} %"
