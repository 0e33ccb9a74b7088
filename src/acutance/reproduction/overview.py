"""What can be made again of both papers: every table, row and figure, what it needs, and what lies there already."""

from pathlib import Path

from acutance.recipes import find_recipe
from acutance.reproduction.paper_figures import FIGURES
from acutance.reproduction.paper_tables import TABLES, PaperTable
from acutance.tables import Rows, plain


def overview(runs: Path = Path("runs")) -> str:
    """Return a table a paper's table: its rows, the recipe and the light one of each, the files that it needs.

    `runs` is where `reproduce` writes by default; what lies there is named.
    """
    parts = [f"{_heading(table, runs)}\n{plain(_rows(table))}" for table in TABLES.values()]
    return "\n\n".join([*parts, f"Figures\n{plain(_figures(runs))}"])


def _figures(runs: Path) -> Rows:
    body = [
        [
            f"acutance reproduce {figure.name}",
            figure.title,
            f"{figure.table}: {', '.join(figure.rows)}" if figure.rows else "the extractors that ship",
            figure.needs,
            "made" if (runs / figure.name.replace(":", "-")).is_dir() else "",
        ]
        for figure in FIGURES.values()
    ]
    return [["command", "figure", "of", "needs", "in runs"], *body]


def _heading(table: PaperTable, runs: Path) -> str:
    made = runs / table.name.replace(":", "-") / "table.md"
    said = f" (made: {made})" if made.is_file() else ""
    return f"acutance reproduce {table.name}: {table.title}{said}"


def _rows(table: PaperTable) -> Rows:
    body = [
        [
            f"{row.name or 'not said which'}{' (--rows beside)' if row.beside else ''}",
            row.recipe or "-",
            row.light or "-",
            _needs(row.recipe),
        ]
        for row in table.rows
    ]
    return [["row", "recipe", "with --light", "needs"], *body]


def _needs(recipe: str) -> str:
    if not recipe:
        return ""
    named = ["--vgg or --squeezenet" if name == "perceptual" else f"--{name}" for name in find_recipe(recipe).needs]
    return ", ".join(named)
