"""What `acutance demo` runs: the default network goes on for a minute or two, with and without PCL.

Both start from what has learned: the network that ships, and an embedding network E_D that was taught to tell HR from
SR of a finished network. Of it the four blocks that are compared ship, so it learns no more (PCL-F of Table V). The
wavelet is at a random phase, and strength and rate are those of docs/results/frontier.md. An embedding network that
learns no more is fooled at that strength: within 300 steps a grid is drawn (docs/log.md), and the demo says so.
"""

from dataclasses import replace

from acutance.critics import FixedEmbedding, load
from acutance.experiment import Adam, Constant, Experiment, GradientRatio
from acutance.losses import FixedContrastive
from acutance.recipes import pixel as plain
from acutance.recipes.pcl import with_pcl
from acutance.recipes.recipe import Recipe, at_scale

EMBEDDING = "embedding-x4"
"""The embedding network that ships."""
SHARE = GradientRatio(1.0)


def pixel(scale: int = 4) -> Experiment:
    """No row of a table: L1 alone, 300 steps, a minute."""
    control = plain.rlfn_finetune(scale)
    quick = {"steps": 300, "batch": 4, "optimizer": Adam(learning_rate=2e-5), "schedule": Constant(), "average": 0.99}
    return replace(control, **quick)


def pcl(scale: int = 4) -> Experiment:
    """No row of a table: L1 + PCL by an embedding network that has learned, the same 300 steps."""
    start = pixel(scale)  # before the loss, so that both start alike
    contrastive = FixedContrastive(FixedEmbedding(load(EMBEDDING)), phase="random")
    return with_pcl(start, alpha=SHARE, contrastive=contrastive)


ROWS = {
    "quickstart:pixel": Recipe(at_scale(pixel), "L1 alone, 300 steps", cost="a minute"),
    "quickstart:pcl": Recipe(at_scale(pcl), "L1 + PCL, the same", cost="two minutes", control="quickstart:pixel"),
}
"""Both halves of the demo, by name."""
