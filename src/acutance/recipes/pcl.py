"""L1 + PCL: "A Practical Contrastive Learning Framework for Single-Image Super-Resolution", Eq. 12.

    L = L_1 + alpha * L_CL,   alpha = 0.1 for images in 0..255, that is 0.1 / 255 for images in [0, 1]

Each recipe is its control of `recipes.pixel` with one more term: same network, data, budget and schedule. The embedding
network learns by Adam at 1e-4 throughout, as in the released scripts (docs/papers/pcl.md).
"""

from dataclasses import replace

from acutance.experiment import Experiment, Term
from acutance.losses import Contrastive
from acutance.recipes import pixel

ALPHA = 0.1 / 255


def with_pcl(control: Experiment, *, alpha: float = ALPHA, contrastive: Contrastive | None = None) -> Experiment:
    """Return `control` with alpha * L_CL beside what it strives for; alpha is meant for images in [0, 1]."""
    term = Term(alpha, contrastive or Contrastive())
    return replace(control, objective={**control.objective, "contrastive": term})


def edsr_s(scale: int = 4) -> Experiment:
    """Table II, EDSR-S + PCL. Published x4: Set5 32.17, Set14 28.61, B100 27.58. 0.75 TFLOP a step."""
    return with_pcl(pixel.edsr_s(scale))


def edsr_l(scale: int = 4) -> Experiment:
    """Table II, EDSR-L + PCL. Published x4: Set5 32.52, Set14 28.84, B100 27.74. 11.4 TFLOP a step."""
    return with_pcl(pixel.edsr_l(scale))


def edsr_light(scale: int = 4) -> Experiment:
    """No row of a table: the light EDSR + PCL. 0.05 TFLOP a step, five times its control."""
    return with_pcl(pixel.edsr_light(scale))


def edsr_light_finetune(scale: int = 4) -> Experiment:
    """No row of a table: the light EDSR goes on from finished weights with PCL, as the released scripts do."""
    return with_pcl(pixel.edsr_light_finetune(scale))


def edsr_light_finetune_strong(scale: int = 4) -> Experiment:
    """The same with ten times the paper's alpha, 0.004 on [0, 1]; ours, no row of a table."""
    return with_pcl(pixel.edsr_light_finetune(scale), alpha=10 * ALPHA)
