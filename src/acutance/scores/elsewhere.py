"""SR pictures that another program made, found by the names of their originals."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from acutance import images
from acutance.data import Pair, PictureSet
from acutance.data.affixes import affixes
from acutance.data.decode import is_grey
from acutance.data.labels import of_stem
from acutance.errors import PictureError, RequestError
from acutance.progress import say
from acutance.scores.opaque import check_plain, read_scored
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
        if picture.grey and not is_grey(read_scored(pair.hr, pair.white_level)):
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

    A picture's result has its name, with what programs add behind it (`ENDING`), or with what all of them have in
    common: baby_SwinIR.png and bird_SwinIR.png; a line on standard error then says so.

    Raises:
        RequestError: there is no such folder, no picture in it that belongs to one of the sets, or several of each.
    """
    found = {pictures.name: _files(folder, pictures.name) for pictures in sets}
    files = {pictures.name: _matched(found[pictures.name], pictures, scale) for pictures in sets}
    if not any(files.values()):
        wanted = ", ".join(pictures.name for pictures in sets)
        others = [path.name for each in found.values() for path in each]
        named = f"; it holds {', '.join(others[:3])}, and sought is {_first_name(sets)}.png" if others else ""
        raise RequestError(
            f"{folder} holds no result for a picture of {wanted}, in itself or in a folder of that name{named}."
        )
    return Elsewhere(folder, files, scale)


def _first_name(sets: Sequence[PictureSet]) -> str:
    return next((pair.name for pictures in sets for pair in pictures.pairs), "PICTURE")


def _files(folder: Path, set_name: str) -> list[Path]:
    inside = re.compile(rf"(?:.*[_-])?{re.escape(set_name)}", re.IGNORECASE)
    if not folder.is_dir():
        raise RequestError(f"there is no folder {folder} of results.")
    own = [path for path in sorted(folder.iterdir()) if path.is_dir() and inside.fullmatch(path.name)]
    return [path for each in own or [folder] for path in images.find(each)]


def _matched(files: Sequence[Path], pictures: PictureSet, scale: int) -> dict[str, list[Path]]:
    """Give each picture the file of its very name, then those whose names, less what programs add, are its own."""
    names = {pair.name for pair in pictures.pairs}
    plain = {_plain(name): name for name in names}
    matched: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        name = path.stem if path.stem in names else plain.get(_plain(path.stem))
        if name is not None:
            matched[name].append(path)
    return dict(matched) or _named_alike(files, names, scale)


def _named_alike(files: Sequence[Path], names: Collection[str], scale: int) -> dict[str, list[Path]]:
    """Give each picture the file whose name has before and behind its own what most of the files have.

    Raises:
        RequestError: as many files are named in one way as in another.
    """
    stems = {path.stem for path in files}
    likely = affixes(names, stems)
    scales = {each: of_stem("a".join(each)).scale for each in likely}
    of_scale = [each for each in likely if None not in scales.values() and scales[each] == scale]
    chosen = likely if len(likely) == 1 else of_scale
    if likely and len(chosen) != 1:
        ways = ", ".join(f"{before}PICTURE{behind}" for before, behind in sorted(likely))
        raise RequestError(f"results are named in several ways: {ways}; keep one of them in {files[0].parent}.")
    if not chosen:
        return {}
    before, behind = chosen[0]
    say(f"results for PICTURE are taken from {before}PICTURE{behind}, as they are named in {files[0].parent}.")
    wanted = {f"{before}{name}{behind}": name for name in names}
    matched: dict[str, list[Path]] = defaultdict(list)
    for path in (path for path in files if path.stem in wanted):
        matched[wanted[path.stem]].append(path)
    return dict(matched)


def _plain(stem: str) -> str:
    shorter = ENDING.sub("", stem)
    return stem if not shorter else shorter if shorter == stem else _plain(shorter)
