"""What `evaluate` and `compare` share: networks as upscalers."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acutance.evaluate import Upscaler


def load_upscaler(source: str | Path, *, scale: int | None, tile: int | None, device: str) -> "tuple[Upscaler, int]":
    """Return what makes SR pictures with a run folder's, a file's or a bundled network, and the scale of that network.

    Raises:
        RequestError: there is no such network, or its scale is not `scale`.
    """
    from acutance.checkpoints import load
    from acutance.upscaling import upscale
    from acutance.upscaling.device import named

    network = load(source, scale=scale, device=str(named(device)))
    return lambda lr: upscale(lr, network, tile=tile), network.scale
