"""Rows of text as tables: aligned for a terminal, or for Markdown, LaTeX, a web page and a spreadsheet.

Each function takes the same rows, whose first is the head and whose first column names the others:

    >>> rows = [["network", "Set5"], ["bicubic", "28.42"], ["edsr-l", "32.46"]]
    >>> print(plain(rows))
    network    Set5
    bicubic    28.42
    edsr-l     32.46

Cells are written as they are: no number is rounded, and what a format treats as a sign of its own is escaped. What
would end a line, or steer a terminal, is escaped where a cell cannot hold it.
"""

import re
from collections.abc import Iterable, Sequence
from csv import writer
from html import escape
from io import StringIO

from acutance.errors import shown

Rows = list[list[str]]
"""Cells of text; the first row is the head, the first column names the rows."""
_ROW = re.compile("<tr><(t[dh])>")


def plain(rows: Sequence[Sequence[str]]) -> str:
    """Return rows in aligned columns, for a terminal."""
    return _laid_out(_on_one_line(rows), "plain")


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a Markdown table, aligned so that it reads as text too."""
    cells = [[escape(cell, quote=False).replace("|", "\\|") for cell in row] for row in _on_one_line(rows)]
    return _laid_out(cells, "github")


def latex(rows: Sequence[Sequence[str]], caption: str = "") -> str:
    """Return rows as a LaTeX tabular, all columns but the first centred; its rules need the package booktabs.

    With a caption it stands in a table of its own.
    """
    tabular = _laid_out(_on_one_line(rows), "latex_booktabs", ["left", *["center"] * (len(rows[0]) - 1)])
    if not caption:
        return tabular
    return "\n".join(["\\begin{table}", "\\centering", f"\\caption{{{_in_latex(caption)}}}", tabular, "\\end{table}"])


def html(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as an HTML table for a notebook, which aligns numbers by itself: only the names stand to the left."""
    return _ROW.sub(r'<tr><\1 style="text-align: left">', _laid_out(rows, "html"))


def csv(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as comma-separated values, a line each; cells may be numbers, which keep all their digits."""
    return "".join(map(_csv_line, rows))


def _in_latex(text: str) -> str:
    from tabulate import LATEX_ESCAPE_RULES

    return shown(text).translate(str.maketrans(LATEX_ESCAPE_RULES)).replace("--", "-{}-")


def _csv_line(row: Sequence[object]) -> str:
    # Quoted are cells that hold the sign, or one of the signs, that ends a row: so \r too.
    text = StringIO()
    writer(text, lineterminator="\r\n").writerow(row)
    return text.getvalue().removesuffix("\r\n") + "\n"


def _on_one_line(rows: Sequence[Sequence[str]]) -> Rows:
    return [[shown(cell) for cell in row] for row in rows]


def _laid_out(rows: Sequence[Sequence[str]], form: str, alignment: Sequence[str] | None = None) -> str:
    head, *body = rows
    from tabulate import tabulate  # a sixth of a second that most commands have no table for

    return tabulate(body, head, tablefmt=form, disable_numparse=True, colalign=alignment)
