"""Named sets of pictures to measure on, such as Set5: each a folder of its own."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from acutance.data import layout
from acutance.data.layout import Pair
from acutance.errors import RequestError, unknown

VARIABLE = "ACUTANCE_DATA"


@dataclass(frozen=True)
class PictureSet:
    """A set's name and its pictures, sorted by file name."""

    name: str
    pairs: tuple[Pair, ...]


def find_sets(root: Path | None, names: str, scale: int) -> tuple[PictureSet, ...]:
    """Return the sets named in a list such as "Set5,Set14"; raises as `find_set` does."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    if not wanted:
        raise RequestError(f"no set is named in {names!r}.")
    return tuple(find_set(root, name, scale) for name in wanted)


def find_set(root: Path | None, name: str, scale: int) -> PictureSet:
    """Return the set in the folder `name` under `root` (case does not matter), or in the folder whose path `name` is.

    Its pictures lie directly in the folder, or in HR/ beside LR_bicubic/X4/ for the scale 4, as in EDSR's benchmarks.
    Without `root` the environment variable ACUTANCE_DATA says where the sets are.

    Raises:
        RequestError: no such set, no place to look for it, no picture in it, or two pictures of one name.
    """
    folder = _folder(root, name)
    pairs = tuple(layout.pair(path, scale) for path in layout.pictures(folder, recursive=False))
    if not pairs:
        raise RequestError(f"there is no picture in {folder}.")
    _check_names(folder, pairs)
    return PictureSet(folder.resolve().name, pairs)


def _folder(root: Path | None, name: str) -> Path:
    root = root or _root_from_environment()
    under = [] if root is None else _sets_under(root)
    exact = [folder for folder in under if folder.name == name]
    alike = [folder for folder in under if folder.name.casefold() == name.casefold()]
    if exact or len(alike) == 1:
        return (exact or alike)[0]
    if Path(name).is_dir():
        return Path(name)
    if root is None:
        raise RequestError(f"where is the set {name!r}? Give the folder of the sets with --data, or in {VARIABLE}.")
    if not under:
        raise RequestError(f"there is no set {name!r}: no folder under {root} holds pictures.")
    raise unknown("set", name, (folder.name for folder in under))


def _root_from_environment() -> Path | None:
    value = os.environ.get(VARIABLE)
    return Path(value) if value else None


def _sets_under(root: Path) -> list[Path]:
    if not root.is_dir():
        raise RequestError(f"there is no folder {root} to look for sets in.")
    folders = (path for path in sorted(root.iterdir()) if path.is_dir())
    return [folder for folder in folders if layout.pictures(folder, recursive=False)]


def _check_names(folder: Path, pairs: tuple[Pair, ...]) -> None:
    twice = [name for name, count in Counter(pair.name for pair in pairs).items() if count > 1]
    if twice:
        files = ", ".join(pair.hr.name for pair in pairs if pair.name == twice[0])
        raise RequestError(f"{folder} holds more than one picture named {twice[0]!r}: {files}; keep one.")
