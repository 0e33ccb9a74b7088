"""All recipes as tables: the rows of the papers by table, and apart from them what is no row of a paper."""

from acutance import tables
from acutance.errors import unknown
from acutance.recipes.recipe import Recipe
from acutance.recipes.table import RECIPES
from acutance.tables import Rows

HEAD = ["recipe", "what it is", "published x4", "cost", "needs", "control"]
FORMS = {"PSNR": ".2f", "SSIM": ".3f", "LPIPS": ".3f"}


def listing(which: str = "") -> dict[str, Rows]:
    """Return recipes as rows of text, by what stands above them: "PCL-SR, Table II", "pcl, no row of a paper" ...

    Published are a row's own numbers: PSNR on Y where no metric is named. What may be given, and need not, is
    in brackets. A column that would be empty is left out.

    Args:
        which: a beginning such as "pcl" or "spsr", one table of it as "spsr:III", or nothing for all.

    Raises:
        RequestError: there are no such recipes.

    >>> list(listing("spsr:III"))
    ['SPSR, Table III']
    """
    beginning, _, table = which.partition(":")
    groups: dict[str, list[Recipe]] = {}
    for recipe in sorted(RECIPES.values(), key=_place):
        if _belongs(recipe, beginning) and table in ("", recipe.table):
            groups.setdefault(_heading(recipe), []).append(recipe)
    if not groups:
        raise unknown("group of recipes", which, _groups())
    return {heading: _filled([HEAD, *map(_row, recipes)]) for heading, recipes in groups.items()}


def listing_text(which: str = "") -> str:
    """Return the same for a terminal; raises as `listing`."""
    return "\n\n".join(f"{heading}\n{tables.plain(rows)}" for heading, rows in listing(which).items())


def _groups() -> set[str]:
    return {_prefix(row) for row in RECIPES.values()} | {
        f"{_short(row)}:{row.table}" for row in RECIPES.values() if row.table
    }


def _belongs(recipe: Recipe, beginning: str) -> bool:
    return beginning in ("", _prefix(recipe), _short(recipe))


def _short(recipe: Recipe) -> str:
    """Return the paper as a name begins: "pcl", "spsr"."""
    return recipe.paper.partition("-")[0].lower()


def _place(recipe: Recipe) -> tuple[bool, str, int]:
    numerals = ("I", "II", "III", "IV", "V", "VI", "VII")
    return not recipe.table, recipe.paper, numerals.index(recipe.table) if recipe.table else 0


def _heading(recipe: Recipe) -> str:
    return f"{recipe.paper}, Table {recipe.table}" if recipe.table else f"{_prefix(recipe)}, no row of a paper"


def _prefix(recipe: Recipe) -> str:
    return recipe.name.partition(":")[0]


def _row(recipe: Recipe) -> list[str]:
    needed = ["--vgg or --squeezenet" if name == "perceptual" else f"--{name}" for name in recipe.needs]
    files = [*needed, *(f"[--{name}]" for name in recipe.takes)]
    return [recipe.name, recipe.summary, _published(recipe), recipe.cost, ", ".join(files), recipe.control]


def _published(recipe: Recipe) -> str:
    """Return "Set5 32.17, Set14 28.61" for PSNR alone, else "Set14 LPIPS 0.126, PSNR 27.07, SSIM 0.808"."""
    sets: dict[str, list[str]] = {}
    for key, value in recipe.published.items():
        name, metric = key.split()
        told = format(value, FORMS[metric])
        sets.setdefault(name, []).append(told if len(recipe.published) == _psnrs(recipe) else f"{metric} {told}")
    return ", ".join(f"{name} {', '.join(values)}" for name, values in sets.items())


def _psnrs(recipe: Recipe) -> int:
    return sum(key.endswith(" PSNR") for key in recipe.published)


def _filled(rows: Rows) -> Rows:
    """Return rows without the columns in which nothing but the head is."""
    kept = [index for index, cells in enumerate(zip(*rows, strict=True)) if any(cells[1:])]
    return [[row[index] for index in kept] for row in rows]
