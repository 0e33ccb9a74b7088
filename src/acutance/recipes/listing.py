"""All recipes as tables: those of the papers by table, and apart from them what is no row of a paper."""

from acutance import tables
from acutance.errors import unknown
from acutance.recipes.recipe import Recipe
from acutance.recipes.table import RECIPES
from acutance.tables import Rows

HEAD = ["recipe", "is", "published x4", "cost", "needs", "control"]
APART = "No row of a paper"


def listing(which: str = "") -> dict[str, Rows]:
    """Return recipes as rows of text, by what stands above them: "PCL-SR, Table II", "No row of a paper" ...

    Published are a row's own numbers, PSNR on Y or, of SPSR, LPIPS, PSNR and SSIM. In brackets is what may be given.

    Args:
        which: a beginning such as "pcl" or "spsr", one table of it as "spsr:III", or nothing for all.

    Raises:
        RequestError: there are no such recipes.

    >>> list(listing("spsr:III"))
    ['SPSR, Table III']
    """
    beginning, _, table = which.partition(":")
    groups: dict[str, Rows] = {}
    for recipe in sorted(RECIPES.values(), key=_place):
        if _belongs(recipe, beginning) and table in ("", recipe.table):
            groups.setdefault(_heading(recipe), [HEAD]).append(_row(recipe))
    if not groups:
        raise unknown("group of recipes", which, _groups())
    return groups


def listing_text(which: str = "") -> str:
    """Return the same for a terminal; raises as `listing`."""
    return "\n\n".join(f"{heading}\n{tables.plain(rows)}" for heading, rows in listing(which).items())


def _groups() -> set[str]:
    own = {name.partition(":")[0] for name in RECIPES}
    return own | {f"{_short(row)}:{row.table}" for row in RECIPES.values() if row.table}


def _belongs(recipe: Recipe, beginning: str) -> bool:
    return beginning in ("", recipe.name.partition(":")[0], _short(recipe))


def _short(recipe: Recipe) -> str:
    """Return the paper as a name begins: "pcl", "spsr"."""
    return recipe.paper.partition("-")[0].lower()


def _place(recipe: Recipe) -> tuple[bool, str, int]:
    numerals = ("I", "II", "III", "IV", "V", "VI", "VII")
    return not recipe.table, recipe.paper, numerals.index(recipe.table) if recipe.table else 0


def _heading(recipe: Recipe) -> str:
    return f"{recipe.paper}, Table {recipe.table}" if recipe.table else APART


def _row(recipe: Recipe) -> list[str]:
    files = [f"--{name}" for name in recipe.needs] + [f"[--{name}]" for name in recipe.takes]
    return [recipe.name, recipe.summary, _published(recipe), recipe.cost, " ".join(files), recipe.control]


def _published(recipe: Recipe) -> str:
    """Return "Set5 32.17, Set14 28.61" for PSNR alone, else "Set14 0.1257 / 27.067 / 0.8076"."""
    sets: dict[str, list[str]] = {}
    for key, value in recipe.published.items():
        sets.setdefault(key.split()[0], []).append(f"{value:g}")
    return ", ".join(f"{name} {' / '.join(values)}" for name, values in sets.items())
