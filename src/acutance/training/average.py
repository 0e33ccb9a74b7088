"""A running average of the weights, which scores a little better than the last weights do."""

import copy
from typing import Any

import torch

from acutance.networks import Network


class Average:
    """An exponential average of a network's weights; the weights themselves where `decay` is None.

    The average of n updates uses min(decay, (1 + n) / (10 + n)), so that it does not cling to the start of the run.
    """

    def __init__(self, network: Network, decay: float | None) -> None:
        self.decay = decay
        self.source = network
        self.network: Network = network if decay is None else copy.deepcopy(network).requires_grad_(False)

    @torch.no_grad()
    def update(self, updates: int) -> None:
        """Move the average towards the weights; this is the update of that number, from 1."""
        if self.decay is None:
            return
        decay = min(self.decay, (1 + updates) / (10 + updates))
        for average, current in zip(self.network.parameters(), self.source.parameters(), strict=True):
            average.lerp_(current, 1 - decay)
        for average, current in zip(self.network.buffers(), self.source.buffers(), strict=True):
            average.copy_(current)

    def state_dict(self) -> dict[str, Any]:
        """Return the averaged weights; none where they are the network's own."""
        return {"network": {} if self.decay is None else self.network.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        if self.decay is not None:
            self.network.load_state_dict(state["network"])
