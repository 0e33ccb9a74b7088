"""What upscaling asks of an engine."""

from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor


@runtime_checkable
class Runner(Protocol):
    """A network in an engine: LR on the CPU in, SR on the CPU out, RGB in [0, 1], unclamped.

    Attributes:
        name: of the network, for sentences.
        scale: how many times higher and wider SR is than LR.
        receptive_radius: as that of `networks.Network`.
        device: on which it computes.
    """

    name: str
    scale: int
    receptive_radius: int | None
    device: torch.device

    def __call__(self, lr: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b c H W"]:
        """Return SR; raise RuntimeError where the memory does not hold it."""
        ...
