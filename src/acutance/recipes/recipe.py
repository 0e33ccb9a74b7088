"""A recipe: how an experiment is built, and what a paper says of it."""

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import wraps
from pathlib import Path

from acutance.errors import RequestError, unknown
from acutance.experiment import Experiment
from acutance.networks import Code, is_own
from acutance.networks.own import remember
from acutance.recipes.features import PERCEPTUAL

FILES = ("vgg", "squeezenet", "resnet", "embedding", "extractor")
"""The files that a recipe may be given, by the names of the options of `train` and `compare`."""


@dataclass(frozen=True)
class Request:
    """What an experiment is asked for besides its recipe; None leaves a value as the recipe says.

    Attributes:
        scale: how many times higher and wider SR is than LR.
        patch: side of the HR patches in pixels; discriminators are built for it.
        steps: updates of the network.
        batch: patches an update.
        files: files of weights, and folders of runs, by the names in `FILES`.
        perceptual: features of the perceptual loss, where there is one: a key of `PERCEPTUAL`, the paper's by default.
        without: terms that are left out of the objective, or the name of one.

    Raises:
        RequestError: there are no such features.
    """

    scale: int = 4
    patch: int | None = None
    steps: int | None = None
    batch: int | None = None
    files: Mapping[str, Path | None] = field(default_factory=dict[str, Path | None])
    perceptual: str | None = None
    without: Collection[str] = ()

    def __post_init__(self) -> None:
        if isinstance(self.without, str):  # a single term, whose letters would be taken for terms
            object.__setattr__(self, "without", (self.without,))
        if self.perceptual is not None and self.perceptual not in PERCEPTUAL:
            raise unknown("set of perceptual features", self.perceptual, PERCEPTUAL)

    @property
    def features(self) -> str:
        """The features of the perceptual loss: those asked for, or the paper's."""
        return self.perceptual or "vgg"


ANY = 4
"""The scale that is asked for where none is: recipes of one scale alone, such as those that restore, have their own."""
Build = Callable[[Request], Experiment]


@dataclass(frozen=True)
class Recipe:
    """How an experiment is built, and what a paper says of it: a row of a table, or what is no row of one.

    `build` creates the network before anything else that draws random numbers, so that its start depends on the seed
    alone, and not on which critics it is trained with.

    Attributes:
        build: makes the experiment. What asks for a patch, for files or for features finds them in the request.
        summary: what it is, in a line.
        paper: whose row it is, "PCL-SR" or "SPSR"; empty for none.
        table: the paper's table that has the row; empty for none.
        published: the row's own numbers in that table, by set and metric: {"Set5 PSNR": 32.17}.
        cost: counted operations of a step, or how long it takes.
        control: the name of the recipe without the term that this one is about, where there is one.
        needs: files that have to be given. "perceptual" is the file of whatever features are asked for.
        takes: files that may be given.
        trivial: whether it is a control that contains no idea of a paper, which what helps has to beat.
        name: what it is asked for as, PAPER:ROW or FILE:ROW.
        file: the file that it was found in, where that is one of one's own.
    """

    build: Build
    summary: str = ""
    _: KW_ONLY
    paper: str = ""
    table: str = ""
    published: Mapping[str, float] = field(default_factory=dict[str, float])
    cost: str = ""
    control: str = ""
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    trivial: bool = False
    name: str = ""
    file: Path | None = None

    @property
    def source(self) -> str:
        """The text of the file that it stands in, or of the function alone where there is no such file."""
        function = inspect.unwrap(getattr(self.build, "func", self.build))
        file = self.file or Path(inspect.getsourcefile(function) or "")
        return file.read_text(encoding="utf-8") if file.is_file() else _text(function)

    def files(self, request: Request) -> frozenset[str]:
        """Return which of `FILES` it can be given, by the features and the terms that are asked for."""
        asked = {*self.needs, *self.takes}
        if "perceptual" in asked - {*request.without}:
            asked.add(PERCEPTUAL[request.features].option)
        return frozenset(asked - {"perceptual"})

    def experiment(self, request: Request) -> Experiment:
        """Return the experiment.

        Raises:
            RequestError: a file was given that the recipe has no use for, it lacks one that it needs, or a term is to
                be left out that it has not.
        """
        asked = self.files(request)
        for name, path in request.files.items():
            if path is not None and name not in asked:
                raise RequestError(f"the recipe {self.name} has no use for --{name}.")
        # Left out of an objective, a perceptual loss was not built: its features may be missing.
        left_out = {*request.without} - ({"perceptual"} & {*self.needs})
        wanted = {"patch": request.patch, "steps": request.steps, "batch": request.batch}
        experiment = self.build(request).without(*left_out)
        if is_own(experiment.network) and self.source:
            remember(experiment.network, Code(self.source, self.name))
        if request.scale not in (ANY, made := experiment.network.scale):
            raise RequestError(f"the recipe {self.name} trains a network of scale {made}, not {request.scale}.")
        return replace(experiment, **{name: value for name, value in wanted.items() if value is not None})


def at_scale(function: Callable[[int], Experiment]) -> Build:
    """Return a function of the scale as what builds a recipe."""

    @wraps(function)
    def build(request: Request) -> Experiment:
        return function(request.scale)

    return build


def psnr(**sets: float) -> Mapping[str, float]:
    """Return published PSNR by set: psnr(Set5=32.17)."""
    return {f"{name} PSNR": value for name, value in sets.items()}


def set14(lpips: float, psnr: float, ssim: float) -> Mapping[str, float]:
    """Return what SPSR's tables say of Set14."""
    return {"Set14 LPIPS": lpips, "Set14 PSNR": psnr, "Set14 SSIM": ssim}


def _text(function: Callable[..., object]) -> str:
    try:
        return inspect.getsource(function)
    except OSError:  # it was typed into a session that keeps no text
        return ""
