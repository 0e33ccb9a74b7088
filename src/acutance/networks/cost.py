"""What a network costs to run, counted without running it.

`python -m acutance.networks.cost` counts every design again and writes `costs.json`, which `acutance.catalogue` reads.
"""

from dataclasses import replace
from typing import Any

import torch
from torch._subclasses import FakeTensorMode
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from acutance.catalogue import COSTS
from acutance.errors import RequestError
from acutance.files import write_json
from acutance.networks import NETWORKS, Network, create
from acutance.networks.blocks import RESTORING

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


def scales_of(name: str) -> list[int]:
    """Return the scales at which a design can be made."""

    def exists(scale: int) -> bool:
        try:
            replace(NETWORKS[name].config, scale=scale)
        except RequestError:
            return False
        return True

    return [scale for scale in RESTORING if exists(scale)]


def count(name: str, scales: list[int] | None = None, **config: Any) -> dict[str, Any]:
    """Return a design's row of `costs.json`: parameters and multiply-adds by scale, how its tiles join, its paper."""
    with shapes_only():
        made = {str(scale): create(name, scale=scale, **config).eval() for scale in scales or scales_of(name)}
        some = next(iter(made.values()))
        return {
            "paper": some.paper,
            "exact_tiles": some.receptive_radius is not None,
            "parameters": {scale: network.size() for scale, network in made.items()},
            "multiply_adds_per_sr_pixel": {scale: multiply_adds(network) for scale, network in made.items()},
        }


if __name__ == "__main__":
    write_json(COSTS, {name: count(name) for name in NETWORKS})
