"""The gradient map of SPSR, Eq. 2: M(I) = sqrt(Ix^2 + Iy^2 + 1e-6), Ix = I(x+1, y) - I(x-1, y), channel by channel."""

from typing import Literal

from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import pad

from acutance.errors import unknown

PADDINGS = {
    "zeros": (1, "constant"),
    "zeros2": (2, "constant"),
    "replicate": (1, "replicate"),
    "valid": (0, "constant"),
}
"""How wide a border, and of what, an image gets before the differences are taken."""


def gradient_map(
    image: Float[Tensor, "b c h w"], padding: Literal["zeros", "zeros2", "replicate", "valid"] = "zeros"
) -> Float[Tensor, "b c H W"]:
    """Return the length of the central difference (not halved) at every pixel, at least 1e-3.

    `padding` says what lies beyond the edge. "zeros" is what the released networks were trained with, though it draws
    a bright frame; "zeros2", one pixel larger on every side, is what their losses used; "replicate" makes no false
    edge; "valid" leaves the outermost pixels out.
    """
    if padding not in PADDINGS:
        raise unknown("padding", padding, PADDINGS)
    width, mode = PADDINGS[padding]
    bordered = pad(image, (width,) * 4, mode=mode)
    across = bordered[..., 1:-1, 2:] - bordered[..., 1:-1, :-2]
    down = bordered[..., 2:, 1:-1] - bordered[..., :-2, 1:-1]
    return (across.square() + down.square() + 1e-6).sqrt()
