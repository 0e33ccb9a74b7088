"""HR and LR files become pairs: by what their names share, and never by guessing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from acutance.data.layout import Placed
from acutance.data.pairs import Pair
from acutance.errors import RequestError

UNPAIRED = "it looks like LR, and there is no HR for it."
BARE = "there is no LR file for it, and none is to be made."


@dataclass(frozen=True)
class Found:
    """What was found in a folder.

    Attributes:
        pairs: of HR and LR, or of HR alone where the set has no LR for the scale; sorted by the file of HR.
        refused: why an HR cannot be used, by its file: it alone has no LR, or more than one.
        orphans: the LR files without HR.
        low: the folders that the LR files used are in.
        unused: folders of LR of other kinds or for other scales.
    """

    pairs: tuple[Pair, ...] = ()
    refused: Mapping[Path, str] = field(default_factory=dict[Path, str])
    orphans: tuple[Path, ...] = ()
    low: tuple[Path, ...] = ()
    unused: tuple[Path, ...] = ()

    @property
    def unused_files(self) -> dict[Path, str]:
        """Why a file is not used: HR that is refused, and LR without HR."""
        return {**self.refused, **dict.fromkeys(self.orphans, UNPAIRED)}

    def of_files(self) -> "Found":
        """Return the same where LR has to be a file: HR without one is refused."""
        bare = {pair.hr: BARE for pair in self.pairs if pair.lr is None}
        return replace(self, pairs=tuple(pair for pair in self.pairs if pair.lr), refused={**self.refused, **bare})


def pair_up(high: Sequence[Placed], low: Iterable[Placed], scale: int, kind: str | None = None) -> Found:
    """Pair HR files with those of their LR that are for `scale`, or do not say for which.

    Args:
        high: HR files.
        low: LR files of every scale and kind.
        scale: how many times smaller LR is; at 1, that of LR for one other scale which has the size of HR all the same.
        kind: which to take where there are several, such as "unknown"; bicubic by default.

    Raises:
        RequestError: it is not clear which LR is meant, or no LR belongs to an HR by its name.
    """
    every = list(low)
    fitting = [each for each in every if each.scale in (None, scale)]
    if scale == 1 and not fitting and len({each.scale for each in every}) == 1:
        fitting = every  # RealSR's LR says for which scale it was taken, and has the size of its HR all the same
    matched = {one: _surest(files) for one, files in _matched(high, fitting).items()}
    matched = _without_strays(matched)
    kinds = _kinds(matched, kind)
    named = Counter(one.key for one in high)
    pairs: list[Pair] = []
    refused: dict[Path, str] = {}
    for one in high:
        found = _narrowed([each for each in matched[one] if each.kind == kinds.get(one.key[:-1])], scale)
        if reason := _unclear(one, found, named[one.key] > 1, one.key[:-1] in kinds):
            refused[one.path] = reason
        else:
            pairs += _pairs(one, found)
    used = {pair.lr for pair in pairs if pair.lr is not None}
    belong = {each.path for files in matched.values() for each in files}
    orphans = tuple(each.path for each in fitting if each.path not in belong)
    folders = dict.fromkeys(each.path.parent for each in every if each.path in used)
    unused = dict.fromkeys(each.path.parent for each in every if each.path not in used | {*orphans})
    return Found(tuple(pairs), refused, orphans, (*folders,), tuple(each for each in unused if each not in folders))


def _matched(high: Sequence[Placed], low: Sequence[Placed]) -> dict[Placed, list[Placed]]:
    """Return the LR files of each HR: of the same key; else of the same stem, in folders of which one names more."""
    of_key: dict[tuple[str, ...], list[Placed]] = {}
    for each in low:
        of_key.setdefault(each.key, []).append(each)
    matched = {one: of_key.get(one.key, []) for one in high}
    taken = {one.key for one in high}
    left = [each for each in low if each.key not in taken]
    if left:
        by_stem: dict[str, list[Placed]] = {}
        for one in high:
            if not matched[one]:
                by_stem.setdefault(one.key[-1], []).append(one)
        for each in left:
            near = [one for one in by_stem.get(each.key[-1], []) if _is_near(one, each)]
            if len(near) == 1:
                matched[near[0]] = [*matched[near[0]], each]
    return matched


def _surest(found: list[Placed]) -> list[Placed]:
    """Return those that are surely LR, where any is: img_001_LR.png, and not img_001_bicubic.png beside it."""
    return [each for each in found if each.sure] or found


def _without_strays(matched: Mapping[Placed, list[Placed]]) -> dict[Placed, list[Placed]]:
    """Return the same without a photo_x4.jpg beside photo.jpg, unless every picture there has one."""

    def strays(one: Placed) -> bool:
        found = matched[one]
        return bool(found) and all(not each.sure and each.path.parent == one.path.parent for each in found)

    lacking = {one.path.parent for one in matched if not matched[one]}
    return {one: [] if strays(one) and one.path.parent in lacking else found for one, found in matched.items()}


def _is_near(one: Placed, other: Placed) -> bool:
    mine, theirs = {*one.key[:-1]}, {*other.key[:-1]}
    return mine <= theirs or theirs <= mine


def _kinds(matched: Mapping[Placed, Sequence[Placed]], wanted: str | None) -> dict[tuple[str, ...], str]:
    """Return the kind of LR that the pictures of each folder take, for the folders that have LR of one that may be."""
    found: dict[tuple[str, ...], list[Placed]] = {}
    for one, files in matched.items():
        found.setdefault(one.key[:-1], []).extend(files)
    chosen = {group: _kind(files, wanted) for group, files in found.items() if files}
    return {group: kind for group, kind in chosen.items() if any(each.kind == kind for each in found[group])}


def _kind(files: Sequence[Placed], wanted: str | None) -> str:
    kinds = {each.kind for each in files}
    if wanted is not None or len(kinds) == 1:
        return next(iter(kinds)) if wanted is None else wanted
    if "bicubic" in kinds:
        return "bicubic"
    folders = dict.fromkeys(str(each.folder) for each in files)
    raise RequestError(f"LR lies in several folders: {', '.join(folders)}; say which is meant with --lr FOLDER.")


def _narrowed(found: list[Placed], scale: int) -> list[Placed]:
    """Return those that name the scale, where any does."""
    return [each for each in found if each.scale == scale] or found


def _unclear(one: Placed, found: Sequence[Placed], twice: bool, others_have_lr: bool) -> str:
    """Say why an HR cannot be used; nothing where it can."""
    if not found:
        return "there is no LR file for it, and for the others there is." if others_have_lr else ""
    if twice:
        return f"it is not the only HR that {found[0].path} may belong to; keep one."
    variants = [each.variant for each in found]
    if len(found) > 1 and (len({*variants}) < len(found) or "" in variants):
        names = ", ".join(str(each.path) for each in found)
        return f"more than one file may be its LR: {names}; keep one, or name a folder with --lr."
    return ""


def _pairs(one: Placed, found: Sequence[Placed]) -> list[Pair]:
    """Return the pair, or one for each of several LR of one HR, as DIV2K's wild track has them."""
    name = one.key[-1] or (one.key[-2] if len(one.key) > 1 else one.path.stem)
    if len(found) > 1:
        return [Pair(f"{name}{each.variant}", one.path, each.path) for each in found]
    return [Pair(name, one.path, found[0].path if found else None)]
