"""What a network predicts beside SR, such as the gradient map of HR, on the same way through the tiles as SR."""

from collections.abc import Callable

import torch
from torch import Tensor

from acutance.errors import RequestError
from acutance.networks import Network

GRADIENT = "gradient"
"""The gradient map of HR (`ops.gradient_map`), from 0 to the root of 2.

As a picture it is written as it is: 1, which is the difference of black and white, is white, and what is above, where
black meets white across and down at once, is white too. So 8-bit values are differences in levels of HR.
"""
PROBE = 16
"""Side of the image on which a network shows what it predicts."""


def beside(network: Network, side: str, device: torch.device) -> Callable[[Tensor], Tensor]:
    """Return what makes SR with `network`, and behind its channels the three of `Prediction.side[side]`.

    Raises RequestError if the network does not predict it.
    """
    with torch.inference_mode():
        predicted = network.predict(torch.zeros(1, 3, PROBE, PROBE, device=device)).side
    if side not in predicted:
        raise RequestError(f"{network.name} predicts no {side} map; networks of SPSR do.")

    def both(lr: Tensor) -> Tensor:
        prediction = network.predict(lr)
        return torch.cat([prediction.sr, prediction.side[side]], 1)

    return both
