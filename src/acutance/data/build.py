"""Decodes pictures, once, into the two flat pixel files of a store; one picture is in memory at a time."""

import hashlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from jaxtyping import UInt8, UInt16

from acutance import images
from acutance.data.degradation import Degradation
from acutance.data.index import Entry, Index, pixels
from acutance.data.layout import Pair
from acutance.errors import PictureError
from acutance.files import atomic
from acutance.progress import track

Pixels = UInt8[np.ndarray, "h w 3"]
LowPixels = UInt8[np.ndarray, "h2 w2 3"]


def build(folder: Path, pairs: Sequence[tuple[str, Pair]], degradation: Degradation, fingerprint: str) -> None:
    """Decode named pictures into `folder`. The index is written last, so a build cut short leaves no store behind."""
    entries: list[Entry] = []
    unreadable: list[str] = []
    with (
        _writing(folder / pixels(fingerprint, "hr")) as hr_file,
        _writing(folder / pixels(fingerprint, "lr")) as lr_file,
    ):
        for name, pair in track(pairs, "decoding pictures", total=len(pairs)):
            try:
                hr, lr = decode(pair, degradation)
            except PictureError as error:
                unreadable.append(str(error))
                continue
            entries.append(_entry(name, pair.hr, hr, hr_file.tell(), lr_file.tell()))
            hr_file.write(hr.data)
            lr_file.write(lr.data)
    Index(fingerprint, tuple(entries), tuple(unreadable)).write(folder)


def decode(pair: Pair, degradation: Degradation) -> tuple[Pixels, LowPixels]:
    """Return HR, cropped at the bottom and right to a multiple of the scale, and LR from its file or from the whole HR.

    A file for LR is used where it can be read and is exactly `scale` times smaller than the cropped HR.

    Raises:
        PictureError: HR cannot be read, or is smaller than one LR pixel.
    """
    scale = degradation.scale
    whole = _read(pair.hr)
    height, width = (side // scale for side in whole.shape[:2])
    if not height or not width:
        raise PictureError(pair.hr, f"{whole.shape[1]}x{whole.shape[0]} pixels are too few for a scale of {scale}")
    hr = np.ascontiguousarray(whole[: height * scale, : width * scale])
    lr = _read_if_sized(pair.lr, (height, width, 3))
    return hr, degrade(hr, degradation) if lr is None else lr


def degrade(hr: Pixels, degradation: Degradation) -> LowPixels:
    """Return the LR picture of a whole HR picture."""
    image = torch.from_numpy(np.moveaxis(hr, 2, 0)[None].astype(np.float32, order="C") / 255)
    with torch.inference_mode():
        lr = degradation(image)[0].mul(255).round().clamp(0, 255).byte()
    return lr.permute(1, 2, 0).contiguous().numpy()


def eight_bit(pixels: UInt8[np.ndarray, "h w 3"] | UInt16[np.ndarray, "h w 3"]) -> Pixels:
    """Return the pixels with 16 bits a channel rounded to 8: v / 257, so that full white stays full white."""
    if pixels.dtype == np.uint8:
        return pixels
    return ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)


@contextmanager
def _writing(path: Path) -> Generator[BinaryIO]:
    with atomic(path) as temporary, temporary.open("wb") as file:
        yield file


def _read(path: Path) -> Pixels:
    return np.ascontiguousarray(eight_bit(images.read(path).pixels))


def _read_if_sized(path: Path | None, shape: tuple[int, int, int]) -> LowPixels | None:
    try:
        lr = None if path is None else _read(path)
    except PictureError:
        return None
    return lr if lr is not None and lr.shape == shape else None


def _entry(name: str, path: Path, hr: Pixels, hr_offset: int, lr_offset: int) -> Entry:
    height, width = hr.shape[:2]
    return Entry(name, height, width, hr_offset, lr_offset, path.stat().st_size, hashlib.sha256(hr.data).hexdigest())
