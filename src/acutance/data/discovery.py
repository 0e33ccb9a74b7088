"""From a folder, and what a user says of it, to pairs of HR and LR."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from acutance.data.affixes import affixes
from acutance.data.declared import KINDS, MADE_HERE
from acutance.data.labels import of_stem
from acutance.data.layout import (
    SURELY,
    Placed,
    arrange,
    files_under,
    low_beside,
    low_under,
    only_scaled,
    role_of_root,
)
from acutance.data.pairing import Found, pair_up
from acutance.data.pairs import Pair
from acutance.errors import RequestError


def discover(folder: Path, scale: int, *, lr: Path | str | None = None, deep: bool = True) -> Found:
    """Return the pairs of a folder, by the names of its files and folders.

    Args:
        folder: with HR in it, or in folders such as HR/ or DIV2K_train_HR/; or a folder of HR beside one of LR.
        scale: how many times smaller LR is.
        lr: the folder of LR, where the names do not say it or say several; a kind of LR, such as "unknown"; or "here"
            where LR is to be made of HR although there are files.
        deep: take the pictures in subfolders too that say nothing of themselves.

    Raises:
        RequestError: there is no such folder, all of it looks like LR, or it is not clear what belongs together.
    """
    if not folder.is_dir():
        raise RequestError(f"there is no folder {folder} to take pictures from.")
    kind = None if lr is None or str(lr) == MADE_HERE else str(lr)
    low_folder = None if kind is None else _low_folder(folder, kind)
    if low_folder is not None:
        return _declared(folder, low_folder, scale)
    if kind is not None and kind not in KINDS:
        raise RequestError(f"there is no folder {lr} of LR pictures.")
    high, low = _roles(folder, scale, deep)
    found = pair_up(high, [] if str(lr) == MADE_HERE else low, scale, kind)
    if low and not high:
        raise RequestError(_looks_low(folder, low))
    if kind is not None and not found.low:
        raise RequestError(f"{folder} has no LR of the kind {kind} for x{scale}; name its folder with --lr FOLDER.")
    _check_matched(folder, found, high, "say what belongs together with --data HR --lr LR, or --lr here for no LR.")
    return found


def find_pictures(folder: Path, *, recursive: bool) -> list[Path]:
    """Return the HR pictures of a folder, sorted; those that look like LR are left out.

    Raises:
        RequestError: there is no such folder.
    """
    return [pair.hr for pair in discover(folder, 1, lr=MADE_HERE, deep=recursive).pairs]


def pair_of(file: Path, scale: int) -> Pair:
    """Return a single HR picture with its LR file, where its name or that of its folder says that it has one."""
    if of_stem(file.stem).role == "hr" or role_of_root(file.parent) == "hr":
        with suppress(RequestError):
            found = discover(file.parent, scale)
            return next((pair for pair in found.pairs if pair.hr == file), Pair(file.stem, file, None))
    return Pair(file.stem, file, None)


def looks_low(folder: Path) -> bool:
    """Whether the name of a folder, or where it stands, says that it holds LR."""
    return role_of_root(folder) == "lr"


def _roles(folder: Path, scale: int, deep: bool) -> tuple[list[Placed], list[Placed]]:
    """Return the HR files, in the order of their paths, and the LR files of every scale."""
    role = role_of_root(folder)
    beside = [each for side in low_beside(folder) for each in low_under(side)] if role == "hr" else []
    files = arrange([*files_under(folder, SURELY[role]), *beside])
    low = [each for each in files if each.role == "lr"]
    said = [each for each in files if each.role == "hr"]
    plain = [each for each in files if each.role == ""]
    plain = _not_beside(folder, plain, said) if deep else [] if said else _directly(folder, plain)
    return sorted([*only_scaled(said, scale), *plain], key=lambda each: each.path), low


def _directly(folder: Path, files: Sequence[Placed]) -> list[Placed]:
    return [each for each in files if each.path.parent == folder]


def _not_beside(root: Path, plain: Sequence[Placed], said: Sequence[Placed]) -> list[Placed]:
    """Return the files that do not lie beside HR: results, plots and whatever else a set comes with is not HR."""
    homes = {each.folder if each.by_stem else each.folder.parent for each in said}
    return [each for each in plain if not any(home in homes for home in _upwards(each.path.parent, root))]


def _upwards(folder: Path, root: Path) -> list[Path]:
    return [folder, *(each for each in folder.parents if each.is_relative_to(root))]


def _low_folder(folder: Path, lr: str) -> Path | None:
    """Return the folder that is meant: as it stands, or as a name in or beside the folder of HR."""
    places = (Path(lr), folder / lr, folder.absolute().parent / lr)
    return next((place for place in places if place.is_dir()), None)


def _declared(folder: Path, low_folder: Path, scale: int) -> Found:
    """Pair the HR of a folder with the LR of another, whatever their names say."""
    own = low_folder.resolve()
    if own == folder.resolve():
        raise RequestError(f"{folder} cannot hold HR and LR both: name two folders.")
    files = [each for each in files_under(folder) if own not in each.path.resolve().parents]
    arranged = arrange(files)
    said = [each for each in arranged if each.role == "hr"]
    high = only_scaled(said, scale) if said else [each for each in arranged if each.role == ""] or files
    low = low_under(low_folder)
    if not high or not low:
        raise RequestError(f"there is no picture in {low_folder if high else folder}.")
    named = [each for each in low if each.scale in (None, scale)]
    if not named:
        raise RequestError(f"{low_folder} holds LR for x{low[0].scale} by its name, not for x{scale}.")
    found = pair_up(*_alike(high, named), scale)
    _check_matched(folder, found, high, "name them alike.")
    return found


def _alike(high: Sequence[Placed], low: Sequence[Placed]) -> tuple[list[Placed], list[Placed]]:
    """Return the files with keys that fit: stems alone where these tell them apart, without what all LR have more."""
    names, stems = [each.key[-1] for each in high], [each.key[-1] for each in low]
    if len({*names}) < len(names):
        return [*high], [*low]
    if not {*names} & {*stems}:
        before, behind = next(iter(affixes(names, stems)), ("", ""))
        stems = [stem.removeprefix(before).removesuffix(behind) for stem in stems]
    keyed = [replace(each, key=(stem,), kind="") for each, stem in zip(low, stems, strict=True)]
    return [replace(each, key=(name,)) for each, name in zip(high, names, strict=True)], keyed


def _check_matched(folder: Path, found: Found, high: Sequence[Placed], advice: str) -> None:
    """Refuse folders of LR of which none belongs to an HR; single files that look like LR are only left out."""
    apart = [path for path in found.orphans if path.parent not in {one.path.parent for one in high}]
    if apart and not found.low and not found.refused:
        raise RequestError(
            f"{folder}: by its name the LR {apart[0]} belongs to no HR, such as {high[0].path}; {advice}"
        )


def _looks_low(folder: Path, low: Sequence[Placed]) -> str:
    return (
        f"{folder} looks like LR, such as {low[0].path}, and is not trained or measured on as HR: "
        "name the folder of HR with --data, and this one with --lr."
    )
