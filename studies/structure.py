"""What structure losses do at an equal pull, beside a loss that keeps colour: the rows of docs/results/structure.md.

    L = L_per + 0.01 L_1 + a C + b T      C: the mean colours of blocks, which every row has
                                          T: the term that a row is about, none in `none`

The weights a and b are such that C and T have a gradient at SR as large as that of L_per each; `--without perceptual`
leaves L_per out, and they are as large as that of L_1. No row has a GAN.

    acutance compare studies/structure.py:none studies/structure.py:contrastive studies/structure.py:jigsaw ...
"""

from collections.abc import Callable
from functools import partial

from acutance.experiment import Experiment, GradientRatio, Term
from acutance.extractors import StructureExtractor
from acutance.losses import BlockMeans, GradientPixel, Loss, Pixel, StructurePixel
from acutance.recipes.esrgan import EDSR_LIGHT, on_plain, with_terms
from acutance.recipes.recipe import Recipe, Request

CONTROL = "studies/structure.py:none"


def _row(term: Callable[[], Loss] | None, request: Request) -> Experiment:
    start = on_plain(EDSR_LIGHT, request)
    equal = GradientRatio(1.0, of="perceptual" if "perceptual" in start.objective else "pixel")
    kept = with_terms(start, {"colour": Term(equal, BlockMeans(16))})
    return kept if term is None else with_terms(kept, {"structure": Term(equal, term())})


def _structure(extractor: str) -> Loss:
    return StructurePixel(StructureExtractor.from_file(extractor))


def _random() -> Loss:
    return StructurePixel(StructureExtractor.random())


def _recipe(term: Callable[[], Loss] | None, summary: str, *, trivial: bool = False) -> Recipe:
    control = "" if term is None else CONTROL
    return Recipe(partial(_row, term), summary, control=control, needs=("perceptual",), trivial=trivial)


none = _recipe(None, "perceptual loss, L1 and the mean colours of blocks")
contrastive = _recipe(partial(_structure, "contrastive-h"), "SPSR-P's structure features")
jigsaw = _recipe(partial(_structure, "jigsaw"), "SPSR-J's structure features")
gradient = _recipe(GradientPixel, "SPSR-G's gradient maps")
random = _recipe(_random, "structure features of an extractor that never learned", trivial=True)
pixel = _recipe(Pixel, "L1 once more", trivial=True)
