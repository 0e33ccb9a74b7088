"""Pure functions of tensors: resizing, colour, blur, gradients, frequencies, tiles."""

from acutance.ops.colour import luma
from acutance.ops.resize import bicubic

__all__ = ["bicubic", "luma"]
