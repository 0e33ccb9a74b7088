"""The trivial control at equal terms: pictures sharpened by the one factor that makes them as sharp as others are.

A loss that sharpens is to be held against a line of code that does, and at an equal strength: whatever is left between
the two is what the loss knows beyond sharpening.
"""

from collections.abc import Sequence
from statistics import fmean

from acutance.losses.samples import sharpen
from acutance.metrics.no_reference import sharpness
from acutance.ops import image_of, pixels_of
from acutance.report.panels import Pixels

LARGEST = 4.0
"""Factor beyond which none is looked for."""
HALVINGS = 14
"""Of the interval in which the factor lies: to 0.0002."""


def sharpened(picture: Pixels, factor: float) -> Pixels:
    """Return a picture moved away from its 3 x 3 average by a factor; 1 leaves it as it is."""
    return pixels_of(sharpen(image_of(picture), factor))


def factor_as_sharp(pictures: Sequence[Pixels], wanted: float, *, border: int) -> float | None:
    """Return the factor by which pictures are as sharp as `wanted`, in the mean; None where they are so without any.

    Args:
        pictures: RGB of 8 bits.
        wanted: the mean of `metrics.sharpness`.
        border: pixels on every side that it leaves out.
    """

    def reached(factor: float) -> float:
        return fmean(sharpness(sharpened(each, factor), border=border) for each in pictures)

    low, high = 1.0, LARGEST
    if reached(low) >= wanted:
        return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle) < wanted else (low, middle)
    return high
