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


_learned = partial(StructureExtractor.from_file, "contrastive-h")
none = _recipe(partial(_row, None), "perceptual loss, L1 and the mean colours of blocks")
contrastive = _recipe(partial(_row, partial(_structure, "contrastive-h")), "SPSR-P's structure features", CONTROL)
jigsaw = _recipe(partial(_row, partial(_structure, "jigsaw")), "SPSR-J's structure features", CONTROL)
gradient = _recipe(partial(_row, GradientPixel), "SPSR-G's gradient maps", CONTROL)
random = _recipe(partial(_row, _random), "features of an extractor that never learned", CONTROL, trivial=True)
pixel = _recipe(partial(_row, Pixel), "L1 once more", CONTROL, trivial=True)

spsr = _recipe(partial(_spsr, None), "the control on the light SPSR")
spsr_contrastive = _recipe(partial(_spsr, partial(_structure, "contrastive-h")), "SPSR-P's structure features", SPSR)
spsr_jigsaw = _recipe(partial(_spsr, partial(_structure, "jigsaw")), "SPSR-J's structure features", SPSR)
spsr_gradient = _recipe(partial(_spsr, GradientPixel), "SPSR-G's gradient maps", SPSR)
spsr_random = _recipe(partial(_spsr, _random), "features of an extractor that never learned", SPSR, trivial=True)
spsr_pixel = _recipe(partial(_spsr, Pixel), "L1 once more", SPSR, trivial=True)

gan = _recipe(partial(_gan, None, None), "the control and a GAN on images")
gan_contrastive = _recipe(
    partial(_gan, partial(_structure, "contrastive-h"), partial(_of_features, _learned)), "SPSR-P's losses", GAN
)
gan_gradient = _recipe(partial(_gan, GradientPixel, _of_gradients), "SPSR-G's losses", GAN)
gan_random = _recipe(
    partial(_gan, _random, partial(_of_features, StructureExtractor.random)), "P's without learning", GAN, trivial=True
)
