"""What a network costs to run, counted without running it."""

import torch
from torch._subclasses import FakeTensorMode
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from acutance.networks.base import Network

SIDE = 96
"""Of the LR image counted on: a multiple of every window and stride here. The count grows with the area alone."""

shapes_only = FakeTensorMode
"""`with shapes_only():` tensors have shapes and no values, so that the largest network is made and counted at once."""


def multiply_adds(network: Network) -> float:
    """Return the multiply-adds of a network on the CPU for each pixel of SR.

    Those of convolutions and matrix products, attention's included, on an LR of 96x96; normalisation, activations and
    interpolation are left out, as papers leave them out.
    """
    counter = FlopCounterMode(display=False)
    # Attention as plain matrix products, which the counter knows; the CPU's fused kernel it does not.
    with counter, torch.no_grad(), sdpa_kernel(SDPBackend.MATH):
        network(torch.zeros(1, 3, SIDE, SIDE))
    return counter.get_total_flops() / 2 / (SIDE * network.scale) ** 2
