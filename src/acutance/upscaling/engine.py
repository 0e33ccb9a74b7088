"""A network at work: windows of a picture go to its device and come back as SR, whatever memory there is."""

import re
from math import inf, sqrt
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from acutance.engines import Runner, Way, run_file, run_network
from acutance.engines.pytorch import home
from acutance.errors import AcutanceError, RequestError
from acutance.networks import Network
from acutance.ops.tiles import scaled, tiled
from acutance.upscaling.border import BORDER
from acutance.upscaling.device import at_work, named
from acutance.upscaling.memory import available, per_pixel
from acutance.upscaling.side import beside
from acutance.upscaling.symmetries import ensembled

GLOBAL_OVERLAP = 16
"""Overlap in LR pixels for a network that sees the whole picture, whose tiles can only be blended.

With the default network tiles of 100 are as near to the whole with it as with twice as much: 59.2 and 58.2 dB.
"""
SMALL = 64
"""Pictures up to this side take one tile without measuring anything."""
SMALLEST_TILE = 16
LARGEST_ON_CPU = 384
"""Larger tiles took up to half as long again on the CPU, measured with EDSR, whose tensors leave the caches behind."""
OTHER_CHANNELS = re.compile(r"to have \d+ channels")
"""What PyTorch says of a first layer that takes another number."""
OUT_OF_MEMORY = (
    *("out of memory", "can't allocate memory", "not enough memory", "could not create a primitive"),
    *("bad_alloc", "bad allocation", "failed to allocate memory"),
)
"""What CUDA and MPS, PyTorch on Linux, on Windows, and oneDNN, which does the CPU's convolutions, say of too little;
and OpenVINO on Linux, on Windows, and ONNX Runtime."""
BYTES_OF_A_FILE = 32 << 10
"""Taken for each pixel of LR where the network stands in a file and its layers are not known: what EDSR's 256 channels
hold at x4."""
THE_EXACT = Way("torch", "32")
SHARES = {"cpu": 0.25, "cuda": 0.6, "mps": 0.4}
"""The share of the memory left that a tile may take; the rest is for the picture, and for others."""


class Engine:
    """A network on a device, called with windows of LR on the CPU, that returns their SR on the CPU.

    A window that does not fit into the memory is cut in two until its parts fit; the result is the same.

    Attributes:
        scale: of the network.
        bands: of the pictures that it takes, 3 for RGB.
        overlap: LR pixels that a tile sees beyond its own part; the network's receptive radius by default.
        blend: whether neighbouring tiles have to be blended, as no overlap makes them equal to the whole.
        border: LR pixels that a picture is to be continued by, mirrored, before the network sees it; 0 as papers do.
        pictures: how many it makes of one, their channels one after the other: SR, and the `side` that was asked for.

    Args:
        network: a network, or an .onnx or .xml file of one.
        way: the engine and the precision; neither is auto.
    """

    def __init__(
        self,
        network: Network | Path,
        *,
        tile: int | None = None,
        overlap: int | None = None,
        ensemble: bool = False,
        border: int = BORDER,
        side: str | None = None,
        device: str | torch.device | None = None,
        way: Way = THE_EXACT,
    ) -> None:
        self._network, runner = _started(network, side, device, way)
        self._runner, self._device, self.scale = runner, runner.device, runner.scale
        self.bands = 3 if self._network is None else self._network.bands
        self._step = ensembled(runner) if ensemble else runner
        self.pictures, self.border = 1 if side is None else 2, border
        self._tile, self._need = tile, 0.0
        self._too_large, self._refusal = inf, ""
        radius = runner.receptive_radius
        self.blend = radius is None
        self.overlap = (GLOBAL_OVERLAP if radius is None else radius) if overlap is None else overlap
        if self.overlap < 0 or (tile is not None and tile < 1):
            raise RequestError(f"a tile needs at least 1 pixel and an overlap 0, not {tile} and {self.overlap}.")
        if border < 0:
            raise RequestError(f"a border needs at least 0 pixels, not {border}.")

    def tile_for(self, height: int, width: int) -> int:
        """Return the tile that was asked for, or the largest that fits into a share of the memory left.

        The network's peak is estimated as `per_pixel` bytes for each pixel of a window, that is of a tile and its
        overlaps; a picture that fits as a whole is one tile, but for large ones on the CPU, where smaller are faster.
        """
        if self._tile is not None or max(height, width) <= SMALL:
            return self._tile or SMALL
        self._need = self._need or self._measured_need()
        pixels = available(self._device) * SHARES.get(self._device.type, 0.25) / self._need
        largest = LARGEST_ON_CPU if self._device.type == "cpu" else max(height, width)
        if height * width <= pixels and max(height, width) <= largest:
            return max(height, width)
        # Where the overlaps are much of a window, a larger one that takes longer a pixel takes less in all.
        seen = largest if 6 * self.overlap <= largest else largest + 2 * self.overlap
        return max(SMALLEST_TILE, min(seen, int(sqrt(pixels))) - 2 * self.overlap)

    def __call__(self, lr: Float[Tensor, "b _c h w"]) -> Float[Tensor, "b c H W"]:
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
            return self._of_bands(scaled(self._step, lr, self.scale))
        except RuntimeError as error:
            self._refusal = str(error).partition("\n")[0]
            if OTHER_CHANNELS.search(self._refusal):
                raise RequestError(f"the network {self._runner.name} takes no RGB: {self._refusal}.") from error
            if not any(words in self._refusal.lower() for words in OUT_OF_MEMORY):
                raise
        # Only here, after the error is gone with all that its traceback held, can the memory be given back.
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        return None

    def _of_bands(self, sr: Tensor) -> Tensor:
        if sr.shape[1] != self.bands * self.pictures:
            made, has = sr.shape[1] // self.pictures, "RGB has 3" if self.bands == 3 else f"it takes {self.bands}"
            raise RequestError(f"the network {self._runner.name} makes pictures of {made} channels; {has}.")
        return sr

    def _measured_need(self) -> float:
        return BYTES_OF_A_FILE if self._network is None else per_pixel(self._network, self._device, self.bands)


def _started(
    network: Network | Path, side: str | None, device: str | torch.device | None, way: Way
) -> tuple[Network | None, Runner]:
    """Return the network at work, if it is one that we know, and the same in its engine."""
    if isinstance(network, Path):
        if side is not None:
            raise RequestError(f"a {side} map is made by networks of SPSR, not by what {network} holds.")
        return None, run_file(network, named(str(device or "auto")), way)
    place = home(network) if device is None else named(str(device))
    network = at_work(network, place)
    step = None if side is None else beside(network, side, place)
    return network, run_network(network, place, way, step)
