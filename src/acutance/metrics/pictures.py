"""Pictures as images in [0, 1], and back, for metrics that are taken by a network or an operator of tensors."""

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor


def image_of(picture: UInt8[np.ndarray, "h w 3"]) -> Float[Tensor, "1 3 h w"]:
    """Return a picture as an image in [0, 1]."""
    return torch.tensor(picture).permute(2, 0, 1)[None].float() / 255


def picture_of(image: Float[Tensor, "1 3 h w"]) -> UInt8[np.ndarray, "h w 3"]:
    """Return an image as a picture, rounded to 8 bits."""
    return (image[0] * 255).round().clamp(0, 255).byte().permute(1, 2, 0).contiguous().numpy()
