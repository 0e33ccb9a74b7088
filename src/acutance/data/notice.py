"""Lines on standard error: which HR and LR were recognised, and which pictures were left out."""

from collections.abc import Sequence
from pathlib import Path

from acutance.data.pairing import Found
from acutance.progress import say

NAMED_AT_MOST = 10
FOLDERS_AT_MOST = 3


def left_out(reasons: Sequence[str]) -> None:
    """Name the pictures left out, each with its reason, in one line; only the first process of a machine speaks."""
    if reasons:
        named = [reason.rstrip(".") for reason in reasons[:NAMED_AT_MOST]]
        more = [f"and {len(reasons) - NAMED_AT_MOST} more"] if len(reasons) > NAMED_AT_MOST else []
        say(f"left out {len(reasons)} of the pictures: {'; '.join([*named, *more])}.")


def tell(folder: Path, found: Found, scale: int) -> None:
    """Say in a line what was recognised in a folder, where there is LR in it or beside it."""
    if sentence := recognised(folder, found, scale):
        say(sentence)


def recognised(folder: Path, found: Found, scale: int) -> str:
    """Return the line: how many pairs, where HR and LR lie, and which LR is not used; nothing of HR alone."""
    files = sum(pair.lr is not None for pair in found.pairs)
    other = f" Not used: LR in {_folders(folder, found.unused)}." if found.unused else ""
    if not files:
        return f"{folder}: LR for x{scale} is made here by bicubic.{other}" if other and found.pairs else ""
    high = _folders(folder, list(dict.fromkeys(pair.hr.parent for pair in found.pairs if pair.lr is not None)))
    here = len(found.pairs) - files
    made = f" LR of {here} other pictures is made here by bicubic." if here else ""
    pairs = "1 pair" if files == 1 else f"{files} pairs"
    return f"{folder}: {pairs} for x{scale}, HR in {high}, LR in {_folders(folder, found.low)}.{made}{other}"


def _folders(root: Path, folders: Sequence[Path]) -> str:
    more = f" and {len(folders) - FOLDERS_AT_MOST} more" if len(folders) > FOLDERS_AT_MOST else ""
    return ", ".join(_relative(root, each) for each in folders[:FOLDERS_AT_MOST]) + more


def _relative(root: Path, folder: Path) -> str:
    """Return a folder as it lies in another; the whole path of one that lies elsewhere."""
    own, other = root.absolute(), folder.absolute()
    if other == own:
        return own.name
    return other.relative_to(own).as_posix() if other.is_relative_to(own) else str(folder)
