"""Pure functions of tensors: resizing, colour, blur, gradients, frequencies, tiles; pixels to images and back."""

from acutance.ops.blur import gaussian_blur, gaussian_kernel
from acutance.ops.colour import luma
from acutance.ops.frequency import fourier_map, haar_details, haar_everywhere
from acutance.ops.gradient import gradient_map
from acutance.ops.levels import quantise
from acutance.ops.pixels import image_of, pixels_of
from acutance.ops.resize import bicubic
from acutance.ops.shift import shifted
from acutance.ops.tiles import tiled

__all__ = [
    "bicubic",
    "fourier_map",
    "gaussian_blur",
    "gaussian_kernel",
    "gradient_map",
    "haar_details",
    "haar_everywhere",
    "image_of",
    "luma",
    "pixels_of",
    "quantise",
    "shifted",
    "tiled",
]
