"""A recipe at another strength: what is written behind its name, as in pcl:rlfn_finetune@share=1.

A share is that of the gradient at SR beside that of the pixel loss, or of the perceptual loss where there is one. An
alpha is that of PCL-SR's Eq. 12, for images in 0..255. A learning rate is that of the network before its schedule, and
may stand behind a strength: pcl:rlfn_finetune@share=1@learning_rate=1e-05.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from acutance.errors import RequestError, unknown
from acutance.experiment import Experiment, GradientRatio
from acutance.optimizers import at_rate
from acutance.recipes.recipe import Recipe, Request

CONTRAST = "contrastive"
ABOUT = (CONTRAST, "structure", "gradient")
"""Terms that a recipe may be about, the first that it has."""
GROUND = ("perceptual", "pixel", "branch")
"""Terms that it is not about; the first that it has is what a share is of."""


def _by_share(value: float, name: str, experiment: Experiment) -> float | GradientRatio:
    ground = next((each for each in GROUND if each in experiment.objective), None)
    if ground is None:
        raise RequestError(f"a share of {name} is that of the gradient of {' or '.join(GROUND)}; this recipe has none.")
    return GradientRatio(value, of=ground)


def _by_alpha(value: float, name: str, _experiment: Experiment) -> float | GradientRatio:
    if name != CONTRAST:
        raise RequestError(f"an alpha is the weight of PCL's contrast; {name} takes a share.")
    return value / 255


WEIGHTS: Mapping[str, Callable[[float, str, Experiment], float | GradientRatio]] = MappingProxyType(
    {"share": _by_share, "alpha": _by_alpha}
)
"""What a strength makes of the weight of a term of that name, by its kind."""
RATE = "learning_rate"


@dataclass(frozen=True)
class Strength:
    """How strong a recipe is, "share" or "alpha", or how fast it learns, "learning_rate"; and the value.

    Raises:
        RequestError: there is no such kind, or the value is none above 0.
    """

    kind: str
    value: float

    def __post_init__(self) -> None:
        if self.kind not in (*WEIGHTS, RATE):
            raise unknown("strength", self.kind, (*WEIGHTS, RATE))
        if not (math.isfinite(self.value) and self.value > 0):
            raise RequestError(f"a {self.kind} must be above 0, not {self.value:g}.")

    def __str__(self) -> str:
        return f"{self.kind}={self.value:g}"

    def __call__(self, experiment: Experiment) -> Experiment:
        """Return an experiment with the weight of the term that it is about, or with another learning rate.

        Raises:
            RequestError: it is about no term, or about several, or about one that takes no such weight; or its
                optimizer takes no other rate.
        """
        if self.kind == RATE:
            return replace(experiment, optimizer=at_rate(experiment.optimizer, self.value))
        name = subject(experiment)
        term = replace(experiment.objective[name], weight=WEIGHTS[self.kind](self.value, name, experiment))
        return replace(experiment, objective={**experiment.objective, name: term})


def subject(experiment: Experiment) -> str:
    """Return the term that an experiment is about: what it has beside a pixel and a perceptual loss.

    Raises:
        RequestError: there is none, or there are several.
    """
    others = [name for name in experiment.objective if name not in GROUND]
    known = [name for name in ABOUT if name in others] or others
    if not known or (len(others) > 1 and known == others):
        terms = ", ".join(experiment.objective)
        raise RequestError(f"a strength is that of one term beside the pixel loss; this recipe has {terms}.")
    return known[0]


def parsed(name: str) -> tuple[str, Strength | None]:
    """Return the name of a recipe and its strength, None where it says none.

    >>> parsed("pcl:rlfn_finetune@share=0.3")
    ('pcl:rlfn_finetune', Strength(kind='share', value=0.3))

    Raises:
        RequestError: what is written behind the name is no strength.
    """
    recipe, at, said = name.rpartition("@")
    if not at:
        return name, None
    kind, _, value = said.partition("=")
    try:
        number = float(value)
    except ValueError:
        raise RequestError(f"a strength is written as share=0.3 behind the name of a recipe; not {said!r}.") from None
    return recipe, Strength(kind, number)


def at_strength(recipe: Recipe, strength: Strength) -> Recipe:
    """Return a recipe at another strength, named so.

    Raises:
        RequestError: it says one already: two weights, or two rates.
    """
    said = recipe.build
    while isinstance(said, _Stronger):
        if (said.strength.kind == RATE) == (strength.kind == RATE):
            raise RequestError(f"{recipe.name} says {said.strength} already, so it cannot have {strength}.")
        said = said.build
    return replace(recipe, build=_Stronger(recipe.build, strength), name=f"{recipe.name}@{strength}")


@dataclass(frozen=True)
class _Stronger:
    """What builds a recipe at a strength."""

    build: Callable[[Request], Experiment]
    strength: Strength

    @property
    def func(self) -> Callable[..., object]:
        """The function whose text is the recipe."""
        return getattr(self.build, "func", self.build)

    def __call__(self, request: Request) -> Experiment:
        return self.strength(self.build(request))
