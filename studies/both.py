"""Both papers in one objective: the rows of docs/results/both.md, on RLFN from finished weights.

    L = L_1 + a L_CL + b T      L_CL: PCL's contrast at a random phase of the wavelet
                                T: SPSR-G's gradient maps, or SPSR-P's structure features

The weights a and b are such that L_CL and T have a gradient at SR half as large as that of L_1 each, so that all rows
of one term or two pull alike. The embedding network begins as that of another run and goes on learning.

    acutance compare pixel:rlfn_finetune pcl:rlfn_finetune_phase@share=1 studies/both.py:contrast_gradient ...
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from acutance.critics import EmbeddingNetwork, FixedEmbedding
from acutance.experiment import Experiment, GradientRatio, Term
from acutance.extractors import StructureExtractor
from acutance.losses import FixedContrastive, GradientPixel, Loss, StructurePixel
from acutance.recipes import pixel
from acutance.recipes.pcl import with_pcl
from acutance.recipes.pcl_phase import WAYS
from acutance.recipes.recipe import Recipe, Request

CONTROL = "pixel:rlfn_finetune"
Build = Callable[[Experiment, Request, GradientRatio], Experiment]


def _never_learned(start: Experiment, _request: Request, share: GradientRatio) -> Experiment:
    return with_pcl(
        start, alpha=share, contrastive=FixedContrastive(FixedEmbedding(EmbeddingNetwork()), phase="random")
    )


def _structure() -> Loss:
    return StructurePixel(StructureExtractor.from_file("contrastive-h"))


def _random_structure() -> Loss:
    return StructurePixel(StructureExtractor.random())


def _with(term: Callable[[], Loss], share: float, contrast: Build | None, request: Request) -> Experiment:
    start, ratio = pixel.rlfn_finetune(request.scale), GradientRatio(share)
    row = replace(start, objective={**start.objective, "structure": Term(ratio, term())})
    return row if contrast is None else contrast(row, request, ratio)


def _recipe(
    term: Callable[[], Loss], share: float, contrast: Build | None, summary: str, *, trivial: bool = False
) -> Recipe:
    build = partial(_with, term, share, contrast)
    return Recipe(build, summary, control=CONTROL, takes=("embedding",), trivial=trivial)


PHASE = WAYS["phase"].added
structure = _recipe(_structure, 1.0, None, "SPSR-P's structure features, at L1's gradient")
contrast_structure = _recipe(_structure, 0.5, PHASE, "PCL and SPSR-P's structure features, at half of it each")
contrast_gradient = _recipe(GradientPixel, 0.5, PHASE, "PCL and SPSR-G's gradient maps, at half of it each")
nothing_learned = _recipe(
    _random_structure, 0.5, _never_learned, "an extractor and an embedding network that never learned", trivial=True
)
