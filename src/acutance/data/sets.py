"""Named sets of pictures to measure on, such as Set5: each a folder of its own."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from acutance.data.pairs import Pair, find_pictures, paired
from acutance.errors import RequestError, unknown

VARIABLE = "ACUTANCE_DATA"


@dataclass(frozen=True)
class PictureSet:
    """A set's name and its pictures, sorted by file name; and a sentence for each name that several files share."""

    name: str
    pairs: tuple[Pair, ...]
    refused: Mapping[str, str] = field(default_factory=dict, hash=False)


def find_sets(
    root: Path | None, names: str | Iterable[str | Path], scale: int, *, strict: bool = True
) -> tuple[PictureSet, ...]:
    """Return the sets named as "Set5,Set14" or one by one; `strict` and what raises are those of `find_set`."""
    given = names.split(",") if isinstance(names, str) else map(str, names)
    wanted = [name.strip() for name in given if name.strip()]
    if not wanted:
        raise RequestError(f"no set is named in {names!r}.")
    return tuple(find_set(root, name, scale, strict=strict) for name in wanted)


def find_set(root: Path | None, name: str, scale: int, *, strict: bool = True) -> PictureSet:
    """Return the set in the folder `name` under `root` (case does not matter), or in the folder whose path `name` is.

    Its pictures lie directly in the folder, or in HR/ beside LR_bicubic/X4/ for the scale 4, as in EDSR's benchmarks.
    Without `root` the environment variable ACUTANCE_DATA says where the sets are. Unless `strict`, pictures that share
    a name are left out and told in `refused`.

    Raises:
        RequestError: no such set, no place to look for it, no picture in it, or, if `strict`, two pictures of one name.
    """
    folder = _folder(root, name)
    pairs = tuple(paired(path, scale) for path in find_pictures(folder, recursive=False))
    if not pairs:
        raise RequestError(f"there is no picture in {folder}.")
    refused = _shared_names(folder, pairs)
    if strict and refused:
        raise RequestError(next(iter(refused.values())))
    return PictureSet(folder.resolve().name, tuple(each for each in pairs if each.name not in refused), refused)


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
    return [folder for folder in folders if find_pictures(folder, recursive=False)]


def _shared_names(folder: Path, pairs: tuple[Pair, ...]) -> dict[str, str]:
    files: dict[str, list[str]] = {}
    for pair in pairs:
        files.setdefault(pair.name, []).append(pair.hr.name)
    return {
        name: f"{folder} holds more than one picture named {name!r}: {', '.join(found)}; keep one."
        for name, found in files.items()
        if len(found) > 1
    }
