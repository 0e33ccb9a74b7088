"""What the store asks of a degradation; the room `degrade` holds the real ones."""

from typing import Protocol, runtime_checkable

from acutance.types import Image


@runtime_checkable
class Degradation(Protocol):
    """HR in [0, 1], sides a multiple of `scale`, to LR in [0, 1] on the grid of 1/255, `scale` times smaller.

    Its `repr` must name its settings and nothing else: the store decides by it whether its LR pictures still hold.
    """

    @property
    def scale(self) -> int:
        """How many times smaller LR is."""
        ...

    def __call__(self, hr: Image) -> Image:
        """Return LR."""
        ...
