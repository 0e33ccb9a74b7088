"""Scores on whole pictures while a network trains, by the same protocol as `acutance evaluate`."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import UInt8

from acutance.data import PictureSet, decode
from acutance.degrade import Bicubic
from acutance.metrics import PROTOCOLS
from acutance.networks import Network
from acutance.ops import image_of, pixels_of, tiled

TILE = 192
Pixels = UInt8[np.ndarray, "_ _ 3"]


@dataclass(frozen=True)
class Validation:
    """Pictures that are scored every so many steps.

    Attributes:
        name: of the set, which stands in the curve.
        pictures: name, HR and LR of each.
        every: steps between two scores.
        protocol: how it is scored, a key of `metrics.PROTOCOLS`.
    """

    name: str
    pictures: tuple[tuple[str, Pixels, Pixels], ...]
    every: int
    protocol: str = "pcl"

    @classmethod
    def of(cls, pictures: PictureSet, scale: int, every: int) -> "Validation":
        """Decode a set; a picture that cannot be used is a PictureError now, not in the middle of the run."""
        decoded = tuple((pair.name, *decode(pair, Bicubic(scale))) for pair in pictures.pairs)
        return cls(pictures.name, decoded, every)

    def scores(self, network: Network, device: torch.device) -> Iterator[tuple[str, Pixels, dict[str, float]]]:
        """Yield each picture's name, its SR in 8 bits and its scores; the network is in evaluation mode meanwhile."""
        training = network.training
        network.eval()
        for name, hr, lr in self.pictures:
            sr = _enlarge(network, lr, device)
            yield name, sr, PROTOCOLS[self.protocol].score(sr, hr, network.scale)
        network.train(training)


@torch.inference_mode()
def _enlarge(network: Network, lr: Pixels, device: torch.device) -> Pixels:
    """Return SR of a whole picture, in tiles where the network's reach allows it: memory stays bounded."""
    image = image_of(lr).to(device)
    radius = network.receptive_radius
    sr = network(image) if radius is None else tiled(network, image, scale=network.scale, tile=TILE, overlap=radius)
    return pixels_of(sr)
