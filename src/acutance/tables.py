"""Rows of text as tables: aligned for a terminal, or for Markdown, LaTeX, a web page and a spreadsheet.

Each function takes the same rows, whose first is the head and whose first column names the others:

    >>> rows = [["network", "Set5"], ["bicubic", "28.42"], ["edsr-l", "32.46"]]
    >>> print(plain(rows))
    network    Set5
    bicubic    28.42
    edsr-l     32.46

Cells are written as they are: no number is rounded, and what a format treats as a sign of its own is escaped.
"""

import re
from collections.abc import Iterable, Sequence
from csv import writer
from io import StringIO

from tabulate import tabulate

Rows = list[list[str]]
"""Cells of text; the first row is the head, the first column names the rows."""
_ROW = re.compile("<tr><(t[dh])>")


def plain(rows: Sequence[Sequence[str]]) -> str:
    """Return rows in aligned columns, for a terminal."""
    return _laid_out(rows, "plain")


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a Markdown table, aligned so that it reads as text too."""
    return _laid_out([[cell.replace("|", "\\|") for cell in row] for row in rows], "github")


def latex(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a LaTeX tabular, all columns but the first centred; its rules need the package booktabs."""
    return _laid_out(rows, "latex_booktabs", ["left", *["center"] * (len(rows[0]) - 1)])


def html(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as an HTML table for a notebook, which aligns numbers by itself: only the names stand to the left."""
    return _ROW.sub(r'<tr><\1 style="text-align: left">', _laid_out(rows, "html"))


def csv(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as comma-separated values, a line each; cells may be numbers, which keep all their digits."""
    text = StringIO()
    writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _laid_out(rows: Sequence[Sequence[str]], form: str, alignment: Sequence[str] | None = None) -> str:
    head, *body = rows
    return tabulate(body, head, tablefmt=form, disable_numparse=True, colalign=alignment)
