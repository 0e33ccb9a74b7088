"""Smaller copies of pictures, from which a network learns what edges look like at more than one size."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from acutance import images
from acutance.data.decode import degrade
from acutance.data.depth import read
from acutance.data.discovery import find_pictures
from acutance.errors import PictureError, RequestError
from acutance.ops import bicubic
from acutance.progress import track

SMALLEST = 0.05


@dataclass(frozen=True)
class Shrunk:
    """How many pictures have all their copies, and a fault for each that has not."""

    pictures: int
    faults: tuple[PictureError, ...]


def shrink_folders(folders: Sequence[Path], factors: Sequence[float], out: Path) -> Shrunk:
    """Write `out`/FOLDER/FACTOR/NAME.png, lossless, for each picture in the folders and their subfolders.

    Args:
        folders: of pictures to train on.
        factors: shares of the size, from 0.05 to 1; 1 copies a picture as it is.
        out: where the copies go, in none of the folders.

    Raises:
        RequestError: a folder is not there, holds no picture, or shares its name with another, or a factor is no share
            of a picture's size.
        AcutanceError: a copy cannot be written.
    """
    planned = plan(folders, factors, out)
    faults: list[PictureError] = []
    for each in track(planned, "shrinking", len(planned)):
        try:
            if isinstance(each, PictureError):
                raise each
            each.write()
        except PictureError as error:
            faults.append(error)
    return Shrunk(len(planned) - len(faults), tuple(faults))


@dataclass(frozen=True)
class Copies:
    """A picture, and the file for its copy at each share of its size."""

    source: Path
    targets: Mapping[float, Path]

    def write(self) -> None:
        """Write the copies: 8 bits, lossless.

        Raises:
            PictureError: the picture cannot be read.
            AcutanceError: a copy cannot be written.
        """
        pixels = read(self.source)
        for factor, target in self.targets.items():
            images.write(target, shrink(pixels, factor))


def factors_of(text: str) -> list[float]:
    """Return the shares of a size in a text such as "1,0.75,0.5". Raises RequestError where one is no number."""
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise RequestError(f"--to {text}: name shares of the size with commas, such as 1,0.75,0.5.") from None


def plan(folders: Sequence[Path], factors: Sequence[float], out: Path) -> list[Copies | PictureError]:
    """Return what is to be made: `out`/FOLDER/FACTOR/NAME.png for each picture in the folders and their subfolders.

    Of two pictures that would have one name, the second is a PictureError.

    Raises:
        RequestError: a folder is not there, holds no picture, or shares its name with another, or a factor is no share
            of a picture's size.
    """
    _check(folders, factors, out)
    return [each for folder in folders for each in _of(folder, factors, out / folder.resolve().name)]


def shrink(pixels: UInt8[np.ndarray, "h w 3"], factor: float) -> UInt8[np.ndarray, "h2 w2 3"]:
    """Return a picture `factor` times as high and wide, by bicubic as MATLAB's; with factor 1 as it is."""
    if factor == 1:
        return pixels
    return degrade(pixels, partial(bicubic, scale=factor))


def _of(folder: Path, factors: Sequence[float], out: Path) -> Iterator[Copies | PictureError]:
    taken: dict[Path, Path] = {}
    for path in find_pictures(folder, recursive=True):
        name = path.relative_to(folder).with_suffix(".png")
        if (first := taken.setdefault(name, path)) == path:
            yield Copies(path, {factor: out / f"{factor:g}" / name for factor in factors})
        else:
            yield PictureError(path, f"its copies would have the name of those of {first.name}.")


def _check(folders: Sequence[Path], factors: Sequence[float], out: Path) -> None:
    names = [folder.resolve().name for folder in folders]
    for number, (folder, name) in enumerate(zip(folders, names, strict=True)):
        if not find_pictures(folder, recursive=True):
            raise RequestError(f"there is no picture in {folder}.")
        if name in names[:number]:
            raise RequestError(f"two folders are named {name!r}; the copies of both would lie in {out / name}.")
        if any((out / each).resolve().is_relative_to(folder.resolve()) for each in names):
            raise RequestError(f"copies in {out} would lie in {folder}, among the originals. Name another --out.")
    for factor in factors:
        if not SMALLEST <= factor <= 1:
            raise RequestError(f"cannot shrink to {factor:g} of the size: it must be between {SMALLEST} and 1.")
