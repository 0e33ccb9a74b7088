"""Trivial controls: what is no idea of a paper, and does in a line what may be taken for the effect of one.

A method helps where it does more than each of these at the same pull, which is a share of the gradient at SR: of L_1's
for PCL, of the perceptual loss's for structure. `NAME@share=0.3` gives another share than a recipe's own. The filter
over a control's SR, which needs no training, is no recipe: `acutance compare` takes it as filter@factor=1.2.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from acutance.critics import EmbeddingNetwork, FixedEmbedding, load
from acutance.errors import RequestError
from acutance.experiment import Experiment, GradientRatio, Term
from acutance.extractors import StructureExtractor
from acutance.losses import (
    BlockMeans,
    FixedContrastive,
    GradientPixel,
    Loss,
    Perceptual,
    Pixel,
    SharpenedPixel,
    StructurePixel,
)
from acutance.recipes import pixel
from acutance.recipes.esrgan import EDSR_LIGHT, RLFN, on_plain, with_terms
from acutance.recipes.pcl import SHARE, with_pcl
from acutance.recipes.recipe import Recipe, Request

STRUCTURE_SHARE = 1.0
"""Of the perceptual loss's gradient."""


@dataclass(frozen=True)
class Look:
    """How an embedding network looks: the phase of its wavelet, and the blocks that are compared."""

    phase: str = "fixed"
    layers: tuple[int, ...] = (0, 1, 2, 3)


def sharpened_targets(_request: Request) -> Loss:
    """L1 to originals sharpened by a factor of 2: PCL's positives, and no contrast."""
    return SharpenedPixel(2.0)


def gradient_pixel(_request: Request) -> Loss:
    """L1 of gradient maps, SPSR's Eq. 7, which any sharpness lowers."""
    return GradientPixel()


def random_embedding(look: Look, _request: Request) -> Loss:
    """PCL with an embedding network that never learned."""
    return FixedContrastive(FixedEmbedding(EmbeddingNetwork(), look.layers), phase=look.phase)


def frozen_embedding(look: Look, request: Request) -> Loss:
    """PCL with an embedding network that another run taught, and that learns no more (`--embedding RUN`)."""
    return FixedContrastive(FixedEmbedding(_taught(look, request), look.layers), phase=look.phase)


def embedding_distance(look: Look, request: Request) -> Loss:
    """L1 to HR in the features of such a network: no samples, no contrast."""
    features = FixedEmbedding(_taught(look, request), look.layers)
    return Perceptual(features, period=features.period)


def _taught(look: Look, request: Request) -> EmbeddingNetwork:
    embedding = request.files.get("embedding")
    if embedding is None:
        raise RequestError("this control needs an embedding network that another run trained: --embedding RUN.")
    taught, last = load(embedding), max(look.layers)
    if taught.blocks <= last:
        blocks = f"the first {taught.blocks} blocks of an embedding network (0 to {taught.blocks - 1})"
        raise RequestError(f"{embedding} holds {blocks}; this control looks at block {last} too.")
    return taught


def block_means(_request: Request) -> Loss:
    """The mean colours of 16 x 16 blocks: what keeps colour, and sees no structure."""
    return BlockMeans(16)


def stronger_pixel(_request: Request) -> Loss:
    """L1 once more, at the pull of what it stands beside."""
    return Pixel()


def random_extractor(_request: Request) -> Loss:
    """Structure features of an extractor that never learned."""
    return StructurePixel(StructureExtractor.random())


@dataclass(frozen=True)
class Trivial:
    """A control before it is said on which network: the loss that is added, and what it is."""

    loss: Callable[[Request], Loss]
    summary: str
    needs: tuple[str, ...] = ()

    def beside_l1(self, control: Callable[[int], Experiment], name: str) -> Recipe:
        """Return L1 with this at three tenths of its gradient; `name` is that of the control."""
        build = partial(_beside_l1, self.loss, control)
        summary = f"{self.summary}, at 0.3 of L1's gradient"
        return Recipe(build, summary, control=name, needs=self.needs, trivial=True)

    def beside_perceptual(self, network: str) -> Recipe:
        """Return the perceptual and the pixel loss with this at a share of the former's gradient."""
        build, control = partial(_beside_perceptual, self.loss, network), f"spsr:{network}_perceptual"
        summary = f"{self.summary}, at the perceptual loss's gradient"
        return Recipe(build, summary, control=control, needs=("perceptual", *self.needs), trivial=True)


def _beside_l1(loss: Callable[[Request], Loss], control: Callable[[int], Experiment], request: Request) -> Experiment:
    start = control(request.scale)  # before the loss, which may draw random numbers
    added = loss(request)
    if isinstance(added, FixedContrastive):
        return with_pcl(start, alpha=SHARE, contrastive=added)
    return replace(start, objective={**start.objective, "trivial": Term(SHARE, added)})


def _beside_perceptual(loss: Callable[[Request], Loss], network: str, request: Request) -> Experiment:
    start = on_plain(DESIGNS[network], request)
    of = "perceptual" if "perceptual" in start.objective else "pixel"
    return with_terms(start, {"trivial": Term(GradientRatio(STRUCTURE_SHARE, of=of), loss(request))})


DESIGNS = {"edsr_light": EDSR_LIGHT, "rlfn": RLFN}
CONTROLS = {
    "edsr_light_finetune": pixel.edsr_light_finetune,
    "edsr_s_finetune": pixel.edsr_s_finetune,
    "rlfn_finetune": pixel.rlfn_finetune,
}
LOOKS = {
    "": Look(),
    "_phase": Look("random"),
    "_whole": Look("whole"),
    "_whole_block_4": Look("whole", (4,)),
    "_whole_blocks_2_to_5": Look("whole", (2, 3, 4, 5)),
}


def _untaught(name: str, look: Look) -> Trivial:
    return Trivial(partial(random_embedding, look), f"PCL with E_D that never learned{_said(name)}")


def _frozen(name: str, look: Look) -> Trivial:
    return Trivial(partial(frozen_embedding, look), f"PCL with a frozen E_D{_said(name)}", ("embedding",))


def _said(name: str) -> str:
    """Return how an embedding network looks, by the end of a recipe's name.

    >>> _said("_whole_blocks_2_to_5")
    ', random phase of all strides, blocks 2 to 5'
    """
    phase, _, blocks = name.removeprefix("_").partition("_")
    said = {"": "", "phase": ", random phase", "whole": ", random phase of all strides"}[phase]
    return said + f", {blocks.replace('_', ' ')}" * bool(blocks)


FOR_PCL = {
    "sharpened_targets": Trivial(sharpened_targets, "L1 to originals sharpened by 2"),
    "gradient_pixel": Trivial(gradient_pixel, "L1 of gradient maps"),
    **{f"random_embedding{name}": _untaught(name, look) for name, look in LOOKS.items()},
    **{f"frozen_embedding{name}": _frozen(name, look) for name, look in LOOKS.items()},
    "embedding_distance_whole_blocks_2_to_5": Trivial(
        partial(embedding_distance, LOOKS["_whole_blocks_2_to_5"]),
        "L1 in the features of a frozen E_D, random phase of all strides, blocks 2 to 5",
        ("embedding",),
    ),
}
"""Trivial controls of PCL."""
FOR_STRUCTURE = {
    "block_means": Trivial(block_means, "mean colours of blocks"),
    "stronger_pixel": Trivial(stronger_pixel, "L1 once more"),
    "random_extractor": Trivial(random_extractor, "features of an extractor that never learned"),
    "gradient_maps": Trivial(gradient_pixel, "L1 of gradient maps"),
}
"""Trivial controls of the structure losses."""

ROWS = {
    **{
        f"control:{name}_{trivial}": each.beside_l1(control, f"pixel:{name}")
        for name, control in CONTROLS.items()
        for trivial, each in FOR_PCL.items()
    },
    **{
        f"control:{network}_{trivial}": each.beside_perceptual(network)
        for network in DESIGNS
        for trivial, each in FOR_STRUCTURE.items()
    },
}
"""Trivial controls, by name."""
