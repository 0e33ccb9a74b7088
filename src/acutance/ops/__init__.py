"""Pure functions of tensors: resizing, colour, blur, gradients, frequencies, tiles."""

from acutance.ops.colour import luma
from acutance.ops.frequency import fourier_map, haar_details
from acutance.ops.gradient import gradient_map
from acutance.ops.levels import quantise
from acutance.ops.resize import bicubic

__all__ = ["bicubic", "fourier_map", "gradient_map", "haar_details", "luma", "quantise"]
