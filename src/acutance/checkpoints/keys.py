"""What the keys of released weights tell."""

import re

from acutance.tensors import Weights


def count(pattern: str, weights: Weights) -> int:
    """Return how many keys match a regular expression as a whole."""
    return sum(re.fullmatch(pattern, key) is not None for key in weights)


def enlargement(stages: int, scale: int | None) -> int:
    """Return the scale of nearest-neighbour stages: one leaves no trace of 2 or 3, so that `scale` decides, else 2."""
    return 3 if (stages, scale) == (1, 3) else 2**stages
