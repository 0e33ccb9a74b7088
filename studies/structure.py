"""What structure losses do at an equal pull, beside a loss that keeps colour: the rows of docs/results/structure.md.

    L = L_per + 0.01 L_1 + a C + b T      C: the mean colours of blocks, which every row has
                                          T: the term that a row is about, none in `none`

The weights a and b are such that C and T have a gradient at SR as large as that of L_per each; `--without perceptual`
leaves L_per out, and they are as large as that of L_1. The rows `gan...` add a relativistic GAN on images to all of
that, and beside T one on what T sees, each with three tenths of that gradient. All of those are on the light EDSR, the
rows `spsr...` on the light SPSR, whose branch has half the weight of what leads: of L_per, or left out, of L_1.

    acutance compare studies/structure.py:none studies/structure.py:contrastive studies/structure.py:jigsaw ...
    acutance compare studies/structure.py:gan studies/structure.py:gan_contrastive studies/structure.py:gan_random ...
    acutance compare studies/structure.py:spsr studies/structure.py:spsr_contrastive ...
"""

from collections.abc import Callable
from functools import partial

from acutance.experiment import Experiment, GradientRatio, Term
from acutance.extractors import StructureExtractor
from acutance.losses import (
    Adversarial,
    BlockMeans,
    Branch,
    GradientPixel,
    GradientView,
    Loss,
    Pixel,
    StructurePixel,
    StructureView,
)
from acutance.recipes.esrgan import EDSR_LIGHT, LIGHT, Design, critic, on_guided, on_plain, with_terms
from acutance.recipes.recipe import Recipe, Request

CONTROL, GAN, SPSR = (f"studies/structure.py:{name}" for name in ("none", "gan", "spsr"))
BRANCH = 0.5
"""Of the weight of what leads."""


def _row(term: Callable[[], Loss] | None, request: Request) -> Experiment:
    return _pulled(on_plain(EDSR_LIGHT, request), term)


def _spsr(term: Callable[[], Loss] | None, request: Request) -> Experiment:
    start = on_guided(LIGHT, request)
    leading = start.objective[_first(start)].weight
    assert isinstance(leading, float)
    return _pulled(with_terms(start, {"branch": Term(BRANCH * leading, Branch("replicate"))}), term)


def _pulled(start: Experiment, term: Callable[[], Loss] | None) -> Experiment:
    equal = GradientRatio(1.0, of=_first(start))
    kept = with_terms(start, {"colour": Term(equal, BlockMeans(16))})
    return kept if term is None else with_terms(kept, {"structure": Term(equal, term())})


def _gan(term: Callable[[], Loss] | None, adversary: Callable[[Design], Loss] | None, request: Request) -> Experiment:
    design, row = EDSR_LIGHT.at(request), _row(term, request)
    share = GradientRatio(0.3, of=_first(row))
    terms = {"adversarial": Term(share, Adversarial(critic(design)))}
    if adversary is not None:
        terms["structure_adversarial"] = Term(share, adversary(design))
    return with_terms(row, terms)


def _first(experiment: Experiment) -> str:
    return "perceptual" if "perceptual" in experiment.objective else "pixel"


def _structure(extractor: str) -> Loss:
    return StructurePixel(StructureExtractor.from_file(extractor))


def _random() -> Loss:
    return StructurePixel(StructureExtractor.random())


def _of_features(extractor: Callable[[], StructureExtractor], design: Design) -> Loss:
    return Adversarial(critic(design, channels=32, stride=4), StructureView(extractor()))


def _of_gradients(design: Design) -> Loss:
    return Adversarial(critic(design), GradientView())


def _recipe(
    build: Callable[[Request], Experiment], summary: str, control: str = "", *, trivial: bool = False
) -> Recipe:
    return Recipe(build, summary, control=control, needs=("perceptual",), trivial=trivial)


def _rows(row: Callable[[Callable[[], Loss] | None, Request], Experiment], control: str) -> list[Recipe]:
    """Return a row for each term on one network, in the order of TERMS."""
    return [_recipe(partial(row, term), summary, control, trivial=trivial) for term, summary, trivial in TERMS]


TERMS: tuple[tuple[Callable[[], Loss], str, bool], ...] = (
    (partial(_structure, "contrastive-h"), "SPSR-P's structure features", False),
    (partial(_structure, "jigsaw"), "SPSR-J's structure features", False),
    (GradientPixel, "SPSR-G's gradient maps", False),
    (_random, "features of an extractor that never learned", True),
    (Pixel, "L1 once more", True),
)
none = _recipe(partial(_row, None), "perceptual loss, L1 and the mean colours of blocks")
contrastive, jigsaw, gradient, random, pixel = _rows(_row, CONTROL)
spsr = _recipe(partial(_spsr, None), "the control on the light SPSR")
spsr_contrastive, spsr_jigsaw, spsr_gradient, spsr_random, spsr_pixel = _rows(_spsr, SPSR)

_learned = partial(StructureExtractor.from_file, "contrastive-h")
gan = _recipe(partial(_gan, None, None), "the control and a GAN on images")
gan_contrastive = _recipe(
    partial(_gan, partial(_structure, "contrastive-h"), partial(_of_features, _learned)), "SPSR-P's losses", GAN
)
gan_gradient = _recipe(partial(_gan, GradientPixel, _of_gradients), "SPSR-G's losses", GAN)
gan_random = _recipe(
    partial(_gan, _random, partial(_of_features, StructureExtractor.random)), "P's without learning", GAN, trivial=True
)
