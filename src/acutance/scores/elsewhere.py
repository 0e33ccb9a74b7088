"""SR pictures that another program made, found by the names of their originals."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from acutance import images
from acutance.data import Pair, PictureSet
from acutance.errors import PictureError, RequestError
from acutance.scores.opaque import check_plain, is_grey, read_scored
from acutance.scores.scorer import Source

ENDING = re.compile(r"(?:[_-]?x[2348]|[_-][2348]x|[_-](?:sr|hr|gt|lr|out|output|result|rlt|pred))$", re.IGNORECASE)
"""What programs put behind a name: baby_x4_SR.png is the result for baby.png, and so is babyx4.png."""


@dataclass(frozen=True)
class Elsewhere:
    """The files of results by set and picture: one each, or none, or several that cannot both be meant."""

    folder: Path
    files: Mapping[str, Mapping[str, Sequence[Path]]]
    scale: int

    def begin(self) -> Source:
        """Return itself, as other sources begin by loading something."""
        return self

    def __call__(self, set_name: str, pair: Pair, lr: UInt8[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "H W 3"]:
        """Return the result for a picture.

        Raises:
            PictureError: there is none, or more than one; it cannot be read, has another size, 16 bits or alpha; or
                it is grey and its original is not.
        """
        found = self.files[set_name].get(pair.name, ())
        if len(found) > 1:
            raise PictureError(
                pair.hr, f"more than one file may be its result: {', '.join(map(str, found))}; keep one."
            )
        if not found:
            raise PictureError(pair.hr, f"there is no result for it in {self.folder}, such as {pair.name}.png.")
        picture = images.read(found[0])
        pixels = check_plain(found[0], picture)
        if picture.grey and not is_grey(read_scored(pair.hr)):
            raise PictureError(found[0], f"it is grey, and {pair.hr.name} has colours.")
        height, width = (self.scale * length for length in lr.shape[:2])
        if pixels.shape[:2] != (height, width):
            made = f"{pixels.shape[1]}x{pixels.shape[0]}"
            raise PictureError(
                found[0], f"it is {made}; x{self.scale} for {pair.hr.name} should give {width}x{height}."
            )
        return pixels


def find_results(folder: Path, sets: Sequence[PictureSet], scale: int) -> Elsewhere:
    """Return the results in a folder: in its SET/ (or such as results-SET/) where it has one, else in itself.

    Raises:
        RequestError: there is no such folder, or no picture in it.
    """
    files = {pictures.name: _matched(_files(folder, pictures.name), pictures) for pictures in sets}
    if not any(files.values()):
        wanted = ", ".join(pictures.name for pictures in sets)
        raise RequestError(
            f"{folder} holds no result for a picture of {wanted}, in itself or in a folder of that name."
        )
    return Elsewhere(folder, files, scale)


def _files(folder: Path, set_name: str) -> list[Path]:
    inside = re.compile(rf"(?:.*[_-])?{re.escape(set_name)}", re.IGNORECASE)
    if not folder.is_dir():
        raise RequestError(f"there is no folder {folder} of results.")
    own = [path for path in sorted(folder.iterdir()) if path.is_dir() and inside.fullmatch(path.name)]
    return [path for each in own or [folder] for path in images.find(each)]


def _matched(files: Sequence[Path], pictures: PictureSet) -> dict[str, list[Path]]:
    """Give each picture the file of its very name, then those whose names, less what programs add, are its own."""
    names = {pair.name for pair in pictures.pairs}
    plain = {_plain(name): name for name in names}
    matched: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        name = path.stem if path.stem in names else plain.get(_plain(path.stem))
        if name is not None:
            matched[name].append(path)
    return dict(matched)


def _plain(stem: str) -> str:
    shorter = ENDING.sub("", stem)
    return stem if not shorter else shorter if shorter == stem else _plain(shorter)
