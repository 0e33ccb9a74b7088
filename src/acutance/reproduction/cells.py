"""How the numbers of a table are written: published and measured with the digits that the paper prints."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from acutance.metrics import METRICS
from acutance.scores.results import Published
from acutance.scores.score_rows import ABSENT
from acutance.scores.wording import digits_beyond, signed

Column = tuple[str, str]
"""A set and a metric."""


@dataclass(frozen=True)
class Cells:
    """Writes the numbers of a table, given how many digits after the point most published ones of a column have."""

    digits: Mapping[Column, int]

    @classmethod
    def of(cls, published: Iterable[Published]) -> "Cells":
        """Return what writes numbers as those rows have them."""
        counted: dict[Column, Counter[int]] = {}
        for row in published:
            for name, scores in row.sets.items():
                for metric, value in scores.items():
                    counted.setdefault((name, metric), Counter())[_digits(value)] += 1
        return cls({column: digits.most_common(1)[0][0] for column, digits in counted.items()})

    def printed(self, column: Column, value: float | None) -> str:
        """Return a published number; one that has more digits than the others keeps them."""
        return ABSENT if value is None else f"{value:.{max(self._of(column), _digits(value))}f}"

    def measured(self, column: Column, values: Sequence[float]) -> str:
        """Return a mean, and in brackets the standard deviation of two values or more."""
        if not values:
            return ABSENT
        digits = max(self._of(column), METRICS[column[1]].digits)
        spread = f" ({stdev(values):.{digits + 1}f})" if len(values) > 1 else ""
        return f"{fmean(values):.{digits}f}{spread}"

    def difference(self, column: Column, one: float | None, other: float | None) -> str:
        """Return how much larger `one` is, where one of them is published: no digit more than that has."""
        return ABSENT if one is None or other is None else f"{one - other:+.{self._of(column)}f}"

    def gain(self, column: Column, one: float | None, other: float | None) -> str:
        """Return how much larger `one` is, where both were measured: with two digits that count, or one."""
        if one is None or other is None:
            return ABSENT
        return signed(column[1], one - other, min(2, digits_beyond(column[1], one - other)))

    def _of(self, column: Column) -> int:
        return self.digits.get(column, METRICS[column[1]].digits)


def title(column: Column) -> str:
    """Return the head of a column: "Set14 PSNR"."""
    return f"{column[0]} {METRICS[column[1]].title}"


def _digits(value: float) -> int:
    return len(repr(value).partition(".")[2])
