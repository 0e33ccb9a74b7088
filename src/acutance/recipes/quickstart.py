"""What `acutance demo` runs: the light network that ships, trained on for a minute or two, with and without PCL.

Too short to prove anything; long enough to see every part at work.
"""

from dataclasses import replace

from acutance.experiment import Adam, Constant, Experiment
from acutance.recipes import pixel as plain
from acutance.recipes.pcl import with_pcl


def pixel(scale: int = 4) -> Experiment:
    """L1 alone, 150 steps."""
    control = plain.edsr_light(scale)
    return replace(control, steps=150, optimizer=Adam(learning_rate=5e-5), schedule=Constant(), average=0.99)


def pcl(scale: int = 4) -> Experiment:
    """L1 + PCL, the same 150 steps."""
    return with_pcl(pixel(scale))
