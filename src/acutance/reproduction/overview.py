"""What can be made again of both papers: every table, row and figure, what it needs, and what lies there already."""

import json
from pathlib import Path

from acutance.recipes import find_recipe
from acutance.reproduction.paper_figures import FIGURES
from acutance.reproduction.paper_tables import BICUBIC, TABLES, PaperTable
from acutance.tables import Rows, plain

FEATURES = "--squeezenet FILE stands for --vgg FILE, which is a hundred times larger, with --perceptual squeezenet."


def overview(runs: Path = Path("runs")) -> str:
    """Return a table a paper's table: its rows, the recipe and the light one of each, the files that it needs.

    `runs` is where `reproduce` writes by default; what lies there is marked at its table, row and figure.
    """
    parts = [
        "\n".join([_heading(table, runs), plain(_rows(table, runs)), *_others(table)]) for table in TABLES.values()
    ]
    return "\n\n".join([*parts, f"Figures\n{plain(_figures(runs))}", FEATURES])


def _figures(runs: Path) -> Rows:
    body = [
        [
            f"acutance reproduce {figure.name}",
            figure.title,
            f"{figure.table}: {', '.join(figure.rows)}" if figure.rows else "the extractors that ship",
            figure.needs,
            "made" if _folder(figure.name, runs).is_dir() else "",
        ]
        for figure in FIGURES.values()
    ]
    return [["command", "figure", "of", "needs", "in runs"], *body]


def _heading(table: PaperTable, runs: Path) -> str:
    made = _folder(table.name, runs) / "table.md"
    said = f" (made: {made})" if made.is_file() else ""
    return f"acutance reproduce {table.name}: {table.title}{said}"


def _rows(table: PaperTable, runs: Path) -> Rows:
    measured = _measured(_folder(table.name, runs) / "table.json")
    body = [
        [
            f"{row.name or 'not said which'}{' (--rows beside)' if row.beside else ''}",
            row.recipe,
            row.light or "-",
            _needs(row.recipe),
            "measured" if row.recipe in measured else "measured, light" if row.light in measured else "",
        ]
        for row in table.rows
    ]
    return [["row", "recipe", "with --light", "needs", "in runs"], *body]


def _measured(table: Path) -> set[str]:
    """Return the recipes that a table.json has measures of; none where it is missing or no such file."""
    try:
        rows = json.loads(table.read_bytes())["rows"]
        return {row["recipe"] for row in rows if row["measured"] is not None}
    except (OSError, ValueError, TypeError, KeyError):
        return set()


def _folder(name: str, runs: Path) -> Path:
    """Return where `reproduce` writes a table or figure by default."""
    return runs / name.replace(":", "-")


def _others(table: PaperTable) -> list[str]:
    bicubic = ["Bicubic is scored beside them."] if BICUBIC in table.published else []
    others = [f"Published rows that are shown alone: {', '.join(table.others)}."] if table.others else []
    return [*bicubic, *others]


def _needs(recipe: str) -> str:
    named = ["--vgg or --squeezenet" if name == "perceptual" else f"--{name}" for name in find_recipe(recipe).needs]
    return ", ".join(named)
