"""Pictures of any number of bands through a network that takes as many."""

import numpy as np
import torch
from jaxtyping import Float32

from acutance.engines.pytorch import home
from acutance.errors import RequestError
from acutance.networks import Network
from acutance.ops import tiled

Planes = Float32[np.ndarray, "_ _ _"]
TILE = 192
"""LR pixels a side of a tile, where tiles join without a seam."""


@torch.inference_mode()
def upscale_bands(planes: Planes, network: Network) -> Planes:
    """Return SR (h, w, bands) in [0, 1]; a network that looks at the whole picture is given it whole.

    Raises:
        RequestError: the picture has other bands than the network takes.
    """
    if planes.shape[2] != network.bands:
        raise RequestError(f"{network.name} takes {network.bands} bands, and the picture has {planes.shape[2]}.")
    image = torch.from_numpy(np.ascontiguousarray(planes)).permute(2, 0, 1)[None].to(home(network))
    radius = network.receptive_radius
    sr = network(image) if radius is None else tiled(network, image, scale=network.scale, tile=TILE, overlap=radius)
    return sr[0].clamp(0, 1).permute(1, 2, 0).float().cpu().numpy()
