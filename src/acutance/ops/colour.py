"""Colour conversions of tensors."""

from jaxtyping import Float
from torch import Tensor


def luma(image: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b 1 h w"]:
    """Return Y of ITU-R BT.601 in studio swing, as MATLAB's `rgb2ycbcr`, unrounded: [16/255, 235/255] from [0, 1]."""
    weights = image.new_tensor([65.481, 128.553, 24.966]).view(1, 3, 1, 1)
    return ((weights * image).sum(1, keepdim=True) + 16) / 255
