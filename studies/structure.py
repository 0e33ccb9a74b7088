"""What structure losses do at an equal pull, beside a loss that keeps colour: the rows of docs/results/structure.md.

    L = L_per + 0.01 L_1 + a C + b T      C: the mean colours of blocks, which every row has
                                          T: the term that a row is about, none in `none`

The weights a and b are such that C and T have a gradient at SR as large as that of L_per each; `--without perceptual`
leaves L_per out, and they are as large as that of L_1. The rows `gan...` add a relativistic GAN on images to all of
that, and beside T one on what T sees, each with three tenths of that gradient.

    acutance compare studies/structure.py:none studies/structure.py:contrastive studies/structure.py:jigsaw ...
    acutance compare studies/structure.py:gan studies/structure.py:gan_contrastive studies/structure.py:gan_random ...
"""

from collections.abc import Callable
from functools import partial

from acutance.experiment import Experiment, GradientRatio, Term
from acutance.extractors import StructureExtractor
from acutance.losses import (
    Adversarial,
    BlockMeans,
    GradientPixel,
    GradientView,
    Loss,
    Pixel,
    StructurePixel,
    StructureView,
)
from acutance.recipes.esrgan import EDSR_LIGHT, Design, critic, on_plain, with_terms
from acutance.recipes.recipe import Recipe, Request

CONTROL, GAN = "studies/structure.py:none", "studies/structure.py:gan"


def _row(term: Callable[[], Loss] | None, request: Request) -> Experiment:
    start = on_plain(EDSR_LIGHT, request)
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

gan = _recipe(partial(_gan, None, None), "the control and a GAN on images")
gan_contrastive = _recipe(
    partial(_gan, partial(_structure, "contrastive-h"), partial(_of_features, _learned)), "SPSR-P's losses", GAN
)
gan_gradient = _recipe(partial(_gan, GradientPixel, _of_gradients), "SPSR-G's losses", GAN)
gan_random = _recipe(
    partial(_gan, _random, partial(_of_features, StructureExtractor.random)), "P's without learning", GAN, trivial=True
)
