"""Folders that train against sets that test: what they have in common."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from acutance.data import find_pictures, find_sets
from acutance.errors import PictureError, RequestError
from acutance.overlap.search import Overlap, TestPictures
from acutance.progress import track


@dataclass(frozen=True)
class Leaks:
    """What a search found.

    Attributes:
        train, test: how many pictures were looked through, and how many were looked for.
        overlaps: those that show the same.
        not_looked_for: a sentence for each picture that cannot be told from others, or not be read.
    """

    train: int
    test: int
    overlaps: tuple[Overlap, ...]
    not_looked_for: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return it as plain values."""
        rows = [{**asdict(each), "train": str(each.train), "test": str(each.test)} for each in self.overlaps]
        return {"train": self.train, "test": self.test, "overlaps": rows, "not_looked_for": list(self.not_looked_for)}


def find_leaks(folders: Sequence[Path], sets: str, *, test: Path | None = None) -> Leaks:
    """Look in pictures that train, those of folders and their subfolders, for pictures that test.

    Args:
        folders: of pictures that train.
        sets: that test, with commas: names in `test`, or folders.
        test: the folder of the sets; that of ACUTANCE_DATA by default.

    Raises:
        RequestError: there is no such set, or no picture.
    """
    held_out = TestPictures([pair.hr for found in find_sets(test, sets, 1) for pair in found.pairs])
    paths = [path for folder in folders for path in find_pictures(folder, recursive=True)]
    if not paths:
        raise RequestError(f"there is no picture in {', '.join(map(str, folders))}.")
    found: list[Overlap] = []
    unknown = list(held_out.unknown)
    for path in track(paths, "looking", len(paths)):
        try:
            found += held_out.overlaps(path)
        except PictureError as error:
            unknown.append(str(error))
    return Leaks(len(paths), len(held_out.known), tuple(found), tuple(unknown))
