"""SR pictures kept, so that another metric, protocol or report does not upscale again."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from acutance import images
from acutance.errors import PictureError
from acutance.files import atomic
from acutance.scores.scorer import Upscaler

MARK = b"acutance-sha256:"
"""Stands behind the end of a PNG, before the hash of all that comes before it and of the name of the file."""
LENGTH = 64


@dataclass(frozen=True)
class Cached:
    """An upscaler that looks first whether it has made an SR picture before.

    What is kept is taken only where it is, to the bit, what was written under its name; otherwise it is made again.

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
        kept = _read(path)
        if kept is not None:
            return kept
        sr = self.upscaler(lr)
        _write(path, sr)
        return sr

    def _name(self, lr: UInt8[np.ndarray, "h w 3"]) -> str:
        digest = hashlib.sha256(f"{self.key} {lr.shape}".encode())
        digest.update(lr.tobytes())
        return digest.hexdigest()


def _read(path: Path) -> UInt8[np.ndarray, "H W 3"] | None:
    """Return what is kept; None where there is nothing, or not what was written."""
    try:
        content = path.read_bytes()
        whole = content[: -len(MARK) - LENGTH]
        if content != _marked(whole, path):
            return None
        source = images.Source.open(whole, first_frame=True, name=path.name)
        return np.ascontiguousarray(images.Picture.of(source.frames[0].planes()).pixels)
    except (OSError, PictureError):
        return None


def _write(path: Path, sr: UInt8[np.ndarray, "H W 3"]) -> None:
    """Write a picture, then its mark: where it comes to no more than the picture, that is made again."""
    images.write(path, sr)
    content = path.read_bytes()
    with atomic(path) as temporary:
        temporary.write_bytes(_marked(content, path))


def _marked(content: bytes, path: Path) -> bytes:
    return content + MARK + hashlib.sha256(path.name.encode() + content).hexdigest().encode()
