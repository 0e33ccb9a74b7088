"""A network at work: windows of a picture go to its device and come back as SR, whatever memory there is."""

from math import inf, sqrt

import torch
from jaxtyping import Float
from torch import Tensor

from acutance.errors import AcutanceError, RequestError
from acutance.networks import Network
from acutance.ops.tiles import scaled, tiled
from acutance.upscaling.device import at_work, home, named
from acutance.upscaling.memory import available, per_pixel
from acutance.upscaling.side import beside
from acutance.upscaling.symmetries import ensembled

GLOBAL_OVERLAP = 32
"""Overlap in LR pixels for a network that sees the whole picture, whose tiles can only be blended."""
SMALL = 64
"""Pictures up to this side take one tile without measuring anything."""
SMALLEST_TILE = 16
LARGEST_ON_CPU = 384
"""Larger tiles took up to half as long again on the CPU, measured with EDSR, whose tensors leave the caches behind."""
OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "could not create a primitive")
"""What CUDA and MPS, PyTorch on Linux, on Windows, and oneDNN, which does the CPU's convolutions, say of too little."""
SHARES = {"cpu": 0.25, "cuda": 0.6, "mps": 0.4}
"""The share of the memory left that a tile may take; the rest is for the picture, and for others."""


class Engine:
    """A network on a device, called with windows of LR on the CPU, that returns their SR on the CPU.

    A window that does not fit into the memory is cut in two until its parts fit; the result is the same.

    Attributes:
        scale: of the network.
        overlap: LR pixels that a tile sees beyond its own part; the network's receptive radius by default.
        blend: whether neighbouring tiles have to be blended, as no overlap makes them equal to the whole.
        pictures: how many it makes of one, their channels one after the other: SR, and the `side` that was asked for.
    """

    def __init__(
        self,
        network: Network,
        *,
        tile: int | None = None,
        overlap: int | None = None,
        ensemble: bool = False,
        side: str | None = None,
        device: str | torch.device | None = None,
    ) -> None:
        self._device = home(network) if device is None else named(str(device))
        self._network = at_work(network, self._device)
        step = self._network if side is None else beside(self._network, side, self._device)
        self._step = ensembled(step) if ensemble else step
        self.pictures = 1 if side is None else 2
        self._tile, self._need = tile, 0.0
        self._too_large, self._refusal = inf, ""
        self.scale = network.scale
        radius = network.receptive_radius
        self.blend = radius is None
        self.overlap = (GLOBAL_OVERLAP if radius is None else radius) if overlap is None else overlap
        if self.overlap < 0 or (tile is not None and tile < 1):
            raise RequestError(f"a tile needs at least 1 pixel and an overlap 0, not {tile} and {self.overlap}.")

    def tile_for(self, height: int, width: int) -> int:
        """Return the tile that was asked for, or the largest that fits into a share of the memory left.

        The network's peak is estimated as `per_pixel` bytes for each pixel of a window, that is of a tile and its
        overlaps; a picture that fits as a whole is one tile, but for large ones on the CPU, where smaller are faster.
        """
        if self._tile is not None or max(height, width) <= SMALL:
            return self._tile or SMALL
        self._need = self._need or per_pixel(self._network, self._device)
        pixels = available(self._device) * SHARES.get(self._device.type, 0.25) / self._need
        largest = LARGEST_ON_CPU if self._device.type == "cpu" else max(height, width)
        if height * width <= pixels:
            return min(largest, max(height, width))
        return min(largest, max(SMALLEST_TILE, int(sqrt(pixels)) - 2 * self.overlap))

    def __call__(self, lr: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b c H W"]:
        """Return SR, on the CPU; raise AcutanceError where even a small window does not fit into the memory."""
        height, width = lr.shape[-2:]
        if height * width < self._too_large:
            sr = self._attempt(lr)
            if sr is not None:
                return sr
            self._too_large = height * width
        longest = max(height, width)
        if longest <= 2 * max(self.overlap, SMALLEST_TILE):
            tile = f"{width}x{height} pixels"
            raise AcutanceError(f"out of memory: {self._device} cannot take a tile of {tile} ({self._refusal}).")
        return tiled(self, lr, scale=self.scale, tile=(longest + 1) // 2, overlap=self.overlap)

    @torch.inference_mode()
    def _attempt(self, lr: Tensor) -> Tensor | None:
        """Return SR, or None where the memory does not hold it."""
        try:
            seen = lr.to(self._device).contiguous(memory_format=torch.channels_last)
            return scaled(self._step, seen, self.scale).float().cpu()
        except RuntimeError as error:
            self._refusal = str(error).partition("\n")[0]
            if not any(words in self._refusal.lower() for words in OUT_OF_MEMORY):
                raise
        # Only here, after the error is gone with all that its traceback held, can the memory be given back.
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        return None
