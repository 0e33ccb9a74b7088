"""The self-ensemble of EDSR+ (Lim et al., 2017, section 4.4): the mean over the eight symmetries of a square."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

Network = Callable[[Tensor], Tensor]


def ensembled(network: Network) -> Network:
    """Return the network that shows `network` its image in all eight symmetries and averages what it makes of them."""

    def mean(lr: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c H W"]:
        turns = [(quarters, mirrored) for quarters in range(4) for mirrored in (False, True)]
        first, *others = (_back(network(_turned(lr, *turn)), *turn) for turn in turns)
        return sum(others, start=first) / len(turns)

    return mean


def _turned(image: Tensor, quarters: int, mirrored: bool) -> Tensor:
    return torch.rot90(image.flip(-1) if mirrored else image, quarters, (-2, -1))


def _back(image: Tensor, quarters: int, mirrored: bool) -> Tensor:
    image = torch.rot90(image, -quarters, (-2, -1))
    return image.flip(-1) if mirrored else image
