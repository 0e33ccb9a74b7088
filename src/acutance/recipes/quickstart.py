"""What `acutance demo` runs: the light network that ships, trained on for a minute or two, with and without PCL.

Too short to prove anything; long enough to see every part at work.
"""

from dataclasses import replace

from acutance.experiment import Adam, Constant, Experiment
from acutance.recipes import pixel as plain
from acutance.recipes.pcl import with_pcl
from acutance.recipes.recipe import Recipe, at_scale


def pixel(scale: int = 4) -> Experiment:
    """No row of a table: L1 alone, 150 steps, a minute."""
    control = plain.edsr_light(scale)
    return replace(control, steps=150, optimizer=Adam(learning_rate=5e-5), schedule=Constant(), average=0.99)


def pcl(scale: int = 4) -> Experiment:
    """No row of a table: L1 + PCL, the same 150 steps."""
    return with_pcl(pixel(scale))


ROWS = {
    "quickstart:pixel": Recipe(at_scale(pixel), "L1 alone, 150 steps", cost="a minute"),
    "quickstart:pcl": Recipe(at_scale(pcl), "L1 + PCL, the same", cost="two minutes", control="quickstart:pixel"),
}
"""Both halves of the demo, by name."""
