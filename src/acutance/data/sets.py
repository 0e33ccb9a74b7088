"""Named sets of pictures to measure on, such as Set5: each a folder of its own."""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from acutance.data.declared import MADE_HERE, NOTHING_SAID, Declared
from acutance.data.discovery import discover
from acutance.data.notice import left_out, tell
from acutance.data.pairing import UNPAIRED
from acutance.data.pairs import FILES, HERE, Pair
from acutance.data.subsets import SUBSETS
from acutance.errors import RequestError, unknown

VARIABLE = "ACUTANCE_DATA"


@dataclass(frozen=True)
class PictureSet:
    """A set's name and its pictures, sorted by file name; and a sentence for each that cannot be used, by its name."""

    name: str
    pairs: tuple[Pair, ...]
    refused: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    made: str = ""

    @property
    def lr(self) -> str:
        """Where LR comes from: "bicubic here", "files", how much from each, or by what it was `made` here."""
        if self.made:
            return self.made
        files = sum(pair.lr is not None for pair in self.pairs)
        if 0 < files < len(self.pairs):
            return f"{FILES} ({files}), {HERE} ({len(self.pairs) - files})"
        return FILES if files else HERE


def find_sets(
    root: Path | None,
    names: str | Iterable[str | Path],
    scale: int,
    *,
    strict: bool = True,
    declared: Declared = NOTHING_SAID,
) -> tuple[PictureSet, ...]:
    """Return the sets named as "Set5,Set14" or one by one; `strict`, `declared` and errors are those of `find_set`."""
    given = names.split(",") if isinstance(names, str) else map(str, names)
    wanted = [name.strip() for name in given if name.strip()]
    if not wanted:
        raise RequestError(f"no set is named in {names!r}.")
    said = [replace(declared, lr=_named(declared.for_set(Path(name).name, len(wanted)))) for name in wanted]
    return tuple(
        find_set(root, name, scale, strict=strict, declared=each) for name, each in zip(wanted, said, strict=True)
    )


def find_set(
    root: Path | None, name: str, scale: int, *, strict: bool = True, declared: Declared = NOTHING_SAID
) -> PictureSet:
    """Return the set in the folder `name` under `root` (case does not matter), or in the folder whose path `name` is.

    Its pictures lie directly in the folder, or in one such as HR/ beside LR_bicubic/X4/; `discover` says what is
    recognised, and a line on standard error what was. Without `root` the environment variable ACUTANCE_DATA says where
    the sets are. Unless `strict`, pictures that share a name or lack their LR are left out and told in `refused`.

    Args:
        root: the folder of the sets.
        name: of the set, or its path.
        scale: of the LR that is looked for; 1 for none.
        strict: whether all pictures must be of use.
        declared: what a user says of the pictures.

    Raises:
        RequestError: no such set, no place to look for it, no picture in it, it is not clear which is HR and which LR,
            or, if `strict`, a picture lacks its LR or two have one name.
    """
    part = _part(root, name)
    folder = set_folder(root, name if part is None else part.of)
    here = scale == 1 and not declared.lr and not declared.files
    found = discover(folder, scale, lr=MADE_HERE if here else declared.for_set(folder.name, 1), deep=False)
    found = found.of_files() if declared.files else found
    if not found.pairs and not found.refused:
        raise RequestError(f"there is no picture in {folder}.")
    tell(folder, found, scale)
    left_out([f"{path}: {UNPAIRED}" for path in found.orphans])
    shared = _shared_names(folder, found.pairs)
    refused = {**{path.stem: f"{path}: {reason}" for path, reason in found.refused.items()}, **shared}
    if strict and refused:
        raise RequestError(next(iter(refused.values())))
    pairs = (replace(pair, white_level=declared.white_level) for pair in found.pairs if pair.name not in shared)
    return PictureSet(folder.resolve().name, tuple(pairs), refused) if part is None else part.taken(pairs, refused)


@dataclass(frozen=True)
class _Part:
    """A set that is a part of another, in whose folder it is looked for."""

    name: str
    of: str
    pictures: Collection[str]

    def taken(self, pairs: Iterable[Pair], refused: Mapping[str, str]) -> PictureSet:
        """Return it, out of the other's pictures; those that are not there are refused."""
        mine = tuple(pair for pair in pairs if pair.name in self.pictures)
        missing = set(self.pictures) - {pair.name for pair in mine} - refused.keys()
        told = {name: f"{self.of} holds no picture {name} of {self.name}." for name in sorted(missing)}
        return PictureSet(self.name, mine, {**{key: refused[key] for key in refused if key in self.pictures}, **told})


def _part(root: Path | None, name: str) -> _Part | None:
    """Return the set of that name as a part of another; None where it has a folder of its own, or is no part."""
    known = next((each for each in SUBSETS if each.casefold() == name.casefold()), None)
    if known is None or Path(name).is_dir() or (root := root or _root_from_environment()) is None:
        return None
    folders = {path.name.casefold() for path in _folders_in(root)}
    whole, pictures = SUBSETS[known]
    return None if known.casefold() in folders or whole.casefold() not in folders else _Part(known, whole, pictures)


def _named(lr: str | None) -> tuple[str, ...]:
    return () if lr is None else (lr,)


def set_folder(root: Path | None, name: str) -> Path:
    """Return the folder of a set by its name under `root`, or by its path.

    Raises:
        RequestError: there is no such set, or no place to look for it.
    """
    root = root or _root_from_environment()
    under = [] if root is None else _folders_in(root)
    exact = [folder for folder in under if folder.name == name]
    alike = [folder for folder in under if folder.name.casefold() == name.casefold()]
    for folder in exact or (alike if len(alike) == 1 else []):
        if _has_pictures(folder):
            return folder
    if Path(name).is_dir():
        return Path(name)
    if root is None:
        raise RequestError(f"where is the set {name!r}? Give the folder of the sets with --data, or in {VARIABLE}.")
    known = [folder.name for folder in under if _has_pictures(folder)]
    if not known:
        raise RequestError(f"there is no set {name!r}: no folder under {root} holds pictures.")
    raise unknown("set", name, known)


def sets_root(test: Path | None, data: Sequence[Path]) -> Path | None:
    """Return the folder of the test sets: `test`, or else the first of `data`; None leaves it to ACUTANCE_DATA."""
    return test if test is not None or VARIABLE in os.environ else data[0]


def _root_from_environment() -> Path | None:
    value = os.environ.get(VARIABLE)
    return Path(value) if value else None


def _folders_in(root: Path) -> list[Path]:
    if not root.is_dir():
        raise RequestError(f"there is no folder {root} to look for sets in.")
    return [path for path in sorted(root.iterdir()) if path.is_dir()]


def _has_pictures(folder: Path) -> bool:
    """Whether it is a set; one in which it is not clear what is what, is one too, and says so when it is opened."""
    try:
        found = discover(folder, 1, lr=MADE_HERE, deep=False)
    except RequestError:
        return True
    return bool(found.pairs)


def _shared_names(folder: Path, pairs: Iterable[Pair]) -> dict[str, str]:
    files: dict[str, list[str]] = {}
    for pair in pairs:
        files.setdefault(pair.name, []).append(pair.hr.name)
    return {
        name: f"{folder} holds more than one picture named {name!r}: {', '.join(found)}; keep one."
        for name, found in files.items()
        if len(found) > 1
    }
