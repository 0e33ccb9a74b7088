"""A running average of the weights, which scores a little better than the last weights do."""

import copy
from typing import Any

import torch

from acutance.networks import Network
from acutance.optimizers import averaged


class Average:
    """An exponential average of a network's weights; the weights themselves where `decay` is None.

    The average of n updates uses min(decay, (1 + n) / (10 + n)), so that it does not cling to the start of the run.
    Where an optimizer is given, which keeps an average of its own, it is that one.
    """

    def __init__(self, network: Network, decay: float | None, keeper: torch.optim.Optimizer | None = None) -> None:
        self.decay, self.keeper = decay, keeper
        self.source = network
        apart = decay is not None or keeper is not None
        self.network: Network = copy.deepcopy(network).requires_grad_(False) if apart else network

    @torch.no_grad()
    def update(self, updates: int) -> None:
        """Move the average towards the weights; this is the update of that number, from 1."""
        if self.network is self.source:
            return
        for average, current in zip(self.network.parameters(), self.source.parameters(), strict=True):
            if self.keeper is not None:
                average.copy_(averaged(self.keeper, current))
            elif self.decay is not None:
                average.lerp_(current, 1 - min(self.decay, (1 + updates) / (10 + updates)))
        for average, current in zip(self.network.buffers(), self.source.buffers(), strict=True):
            average.copy_(current)

    def state_dict(self) -> dict[str, Any]:
        """Return the averaged weights; none where they are the network's own."""
        return {"network": {} if self.network is self.source else self.network.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        if self.network is not self.source:
            self.network.load_state_dict(state["network"])
