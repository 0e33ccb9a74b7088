"""Images moved by whole pixels, so that nothing which looks at every n-th pixel looks at the same ones twice."""

import torch
from jaxtyping import Float
from torch import Tensor

from acutance.errors import RequestError


def shifted(image: Float[Tensor, "*many h w"], down: int, across: int) -> Float[Tensor, "*many h w"]:
    """Return the image without its first `down` rows and `across` columns, its far edges reflected to the old size.

    >>> shifted(torch.tensor([[1., 2, 3], [4, 5, 6]]), 0, 1).tolist()
    [[2.0, 3.0, 2.0], [5.0, 6.0, 5.0]]

    Raises:
        RequestError: a shift is negative, or not less than the image is long.
    """
    for shift, length in zip((down, across), image.shape[-2:], strict=True):
        if not 0 <= shift < max(length, 1):
            raise RequestError(f"cannot shift an image of {image.shape[-1]}x{image.shape[-2]} pixels by {shift}.")
    return _along(_along(image, down, -2), across, -1)


def _along(image: Tensor, shift: int, axis: int) -> Tensor:
    if not shift:
        return image
    length = image.shape[axis]
    reflected = image.narrow(axis, length - 1 - shift, shift).flip(axis)
    return torch.cat([image.narrow(axis, shift, length - shift), reflected], axis)
