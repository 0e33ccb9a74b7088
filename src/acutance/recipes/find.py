"""From the name of a recipe, a file of one's own or a function to the recipe."""

import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from acutance.errors import RequestError, unknown
from acutance.experiment import Experiment
from acutance.programs import demand_ones_own, names_in
from acutance.recipes.recipe import Recipe, at_scale
from acutance.recipes.renamed import RENAMED, VARIATION, recorded
from acutance.recipes.strength import at_strength, parsed
from acutance.recipes.table import RECIPES


def find_recipe(recipe: str | Recipe | Callable[[int], Experiment], *, trust: bool = False) -> Recipe:
    """Return the recipe that a name, a function or a recipe stands for.

    Args:
        recipe: PAPER:ROW such as "pcl:edsr_s"; or `my_recipe.py:name` for what is called so in a file of one's own; or
            a function, which is called with the scale alone and returns an `Experiment`; or a `Recipe`, whose `build`
            gets the whole request: patch, files, features. A file may hold both. Behind a name may stand a strength, as
            in "pcl:edsr_s@share=0.3" (`recipes.strength`).
        trust: run a file that lies in the folder of a run, which may have come from somebody else, too.

    Raises:
        RequestError: there is no such recipe, file or function, of which the nearest is named; or the file lies in the
            folder of a run, and is not trusted.
    """
    if isinstance(recipe, Recipe) and recipe.name:
        return recipe
    if not isinstance(recipe, str):
        return _own(getattr(recipe, "__name__", "recipe"), recipe)
    name, strength = parsed(recipe)
    if strength is not None:
        return at_strength(find_recipe(name, trust=trust), strength)
    place, _, row = name.rpartition(":")
    return _from_file(name, Path(place), row, trust) if place.endswith(".py") else _from_table(name)


def _from_table(name: str) -> Recipe:
    if name in RENAMED:
        warnings.warn(f"the recipe {name} is called {RENAMED[name]} now; the old name goes.", FutureWarning, 3)
        name = RENAMED[name]
    if name not in RECIPES and VARIATION.search(name):
        raise _is_options_now(name)
    if name not in RECIPES:
        raise unknown("recipe", name, RECIPES)
    return RECIPES[name]


def _is_options_now(name: str) -> RequestError:
    recipe, perceptual, without = recorded(name)
    words = [
        recipe,
        *([f"--perceptual {perceptual}"] if perceptual else []),
        *(f"--without {term}" for term in without),
    ]
    return RequestError(f"there is no recipe {name}: variations are options now, {' '.join(words)}.")


def _from_file(name: str, path: Path, row: str, trust: bool) -> Recipe:
    if not path.is_file():
        raise RequestError(f"there is no recipe file {path}.")
    if not trust:
        demand_ones_own(path)
    found = {key: value for key, value in names_in(path).items() if _is_recipe(value) and not key.startswith("_")}
    if row not in found:
        raise unknown(f"recipe in {path}", row, found)
    return replace(_own(name, found[row]), file=path)


def _is_recipe(value: object) -> bool:
    return isinstance(value, Recipe) or (callable(value) and not isinstance(value, type))


def _own(name: str, recipe: Recipe | Callable[[int], Experiment]) -> Recipe:
    if isinstance(recipe, Recipe):
        return replace(recipe, name=name)
    said = (recipe.__doc__ or "").strip().partition("\n")[0]
    return Recipe(at_scale(recipe), said, name=name)
