"""The recipes that enter a comparison: how each is called, what it is given, and the budget that all of them share."""

import pickle
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from acutance.comparison.untrained import Untrained, untrained_of
from acutance.errors import RequestError
from acutance.experiment import Experiment
from acutance.recipes import find_recipe
from acutance.recipes.recipe import Recipe, Request

Given = str | Recipe | Callable[[int], Experiment]
"""A recipe as `acutance.train` takes it."""


@dataclass(frozen=True)
class Entry:
    """A recipe of a comparison, and what it is asked for: the files are those that it has a use for.

    `trust` is that of `find_recipe`. A filter, or noise, is called so, and is given what the control is.
    """

    recipe: Given
    request: Request
    trust: bool = False
    untrained: Untrained | None = None

    def experiment(self) -> Experiment:
        """Return the experiment; raises as `Recipe.experiment`."""
        return find_recipe(self.recipe, trust=self.trust).experiment(self.request)

    @property
    def trivial(self) -> bool:
        """Whether it contains no idea of a paper."""
        return self.untrained is not None or find_recipe(self.recipe, trust=self.trust).trivial


def enter(recipes: Sequence[Given], request: Request, trust: bool = False) -> dict[str, Entry]:
    """Return the recipes by their names in the comparison, each with the control's budget where none is asked for.

    All of them are built, so that what cannot be built is told before the first run.

    Raises:
        RequestError: a recipe is unknown or named twice, cannot be built, or a file is given that none has a use for;
            or the control is a filter.
    """
    filters = {place: found for place, recipe in enumerate(recipes) if (found := untrained_of(recipe))}
    if 0 in filters:
        raise RequestError(f"{recipes[0]} changes the SR of the first recipe, so it cannot be the first.")
    trained = _enter([recipe for place, recipe in enumerate(recipes) if place not in filters], request, trust, filters)
    control, left = next(iter(trained.values())), iter(trained.items())
    entries = [
        (str(recipe), replace(control, untrained=filters[place])) if place in filters else next(left)
        for place, recipe in enumerate(recipes)
    ]
    if len(dict(entries)) < len(entries):
        raise _too_few([name for name, _ in entries])
    return dict(entries)


def _enter(
    recipes: Sequence[Given], request: Request, trust: bool, filters: Mapping[int, Untrained]
) -> dict[str, Entry]:
    """Return the recipes that are trained; one is enough where there are filters."""
    files = {name: path for name, path in request.files.items() if path is not None}
    found = [find_recipe(recipe, trust=trust) for recipe in recipes]
    used = [each.files(request) for each in found]
    for name in files:
        if not any(name in each for each in used):
            raise RequestError(f"none of these recipes has a use for --{name}.")
    names = [_name(*each, request) for each in zip(recipes, found, strict=True)]
    if len(set(names)) < len(names) or len(names) + len(filters) < 2:
        raise _too_few(names)
    given = [{name: files[name] for name in each & files.keys()} for each in used]
    entries = [Entry(recipe, replace(request, files=its), trust) for recipe, its in zip(recipes, given, strict=True)]
    control, *others = [entry.experiment() for entry in entries]
    scale = control.network.scale
    if unlike := next((each.network.scale for each in others if each.network.scale != scale), None):
        raise RequestError(f"networks of one scale can be compared, not of {scale} and {unlike}.")
    budget = {"steps": control.steps, "batch": control.batch, "patch": control.patch, "scale": scale}
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


def _too_few(names: Sequence[str]) -> RequestError:
    return RequestError(f"a comparison needs two or more different recipes, not {', '.join(names) or 'none'}.")


def _name(given: Given, recipe: Recipe, request: Request) -> str:
    """Return what a recipe is called, with the variation that is asked for: "spsr:p+squeezenet-gradient"."""
    perceptual = "perceptual" in {*recipe.needs, *recipe.takes} and request.features != Request().features
    features = f"+{request.features}" if perceptual else ""
    without = "".join(f"-{term}" for term in dict.fromkeys(request.without))
    return (given if isinstance(given, str) else recipe.name) + features + without
