"""PCL whose wavelet has no fixed phase: ours, no row of the paper.

The Haar wavelet of PCL pairs pixels at even places with their neighbours, so a strong contrast teaches a network to
draw a grid in step with the pairs (docs/results/controls.md). Here SR, HR and samples are moved by the same random 0 or
1 pixels before the embedding network looks, in its own loss too ("phase"); or by any number of pixels below the stride
of the deepest block that is compared, as those stride too ("whole"); or the wavelet is taken at every position. The
embedding network may begin as that of another run (`--embedding RUN`); it goes on learning.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from acutance.critics import EmbeddingNetwork, load
from acutance.critics.embedding import CHANNELS
from acutance.errors import RequestError
from acutance.experiment import Experiment, GradientRatio
from acutance.losses import Contrastive, Embedding
from acutance.recipes import pixel
from acutance.recipes.pcl import with_pcl
from acutance.recipes.recipe import Recipe, Request

SHARE = GradientRatio(1.0)
"""At a fixed phase this draws a grid; see docs/results/frontier.md for what it does here."""
CONTROLS: dict[str, Callable[[int], Experiment]] = {
    "edsr_light": pixel.edsr_light,
    "edsr_light_finetune": pixel.edsr_light_finetune,
    "edsr_s": pixel.edsr_s,
    "edsr_s_finetune": pixel.edsr_s_finetune,
    "rlfn": pixel.rlfn,
    "rlfn_finetune": pixel.rlfn_finetune,
}


@dataclass(frozen=True)
class Contrast:
    """How images are looked at: the view, the phase, the blocks that are compared, and by whose statistics."""

    summary: str
    view: str = "haar"
    phase: str = "random"
    layers: tuple[int, ...] = (0, 1, 2, 3)
    batch_statistics: bool = False

    def on(self, name: str) -> Recipe:
        """Return L1 + PCL on a control of `CONTROLS`, at a gradient as large as L1's."""
        build = partial(_build, self, CONTROLS[name])
        return Recipe(build, f"{self.summary}, at L1's gradient", control=f"pixel:{name}", takes=("embedding",))

    def added(self, start: Experiment, request: Request, share: GradientRatio = SHARE) -> Experiment:
        """Return an experiment with this contrast, whose embedding network begins as that of `--embedding`, if any."""
        critic, begun = EmbeddingNetwork(self.view), request.files.get("embedding")
        if begun is not None:
            critic.load_state_dict(_learner(begun).state_dict())
        embedding = Embedding(self.layers, batch_statistics=self.batch_statistics)
        loss = Contrastive(critic.train(), embedding=embedding, phase=self.phase)
        return with_pcl(start, alpha=share, contrastive=loss)


def _build(contrast: Contrast, control: Callable[[int], Experiment], request: Request) -> Experiment:
    return contrast.added(control(request.scale), request)


def _learner(begun: Path) -> EmbeddingNetwork:
    """Return the embedding network of another run; raise RequestError where it lacks the blocks that learning takes."""
    found = load(begun)
    if found.blocks < len(CHANNELS):
        raise RequestError(
            f"{begun} holds the first {found.blocks} blocks of an embedding network, which learns no more; recipes "
            "with frozen_embedding in their names take it."
        )
    return found


WAYS = {
    "phase": Contrast("PCL at a random phase"),
    "phase_block_4": Contrast("PCL at a random phase, block 4 alone", layers=(4,)),
    "phase_blocks_2_to_5": Contrast("PCL at a random phase, blocks 2 to 5", layers=(2, 3, 4, 5)),
    "phase_batch_statistics": Contrast("PCL at a random phase, by statistics of the batch", batch_statistics=True),
    "whole": Contrast("PCL at a random phase of all strides", phase="whole"),
    "whole_block_4": Contrast("PCL at a random phase of all strides, block 4 alone", phase="whole", layers=(4,)),
    "whole_blocks_2_to_5": Contrast(
        "PCL at a random phase of all strides, blocks 2 to 5", phase="whole", layers=(2, 3, 4, 5)
    ),
    "everywhere": Contrast("PCL with an undecimated wavelet", view="haar_everywhere", phase="fixed"),
    "pull": Contrast("PCL at a fixed phase", phase="fixed"),
}

ROWS = {f"pcl:{name}_{way}": contrast.on(name) for name in CONTROLS for way, contrast in WAYS.items()}
"""PCL without a grid, and beside it at a fixed phase and the same share, by name."""
