"""From the name of a recipe, or a file of one's own, to the function and the source that a run keeps."""

import importlib.util
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from acutance.errors import RequestError, unknown
from acutance.experiment import Experiment
from acutance.recipes import pcl, pixel, quickstart

Function = Callable[[int], Experiment]

RECIPES: dict[str, Function] = {
    "pixel:edsr_s": pixel.edsr_s,
    "pixel:edsr_l": pixel.edsr_l,
    "pixel:edsr_light": pixel.edsr_light,
    "pixel:edsr_light_finetune": pixel.edsr_light_finetune,
    "pcl:edsr_s": pcl.edsr_s,
    "pcl:edsr_l": pcl.edsr_l,
    "pcl:edsr_light": pcl.edsr_light,
    "pcl:edsr_light_finetune": pcl.edsr_light_finetune,
    "pcl:edsr_light_finetune_strong": pcl.edsr_light_finetune_strong,
    "quickstart:pixel": quickstart.pixel,
    "quickstart:pcl": quickstart.pcl,
}


@dataclass(frozen=True)
class Recipe:
    """A function that takes the scale and returns an `Experiment`, with the source it stands in."""

    name: str
    build: Function
    source: str


def find_recipe(name: str) -> Recipe:
    """Return the recipe called PAPER:ROW, or `my_recipe.py:name` for the function `name` of a file.

    Raises:
        RequestError: there is no such recipe, file or function; the nearest is named.
    """
    path, _, function = name.rpartition(":")
    if path.endswith(".py"):
        return _from_file(name, Path(path), function)
    if name not in RECIPES:
        raise unknown("recipe", name, RECIPES)
    build = RECIPES[name]
    return Recipe(name, build, _source(build))


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


def _source(build: Function) -> str:
    module = inspect.getmodule(build)
    return inspect.getsource(module) if module else inspect.getsource(build)
