"""From the name of a recipe, or a file of one's own, to the function and the source that a run keeps."""

import importlib.util
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType

from acutance.errors import RequestError, unknown
from acutance.experiment import Experiment
from acutance.recipes import pcl, pcl_ablations, pixel, quickstart

Function = Callable[..., Experiment]

ALPHAS = (0.01, 0.25, 0.5, 1.0, 5.0)
"""Values of Table VII beside the 0.1 of every other table."""
ABLATIONS: dict[str, Function] = {
    "vgg": pcl_ablations.vgg,
    "squeezenet": pcl_ablations.squeezenet,
    "plain": pcl_ablations.plain,
    "fourier": pcl_ablations.fourier,
    "hr_against_lr": pcl_ablations.hr_against_lr,
    "sharpened_only": pcl_ablations.sharpened_only,
    "blurred_only": pcl_ablations.blurred_only,
    **{f"alpha_{value:g}": partial(pcl_ablations.alpha, value=value) for value in ALPHAS},
}
FILES = frozenset({"vgg", "squeezenet", "embedding"})
"""What a recipe may ask for beside the scale, by a parameter of that name: options of `train` and `compare`."""
LIGHT = pixel.edsr_light_finetune
"""The control that stands for RCAN where there is no GPU."""

RECIPES: dict[str, Function] = {
    "pixel:edsr_s": pixel.edsr_s,
    "pixel:edsr_l": pixel.edsr_l,
    "pixel:rcan": pixel.rcan,
    "pixel:han": pixel.han,
    "pixel:nlsn": pixel.nlsn,
    "pixel:rlfn": pixel.rlfn,
    "pixel:rlfn_finetune": pixel.rlfn_finetune,
    "pixel:edsr_light": pixel.edsr_light,
    "pixel:edsr_light_finetune": pixel.edsr_light_finetune,
    "pixel:rcan_released": pixel.rcan_released,
    "pixel:nlsn_released": pixel.nlsn_released,
    "pcl:edsr_s": pcl.edsr_s,
    "pcl:edsr_l": pcl.edsr_l,
    "pcl:rcan": pcl.rcan,
    "pcl:han": pcl.han,
    "pcl:nlsn": pcl.nlsn,
    "pcl:rlfn": pcl.rlfn,
    "pcl:rlfn_finetune": pcl.rlfn_finetune,
    "pcl:edsr_light": pcl.edsr_light,
    "pcl:edsr_light_finetune": pcl.edsr_light_finetune,
    "pcl:edsr_light_finetune_strong": pcl.edsr_light_finetune_strong,
    "pcl:edsr_light_finetune_share": pcl.edsr_light_finetune_share,
    "pcl:rcan_released": pcl.rcan_released,
    "pcl:nlsn_released": pcl.nlsn_released,
    **{f"pcl:rcan_{name}": ablation for name, ablation in ABLATIONS.items()},
    **{f"pcl:light_{name}": partial(ablation, control=LIGHT) for name, ablation in ABLATIONS.items()},
    "pcl:edsr_s_fixed_embedding": pcl_ablations.fixed_embedding,
    "pcl:light_fixed_embedding": partial(pcl_ablations.fixed_embedding, control=LIGHT),
    "quickstart:pixel": quickstart.pixel,
    "quickstart:pcl": quickstart.pcl,
}


@dataclass(frozen=True)
class Recipe:
    """A function that takes the scale and returns an `Experiment`, with the source it stands in."""

    name: str
    function: Function
    source: str

    @property
    def summary(self) -> str:
        """The first line of what the function says of itself: its table, its row, its published score."""
        return (inspect.getdoc(_unwrapped(self.function)) or "").partition("\n")[0]

    @property
    def files(self) -> frozenset[str]:
        """Those of `FILES` that the function asks for."""
        return FILES.intersection(inspect.signature(self.function).parameters)

    def build(self, scale: int, **files: Path | None) -> Experiment:
        """Return the experiment; `files`, by the names in `FILES`, go to the recipes that ask for them.

        Raises:
            RequestError: a file was given that the recipe has no use for, or lacks one that it needs.
        """
        given = {name: path for name, path in files.items() if path is not None}
        for name in given:
            if name not in self.files:
                raise RequestError(f"the recipe {self.name} has no use for --{name}.")
        return self.function(scale, **given)


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
    return Recipe(name, RECIPES[name], _source(_unwrapped(RECIPES[name])))


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
