"""The files of a table that was reproduced."""

from html import escape
from pathlib import Path

from acutance.files import write_json, write_text
from acutance.reproduction.reproduced import Reproduced
from acutance.tables import csv, html

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{heading}</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }}
div {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap; margin: 1rem 0; }}
th, td {{ padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #8884; }}
</style>
<h1>{heading}</h1>
<div>{rows}</div>
<h2>Gain over the control</h2>
<div>{gains}</div>
<ul>{notes}</ul>
<p>{pages}</p>
</html>
"""


def write(table: Reproduced, out: Path) -> None:
    """Write `out`/table.md, .tex, .csv, .json and .html."""
    write_text(out / "table.md", table.as_markdown())
    write_text(out / "table.tex", table.as_latex())
    records = table.records()
    write_text(out / "table.csv", csv([list(records[0]), *(list(each.values()) for each in records)]))
    write_json(out / "table.json", {"table": table.plan.table.name, "light": table.plan.light, "rows": records})
    write_text(out / "table.html", _page(table, out))


def _page(table: Reproduced, out: Path) -> str:
    links = [page.relative_to(out).as_posix() for page in table.pages]
    return PAGE.format(
        heading=escape(table.heading),
        rows=html(table.rows()),
        gains=html(table.gains()),
        notes="".join(f"<li>{escape(note)}</li>" for note in table.notes()),
        pages=" ".join(f'<a href="{escape(link)}">{escape(link)}</a>' for link in links),
    )
