"""The degradation of the benchmarks: bicubic as in MATLAB, antialiased, saved as 8 bits."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from acutance.degrade.crop import crop_to_multiple
from acutance.errors import RequestError
from acutance.ops import bicubic, quantise


@dataclass(frozen=True)
class Bicubic:
    """Shrinks by `scale`, a whole number. Raises RequestError where there is nothing left of the image."""

    scale: int

    def __post_init__(self) -> None:
        if self.scale < 1:
            raise RequestError(f"cannot shrink by {self.scale}: the scale must be at least 1")

    def __call__(self, hr: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c h2 w2"]:
        """Crop to a multiple of the scale, shrink, and round to multiples of 1/255."""
        if min(hr.shape[-2:]) < self.scale:
            raise RequestError(f"an image of {hr.shape[-2]}x{hr.shape[-1]} pixels is too small for scale {self.scale}")
        return quantise(bicubic(crop_to_multiple(hr, self.scale), 1 / self.scale))
