"""A store of pictures of any number of bands, in memory as floats: HR from TIFF or .npy, LR made of it by bicubic."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float32, Int

from acutance import images
from acutance.data.notice import left_out
from acutance.errors import PictureError, RequestError
from acutance.images.multiband import SUFFIXES, read_bands
from acutance.ops import bicubic
from acutance.progress import track

Planes = Float32[np.ndarray, "_ _ _"]


@dataclass(frozen=True)
class _Entry:
    name: str
    hr: Planes
    lr: Planes
    sha256: str
    size: int


class BandStore:
    """Pictures of a number of bands and their LR, numbered from 0, as `Store` has RGB.

    Attributes:
        scale: how many times smaller LR is.
        bands: of each picture.
        names: the file of each, relative to its folder.
        sizes: height and width of each HR picture, multiples of the scale.
        white, kind: the value of white, and the kind of number.
        skipped: a sentence for each picture that was left out.

    Args:
        folders: of .npy and TIFF files, and their subfolders.
        scale: of LR.
        bands: that every picture has to have.
        minimum: shortest side in HR pixels of what is taken.
        white_level: the value of white in integers, where that is not their largest.

    Raises:
        RequestError: a folder is not there, or no picture in it can be used.
    """

    white, kind = 1, np.float32

    def __init__(
        self, folders: Sequence[Path], scale: int, bands: int, minimum: int = 0, white_level: int | None = None
    ) -> None:
        self.scale, self.bands = scale, bands
        skipped: list[str] = []
        entries: list[_Entry] = []
        files = [(folder, path) for folder in folders for path in files_of_bands(folder)]
        for folder, path in track(files, "reading bands", len(files)):
            try:
                entries.append(_entry(path, path.relative_to(folder).as_posix(), scale, bands, minimum, white_level))
            except PictureError as error:
                skipped.append(str(error))
        if not entries:
            raise RequestError(
                f"no picture of {bands} bands in {', '.join(map(str, folders))} can be trained on"
                + (f": {skipped[0]}" if skipped else f"; they are {', '.join(SUFFIXES)} files.")
            )
        left_out(skipped)
        self.skipped = tuple(skipped)
        self._entries = entries
        self.names = [entry.name for entry in entries]
        self.sizes: Int[np.ndarray, "n 2"] = np.array([entry.hr.shape[:2] for entry in entries])

    def __len__(self) -> int:
        return len(self._entries)

    def hr(self, number: int) -> Planes:
        """Return an HR picture."""
        return self._entries[number].hr

    def lr(self, number: int) -> Planes:
        """Return an LR picture."""
        return self._entries[number].lr

    def manifest(self) -> list[dict[str, object]]:
        """Return each picture's name, the bytes of its file and the SHA-256 of its HR values."""
        return [{"name": each.name, "bytes": each.size, "sha256": each.sha256} for each in self._entries]


def reduced(hr: Planes, scale: int) -> Planes:
    """Return LR by bicubic reduction, not rounded; HR's size is a multiple of the scale."""
    if scale == 1:
        return hr
    image = torch.from_numpy(hr).permute(2, 0, 1)[None]
    return bicubic(image, 1 / scale)[0].permute(1, 2, 0).clamp(0, 1).numpy()


def files_of_bands(folder: Path) -> list[Path]:
    """Return the .npy and TIFF files in a folder and its subfolders.

    Raises:
        RequestError: there is no such folder.
    """
    return images.find(folder, recursive=True, suffixes=SUFFIXES)


def _entry(path: Path, name: str, scale: int, bands: int, minimum: int, white_level: int | None) -> _Entry:
    whole = read_bands(path, white_level)
    if whole.shape[2] != bands:
        raise PictureError(path, f"it has {whole.shape[2]} bands, and the network takes {bands}.")
    height, width = (side - side % scale for side in whole.shape[:2])
    if min(height, width) < max(minimum, scale):
        raise PictureError(path, f"{whole.shape[1]}x{whole.shape[0]} pixels are too few for patches of {minimum}.")
    hr = np.ascontiguousarray(whole[:height, :width])
    return _Entry(name, hr, reduced(hr, scale), hashlib.sha256(hr.data).hexdigest(), path.stat().st_size)
