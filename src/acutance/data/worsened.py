"""LR of given pictures, written as files: what a network would see, and test sets that are the same for everyone."""

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, UInt8

from acutance import images
from acutance.data.decode import cropped, decode_files
from acutance.data.depth import read
from acutance.data.discovery import discover, find_pictures
from acutance.data.pairs import Pair
from acutance.data.sets import PictureSet
from acutance.errors import PictureError, RequestError
from acutance.progress import track

Pixels = UInt8[np.ndarray, "_ _ 3"]

SHOWN, DRAWN, SIDE = 4, 3, 256
"""Pictures on the sheet, draws of each, and the HR pixels of a crop."""


@runtime_checkable
class RandomDegradation(Protocol):
    """HR, (h, w, 3) in [0, 1], and a seed to LR of the same range; the room `degrade` holds the real ones."""

    @property
    def scale(self) -> int:
        """How many times smaller LR is."""
        ...

    @property
    def margin(self) -> int:
        """LR pixels around a patch that its filters reach, about."""
        ...

    def __call__(self, hr: Float[np.ndarray, "h w c"], random: Sequence[int], /) -> Float[np.ndarray, "h2 w2 c"]:
        """Return LR."""
        ...


@runtime_checkable
class Files(Protocol):
    """LR is a file, and nothing makes it; the room `degrade` holds the real one, `Paired`."""

    @property
    def scale(self) -> int:
        """How many times smaller LR is."""
        ...

    @property
    def lr(self) -> str:
        """The folder of LR, or its kind; empty where names say it."""
        ...


@dataclass(frozen=True)
class Worsened:
    """How many pictures have their LR, and a fault for each that has not."""

    pictures: int
    faults: tuple[PictureError, ...]


def degrade_files(
    paths: Sequence[Path], degradation: RandomDegradation | Files, out: Path, *, seed: int = 0, show: bool = False
) -> Worsened:
    """Write `out`/NAME.png, LR of each picture in 8 bits, lossless.

    What is drawn for a picture depends on the seed and its name alone, not on what else is there. LR of `Files` is
    written as it is read, which shows what belongs together.

    Args:
        paths: pictures, and folders of them with their subfolders.
        degradation: HR to LR; HR is cut at the bottom and right to a multiple of its scale.
        out: where they go.
        seed: any whole number from 0 on.
        show: also write `out`/show.png: crops of the first pictures beside several draws of each, pixels repeated.

    Raises:
        RequestError: there is nothing to read, two pictures have one name, LR would take the place of an original, or
            the seed is negative.
        AcutanceError: a file cannot be written.
    """
    faults: list[PictureError] = []
    named = _named(paths, degradation, out, seed, faults)
    _refuse_originals(named, out, show)
    written = 0
    for name, pair in track(named.items(), "degrading", len(named)):
        try:
            _, lr = _decoded(pair, degradation, [seed, *_digits(name)])
        except PictureError as error:
            faults.append(error)
            continue
        images.write(out / f"{name}.png", lr)
        written += 1
    if show:
        images.write(out / "show.png", _sheet(list(named.items())[:SHOWN], degradation, seed))
    return Worsened(written, tuple(faults))


def lr_of(name: str, hr: Pixels, degradation: RandomDegradation, seed: int = 0) -> Pixels:
    """Return LR of a picture whose size is a multiple of the scale, as `degrade_files` writes it under that name."""
    return _lr(hr, degradation, [seed, *_digits(name)])


def worsened_set(pictures: PictureSet, degradation: RandomDegradation, name: str, folder: Path) -> PictureSet:
    """Return a set with LR that a degradation made, the same for everyone: files in `folder`/SET.

    What it is called stands behind the set's name: CBSD68-noise25. Pictures that cannot be read keep their place, and
    are told when they are scored.

    Raises:
        AcutanceError: a file cannot be written.
    """
    called = f"{pictures.name}-{name.replace(':', '')}"
    pairs: list[Pair] = []
    for pair in track(pictures.pairs, f"degrading {pictures.name}", len(pictures.pairs)):
        lr = folder / called / f"{pair.name}.png"
        try:
            images.write(lr, lr_of(pair.name, _hr(pair.hr, degradation.scale, pair.white_level), degradation))
        except PictureError:
            pairs.append(replace(pair, lr=None))
        else:
            pairs.append(replace(pair, lr=lr))
    return replace(pictures, name=called, pairs=tuple(pairs), made=repr(degradation))


def _named(
    paths: Sequence[Path],
    degradation: RandomDegradation | Files,
    out: Path,
    seed: int,
    faults: list[PictureError],
) -> dict[str, Pair]:
    """Return the pictures by the names that their LR will have; those that lack a file of LR or HR are `faults`."""
    if seed < 0:
        raise RequestError(f"the seed is {seed}; it must not be negative.")
    named: dict[str, Pair] = {}
    for given in paths:
        if given.is_dir() and out.resolve().is_relative_to(given.resolve()):
            raise RequestError(f"LR in {out} would lie in {given}, among the originals. Name another --out.")
        for name, pair in _found(given, degradation, faults):
            if (first := named.setdefault(name, pair)) != pair:
                raise RequestError(f"LR of {pair.hr} would have the name of that of {first.hr}: {out / name}.png.")
    if not named and not faults:
        raise RequestError(f"there is no picture in {', '.join(map(str, paths))}.")
    return named


def _found(
    given: Path, degradation: RandomDegradation | Files, faults: list[PictureError]
) -> Iterator[tuple[str, Pair]]:
    """Yield the pictures of a folder, or the one that a path is, with their names."""
    folder = given if given.is_dir() else given.parent
    if isinstance(degradation, RandomDegradation):
        pairs = [Pair(path.stem, path, None) for path in _files(given)]
    else:
        found = discover(folder, degradation.scale, lr=degradation.lr or None).of_files()
        faults += [PictureError(path, why) for path, why in found.unused_files.items() if given in (folder, path)]
        pairs = [*found.pairs]
    several = Counter(pair.hr for pair in pairs)
    for pair in pairs:
        if given in (folder, pair.hr):
            stem = pair.name if several[pair.hr] > 1 else pair.hr.stem
            yield pair.hr.relative_to(folder).with_name(stem).as_posix(), pair


def _files(given: Path) -> list[Path]:
    return find_pictures(given, recursive=True) if given.is_dir() else [given]


def _refuse_originals(named: Mapping[str, Pair], out: Path, show: bool) -> None:
    originals = {file.resolve() for pair in named.values() for file in (pair.hr, pair.lr) if file}
    for name in [*named, *(["show"] if show else [])]:
        if (out / f"{name}.png").resolve() in originals:
            raise RequestError(f"{out / name}.png is an original, and LR would take its place; name another --out.")
    if show and "show" in named:
        raise RequestError(f"{named['show'].hr} has the name of the sheet of --show; leave --show out, or rename it.")


def _decoded(pair: Pair, degradation: RandomDegradation | Files, seed: Sequence[int]) -> tuple[Pixels, Pixels]:
    """Return HR and LR."""
    if not isinstance(degradation, RandomDegradation):
        return decode_files(pair, degradation.scale)
    hr = _hr(pair.hr, degradation.scale)
    return hr, _lr(hr, degradation, seed)


def _hr(path: Path, scale: int, white_level: int | None = None) -> Pixels:
    return cropped(path, read(path, white_level), scale)


def _lr(hr: Pixels, degradation: RandomDegradation, seed: Sequence[int]) -> Pixels:
    return np.rint(degradation(hr.astype(np.float32) / 255, seed) * 255).astype(np.uint8)


def _digits(name: str, draw: int = 0) -> tuple[int, int]:
    """Return what tells a picture's random numbers from another's, whatever the machine."""
    return zlib.crc32(name.encode(errors="surrogateescape")), draw


def _sheet(named: Sequence[tuple[str, Pair]], degradation: RandomDegradation | Files, seed: int) -> Pixels:
    """Return a row a picture: a crop of it, then draws, of which the first is what was written; one of files."""
    rows: list[Pixels] = []
    for name, pair in named:
        try:
            draws = range(DRAWN if isinstance(degradation, RandomDegradation) else 1)
            decoded = [_decoded(pair, degradation, [seed, *_digits(name, draw)]) for draw in draws]
        except PictureError:
            continue
        enlarged = [lr.repeat(degradation.scale, 0).repeat(degradation.scale, 1) for _, lr in decoded]
        rows.append(np.concatenate([_crop(each) for each in (decoded[0][0], *enlarged)], axis=1))
    return np.concatenate(rows) if rows else np.zeros((1, 1, 3), np.uint8)


def _crop(pixels: Pixels) -> Pixels:
    """Return the middle, SIDE pixels high and wide, with white where there is nothing."""
    crop = np.full((SIDE, SIDE, 3), 255, np.uint8)
    top, left = (max(0, (side - SIDE) // 2) for side in pixels.shape[:2])
    part = pixels[top : top + SIDE, left : left + SIDE]
    crop[: part.shape[0], : part.shape[1]] = part
    return crop
