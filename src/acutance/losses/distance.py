"""How far two maps are apart, on average over their values: "l1" is mean |a - b|, "l2" mean (a - b)^2."""

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from acutance.errors import unknown
from acutance.types import Scalar

Distance = Literal["l1", "l2"]
DISTANCES = {"l1": F.l1_loss, "l2": F.mse_loss}


def known(distance: Distance) -> Distance:
    """Return the name of a distance.

    Raises:
        RequestError: there is none of that name.
    """
    if distance not in DISTANCES:
        raise unknown("distance", distance, DISTANCES)
    return distance


def between(a: Tensor, b: Tensor, distance: Distance = "l1") -> Scalar:
    """Return the mean distance of two maps of one shape, in 32 bits or more."""
    return DISTANCES[distance](wide(a), wide(b))


def wide(tensor: Tensor) -> Tensor:
    """Return the tensor in 32 bits or more: small differences are more than 16 bits can tell."""
    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))
