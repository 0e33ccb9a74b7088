"""SR pictures kept, so that another metric, protocol or report does not upscale again."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from acutance import images
from acutance.errors import PictureError
from acutance.scores.scorer import Upscaler


@dataclass(frozen=True)
class Cached:
    """An upscaler that looks first whether it has made an SR picture before.

    Args:
        upscaler: makes those that are not there.
        folder: where they lie, each under the checksum of `key` and LR.
        key: all that SR depends on besides LR: the weights by their checksum, tile, ensemble, device, versions.
    """

    upscaler: Upscaler
    folder: Path
    key: str

    def __call__(self, lr: UInt8[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "H W 3"]:
        """Return SR of LR."""
        path = self.folder / f"{self._name(lr)}.png"
        kept = _read(path) if path.exists() else None
        if kept is not None:
            return kept
        sr = self.upscaler(lr)
        images.write(path, sr)
        return sr

    def _name(self, lr: UInt8[np.ndarray, "h w 3"]) -> str:
        digest = hashlib.sha256(f"{self.key} {lr.shape}".encode())
        digest.update(lr.tobytes())
        return digest.hexdigest()


def _read(path: Path) -> UInt8[np.ndarray, "H W 3"] | None:
    """Return what is kept, or None where the file is damaged; it is then made anew."""
    try:
        return np.ascontiguousarray(images.read(path).pixels)
    except PictureError:
        return None
