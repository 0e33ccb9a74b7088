"""What holds for every picture of many."""

from dataclasses import dataclass, field

from acutance.images import Output
from acutance.images.source import MOST_PIXELS


@dataclass(frozen=True)
class Rules:
    """What is asked for beside the size.

    Attributes:
        name: the pattern of results' names (`naming`); by default "{stem}" in a folder of results, and "{stem}_x4" (or
            whatever size was asked for) beside the input.
        output: how they are written.
        gradients: whether the gradient map that the network predicts is written beside each.
        first_frame: take only the first frame or page of a file.
        most_pixels: that an input may have, all its frames together.
        skip_existing: leave alone what is done: a whole file of the size that would be made, newer than its input.
        overwrite: write anew what is there; without, that costs the picture.
    """

    name: str | None = None
    output: Output = field(default_factory=Output)
    gradients: bool = False
    first_frame: bool = False
    most_pixels: int = MOST_PIXELS
    skip_existing: bool = False
    overwrite: bool = False
