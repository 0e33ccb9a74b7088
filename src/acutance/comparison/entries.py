"""The recipes that enter a comparison: how each is called, what it is given, and the budget that all of them share."""

import pickle
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from acutance.errors import RequestError
from acutance.experiment import Experiment
from acutance.recipes import find_recipe
from acutance.recipes.recipe import Recipe, Request

Given = str | Recipe | Callable[[int], Experiment]
"""A recipe as `acutance.train` takes it."""


@dataclass(frozen=True)
class Entry:
    """A recipe of a comparison, and what it is asked for: the files are those that it has a use for."""

    recipe: Given
    request: Request

    def experiment(self) -> Experiment:
        """Return the experiment; raises as `Recipe.experiment`."""
        return find_recipe(self.recipe).experiment(self.request)


def enter(recipes: Sequence[Given], request: Request) -> dict[str, Entry]:
    """Return the recipes by their names in the comparison, each with the control's budget where none is asked for.

    All of them are built, so that what cannot be built is told before the first run.

    Raises:
        RequestError: a recipe is unknown or named twice, cannot be built, or a file is given that none has a use for.
    """
    files = {name: path for name, path in request.files.items() if path is not None}
    used = [find_recipe(recipe).files(request) for recipe in recipes]
    for name in files:
        if not any(name in each for each in used):
            raise RequestError(f"none of these recipes has a use for --{name}.")
    names = [_name(recipe, request) for recipe in recipes]
    if len(set(names)) < len(names) or len(names) < 2:
        raise RequestError(f"a comparison needs two or more different recipes, not {', '.join(names) or 'none'}.")
    given = [{name: files[name] for name in each & files.keys()} for each in used]
    entries = [Entry(recipe, replace(request, files=its)) for recipe, its in zip(recipes, given, strict=True)]
    control, *_ = [entry.experiment() for entry in entries]
    budget = {"steps": control.steps, "batch": control.batch, "patch": control.patch}
    shared = [replace(entry, request=replace(entry.request, **budget)) for entry in entries]
    return dict(zip(names, shared, strict=True))


def check_portable(entries: Mapping[str, Entry]) -> None:
    """Refuse functions that another process cannot find: those typed into a session, or made inside of functions.

    Raises:
        RequestError: there is one.
    """
    for name, entry in entries.items():
        if not _is_portable(entry.recipe):
            raise RequestError(
                f"runs side by side are made by other processes, which cannot find the function {name}: "
                f"write it into a file and name it as my_recipe.py:{name}, or leave jobs at 1."
            )


def _is_portable(recipe: Given) -> bool:
    function = recipe.build if isinstance(recipe, Recipe) else recipe
    if getattr(function, "__module__", "") == "__main__" and not hasattr(sys.modules["__main__"], "__file__"):
        return False
    try:
        pickle.dumps(recipe)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


def _name(given: Given, request: Request) -> str:
    """Return what a recipe is called, with the variation that is asked for: "spsr:p+squeezenet-gradient"."""
    recipe = find_recipe(given)
    perceptual = "perceptual" in {*recipe.needs, *recipe.takes} and request.features != Request().features
    features = f"+{request.features}" if perceptual else ""
    without = "".join(f"-{term}" for term in dict.fromkeys(request.without))
    return (given if isinstance(given, str) else recipe.name) + features + without
