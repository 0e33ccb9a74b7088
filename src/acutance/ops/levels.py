"""The 256 levels of an 8-bit picture."""

from jaxtyping import Float
from torch import Tensor


def quantise(image: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Return the image as an 8-bit file would keep it: clamped to [0, 1] and rounded to a multiple of 1/255."""
    return (image * 255).round_().clamp_(0, 255).div_(255)
