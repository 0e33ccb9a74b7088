"""From the name of a recipe, or a file of one's own, to the function and the source that a run keeps."""

import importlib.util
import inspect
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from torch import nn

from acutance.errors import RequestError, unknown
from acutance.experiment import Experiment
from acutance.recipes.esrgan import Design
from acutance.recipes.features import PERCEPTUAL, perceptual_features
from acutance.recipes.table import FILES, RECIPES, Function

VARIATION = re.compile(r"(?=[+-])")
"""Where a change begins in the name of a recipe."""


@dataclass(frozen=True)
class Recipe:
    """A function that takes the scale and returns an `Experiment`, with the source it stands in.

    Attributes:
        name: what it was asked for as, variation included.
        function: takes the scale, and what else its parameters name.
        source: of the file that the function stands in.
        perceptual: features of its perceptual loss, where it has one.
        without: terms that are left out of its objective.
    """

    name: str
    function: Function
    source: str
    perceptual: str = "vgg"
    without: frozenset[str] = frozenset()

    @property
    def summary(self) -> str:
        """The first line of what the function says of itself: its table, its row, its published score."""
        return (inspect.getdoc(_unwrapped(self.function)) or "").partition("\n")[0]

    @property
    def files(self) -> frozenset[str]:
        """Those of `FILES` that the recipe asks for."""
        asked = FILES.intersection(self._parameters)
        return (
            asked | {PERCEPTUAL[self.perceptual]} if self.is_perceptual and "perceptual" not in self.without else asked
        )

    def build(
        self, scale: int, files: Mapping[str, Path | None] | None = None, *, patch: int | None = None
    ) -> Experiment:
        """Return the experiment; `files`, by the names in `FILES`, go to the recipes that ask for them.

        `patch`, the side of the HR patches in pixels, is the recipe's own by default. Discriminators are built for it.

        Raises:
            RequestError: a file was given that the recipe has no use for, it lacks one that it needs, or a term is to
                be left out that it has not.
        """
        given: dict[str, Any] = {name: path for name, path in (files or {}).items() if path is not None}
        for name in given:
            if name not in self.files:
                raise RequestError(f"the recipe {self.name} has no use for --{name}.")
        if self.is_perceptual:
            given["perceptual"] = self._features(given)
        if patch is not None and isinstance(design := self._default("design"), Design):
            given["design"] = replace(design, patch=patch)
        own = {name: value for name, value in given.items() if name in self._parameters}
        experiment = self.function(scale, **own).without(*(self.without - ({"perceptual"} & self._parameters.keys())))
        return experiment if patch is None else replace(experiment, patch=patch)

    def _features(self, files: Mapping[str, Path]) -> nn.Module | None:
        if "perceptual" in self.without:
            return None
        return perceptual_features(self.perceptual, files.get(PERCEPTUAL[self.perceptual]))

    def _default(self, name: str) -> object:
        return self._parameters[name].default if name in self._parameters else None

    @property
    def _parameters(self) -> Mapping[str, inspect.Parameter]:
        return inspect.signature(self.function).parameters

    @property
    def is_perceptual(self) -> bool:
        """Whether there is a perceptual loss, unless it is left out."""
        return "perceptual" in self._parameters


def find_recipe(name: str) -> Recipe:
    """Return the recipe called PAPER:ROW, or `my_recipe.py:name` for the function `name` of a file.

    A variation follows the row: `+squeezenet` for the features of a perceptual loss, `-TERM` for an objective without
    that term, such as spsr:g+squeezenet-gradient.

    Raises:
        RequestError: there is no such recipe, file, function or variation; the nearest is named.
    """
    place, _, row = name.rpartition(":")
    row, *changes = VARIATION.split(row)
    plain = f"{place}:{row}" if place else row
    found = _from_file(plain, Path(place), row) if place.endswith(".py") else _from_table(plain)
    varied = replace(found, name=name, **_variation(changes))
    if varied.perceptual != found.perceptual and not found.is_perceptual:
        raise RequestError(f"the recipe {plain} has no perceptual loss for the features {varied.perceptual!r}.")
    return varied


def vary(name: str, *, perceptual: str | None = None, without: Collection[str] = ()) -> str:
    """Return the name of a recipe's variation; features are named only where the recipe has a perceptual loss.

    Raises:
        RequestError: there is no such recipe or variation.
    """
    recipe = find_recipe(name)
    if perceptual not in (None, recipe.perceptual) and recipe.is_perceptual:
        name += f"+{perceptual}"
    return find_recipe(name + "".join(f"-{term}" for term in dict.fromkeys(without) if term not in recipe.without)).name


def _from_table(name: str) -> Recipe:
    if name not in RECIPES:
        raise unknown("recipe", name, RECIPES)
    return Recipe(name, RECIPES[name], _source(_unwrapped(RECIPES[name])))


def _variation(changes: list[str]) -> dict[str, Any]:
    """Read "+squeezenet", "-gradient" ..."""
    features = [change[1:] for change in changes if change.startswith("+")]
    for name in features:
        if name not in PERCEPTUAL:
            raise unknown("set of perceptual features", name, PERCEPTUAL)
    chosen = {"perceptual": features[-1]} if features else {}
    return {**chosen, "without": frozenset(change[1:] for change in changes if change.startswith("-"))}


def _from_file(name: str, path: Path, function: str) -> Recipe:
    if not path.is_file():
        raise RequestError(f"there is no recipe file {path}.")
    module = _import(path)
    functions = {key: value for key, value in vars(module).items() if inspect.isfunction(value)}
    if function not in functions:
        raise unknown(f"function in {path}", function, functions)
    return Recipe(name, functions[function], path.read_text(encoding="utf-8"))


def _import(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise RequestError(f"{path} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise RequestError(f"{path} cannot be imported: {type(error).__name__}: {error}") from error
    return module


def _unwrapped(function: Function) -> Function:
    return function.func if isinstance(function, partial) else function


def _source(function: Function) -> str:
    module = inspect.getmodule(function)
    return inspect.getsource(module) if module else inspect.getsource(function)
