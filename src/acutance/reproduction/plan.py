"""What of a table is to be made: its rows and their controls in families, and what is missing for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from acutance.comparison.comparison import Comparison
from acutance.errors import RequestError
from acutance.recipes import find_recipe
from acutance.recipes.recipe import Request
from acutance.reproduction.paper_tables import PaperTable, Row

STAND_IN = "light networks stand for the paper's"
STAND_IN_FEATURES = " or --perceptual squeezenet --squeezenet FILE"
BESIDE = "beside"
"""What names all rows of a table that the paper has not."""


@dataclass(frozen=True)
class Family:
    """Recipes that are trained alike: a control, which comes first, and what is held against it."""

    recipes: tuple[str, ...]

    @property
    def folder(self) -> str:
        """The name of its folder: the control's, with nothing that a path cannot hold."""
        return self.recipes[0].replace(":", "-")

    def entered(self, recipe: str, comparison: Comparison) -> str:
        """Return the name under which a recipe entered the comparison, which tells other features too."""
        return comparison.recipes[self.recipes.index(recipe)]

    def given(self, request: Request) -> Request:
        """Return the request with those files alone that one of its recipes has a use for."""
        used = set[str]().union(*(find_recipe(recipe).files(request) for recipe in self.recipes))
        return replace(request, files={name: path for name, path in request.files.items() if name in used})


@dataclass(frozen=True)
class Plan:
    """What is to be made of a table.

    Attributes:
        table: it.
        light: whether light networks stand for the paper's.
        made: row of the table -> the recipe that makes it here.
        left_out: row -> what it lacks, as "for want of --vgg FILE".
        families: what is trained together.
    """

    table: PaperTable
    light: bool
    made: Mapping[str, str]
    left_out: Mapping[str, str]
    families: Sequence[Family] = field(default=())

    @property
    def heading(self) -> str:
        """Whose table it is, and what stands for what."""
        light = f"; {STAND_IN}" if self.light else ""
        return f"{self.table.label}: {self.table.title}{light}"

    @property
    def left_out_sentences(self) -> list[str]:
        """A sentence for each reason for which rows are not made."""
        reasons = dict.fromkeys(self.left_out.values())
        return [
            f"Not made {why}: {', '.join(row for row in self.left_out if self.left_out[row] == why)}."
            for why in reasons
        ]


def plan(table: PaperTable, wanted: Sequence[str], request: Request, *, light: bool) -> Plan:
    """Return the plan for some rows of a table, or all.

    Args:
        table: of a paper.
        wanted: rows by their names or recipes; none for all. A row that is named must be possible.
        request: what the recipes are given: a recipe that lacks a file that it needs is left out.
        light: take what stands for the paper's networks on a CPU.

    Raises:
        RequestError: there is no such row, a row that is named cannot be made, or none of the table can.
    """
    made: dict[str, str] = {}
    left_out: dict[str, str] = {}
    for row in _rows(table, wanted):
        recipe = row.light if light else row.recipe
        name = row.name or recipe
        if reason := _missing(row, recipe, request):
            left_out[name] = reason
        else:
            made[name] = recipe
    if (wanted and left_out) or not made:
        raise RequestError(f"{table.name}: {' '.join(Plan(table, light, made, left_out).left_out_sentences)}")
    return Plan(table, light, made, left_out, tuple(_families(list(dict.fromkeys(made.values())))))


def _rows(table: PaperTable, wanted: Sequence[str]) -> list[Row]:
    """Return the rows that are named, or those of the paper; "beside" names all that the paper has not."""
    named = [row for name in wanted for row in (_beside(table) if name == BESIDE else [table.row(name)])]
    return named or [row for row in table.rows if not row.beside]


def _beside(table: PaperTable) -> list[Row]:
    if rows := [row for row in table.rows if row.beside]:
        return rows
    raise RequestError(f"{table.name} has no rows beside those of the paper.")


def _missing(row: Row, recipe: str, request: Request) -> str:
    """Return for want of what a row is not made; empty where it can be."""
    if not recipe:
        return "for want of a light network"
    takes = find_recipe(recipe)
    needed = takes.files(request) - {*takes.takes}
    given = {name for name, path in request.files.items() if path is not None}
    lacking = sorted(needed - given)
    stands = "perceptual" in takes.needs and "vgg" not in takes.needs and "vgg" in lacking
    small = STAND_IN_FEATURES if stands else ""
    return f"for want of {' and '.join(f'--{name} FILE' for name in lacking)}{small}" if lacking else ""


def _families(recipes: Sequence[str]) -> Iterator[Family]:
    """Yield recipes and their controls, those together that lead to the same control of controls."""
    families: dict[str, dict[str, None]] = {}
    for recipe in recipes:
        root, direct = control_of_controls(recipe), find_recipe(recipe).control
        members = families.setdefault(root, {root: None})
        members |= {each: None for each in (direct, recipe) if each}
    for members in families.values():
        yield Family(tuple(members))


def control_of_controls(recipe: str) -> str:
    """Return the control of controls that a recipe leads to."""
    while control := find_recipe(recipe).control:
        recipe = control
    return recipe


def pixels_learned_from(recipe: str, request: Request) -> float:
    """Return the pixels of HR that a run of a recipe learns from: updates x patches x area, as its control of controls.

    A recipe is built to know that: those of the paper take seconds.
    """
    control = find_recipe(control_of_controls(recipe))
    without = ("perceptual",) if "perceptual" in control.needs else ()
    experiment = control.experiment(replace(request, files={}, perceptual=None, without=without))
    return float(experiment.steps) * experiment.batch * experiment.patch**2
