"""Scores on whole pictures while a network trains, by the same protocol as `acutance evaluate`."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import UInt8

from acutance import images
from acutance.data import PictureSet
from acutance.degrade import Bicubic, crop_to_multiple
from acutance.metrics import PROTOCOLS
from acutance.networks import Network
from acutance.ops import tiled

TILE = 192
Pixels = UInt8[np.ndarray, "h w 3"]


@dataclass(frozen=True)
class Validation:
    """A set of pictures that is scored every so many steps.

    Attributes:
        pictures: the set; its name is in the curve.
        every: steps between two scores.
        protocol: how it is scored, a key of `metrics.PROTOCOLS`.
    """

    pictures: PictureSet
    every: int
    protocol: str = "pcl"

    @cached_property
    def originals(self) -> list[Pixels]:
        """The HR pictures, 8 bits."""
        pixels = [images.read(pair.hr).pixels for pair in self.pictures.pairs]
        return [
            picture if picture.dtype == np.uint8 else (picture / 257).round().astype(np.uint8) for picture in pixels
        ]

    def scores(self, network: Network, device: torch.device) -> Iterator[tuple[str, Pixels, dict[str, float]]]:
        """Yield each picture's name, its SR in 8 bits and its scores; the network is in evaluation mode meanwhile."""
        training = network.training
        network.eval()
        for pair, original in zip(self.pictures.pairs, self.originals, strict=True):
            hr = crop_to_multiple(original, network.scale)
            sr = _enlarge(network, hr, device)
            yield pair.name, sr, PROTOCOLS[self.protocol].score(sr, hr, network.scale)
        network.train(training)


@torch.inference_mode()
def _enlarge(network: Network, hr: Pixels, device: torch.device) -> Pixels:
    """Return SR of the LR made from `hr`, in tiles where the network's reach allows it: memory stays bounded."""
    image = torch.from_numpy(hr.copy()).to(device).permute(2, 0, 1)[None] / 255
    lr, radius = Bicubic(network.scale)(image), network.receptive_radius
    sr = network(lr) if radius is None else tiled(network, lr, scale=network.scale, tile=TILE, overlap=radius)
    return sr.clamp(0, 1).mul(255).round().byte()[0].permute(1, 2, 0).cpu().numpy()
