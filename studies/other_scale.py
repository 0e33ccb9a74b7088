"""Has a trained RLFN begin at another scale: its last convolution keeps what it learned, interpolated to other places.

    python studies/other_scale.py rlfn_x4.pth --scale 3 --out x3.safetensors

Of scale s the last convolution makes s x s pixels of each pixel of LR, at (i + 0.5) / s - 0.5 from its middle. Those of
another scale lie between them, so their kernels are interpolated linearly; beyond the outermost the nearest is taken.
All else stays. `rlfn-x3` began so, from RLFN's released weights for x4.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from acutance import checkpoints, networks
from acutance.networks import RLFN


def between(there: int, here: int) -> Tensor:
    """Return (here, there) shares: of the places of one scale, how much each place of the other takes."""
    places, kernels = ((np.arange(scale) + 0.5) / scale - 0.5 for scale in (here, there))
    return torch.tensor(np.stack([np.interp(places, kernels, unit) for unit in np.eye(there)], 1), dtype=torch.float32)


def at_scale(network: RLFN, scale: int) -> RLFN:
    """Return a network of another scale that begins with one's weights."""
    other = networks.create("rlfn", scale=scale)
    weights, shares = network.state_dict(), between(network.scale, scale)
    for name, tensor in other.state_dict().items():
        if weights[name].shape != tensor.shape:
            phases = weights[name].unflatten(0, (3, network.scale, network.scale))
            weights[name] = torch.einsum("ia,jb,cab...->cij...", shares, shares, phases).flatten(0, 2)
    other.load_state_dict(weights)
    return other


def main() -> None:
    """Write it."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("network")
    words.add_argument("--scale", type=int, required=True)
    words.add_argument("--out", type=Path, required=True)
    given = words.parse_args()
    network = checkpoints.load(given.network)
    if not isinstance(network, RLFN):
        raise SystemExit(f"{given.network} is no RLFN, whose last convolution a pixel shuffle alone follows.")
    checkpoints.save(given.out, at_scale(network, given.scale), {"began": f"studies/other_scale.py {given.network}"})


if __name__ == "__main__":
    main()
