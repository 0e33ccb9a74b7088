"""The store: every picture decoded once, HR and LR in two flat memory-mapped files, so that a patch is a slice."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import Int, UInt8

from acutance.data.declared import NOTHING_SAID, Declared
from acutance.data.degradation import Degradation
from acutance.data.discovery import discover
from acutance.data.index import Entry, digest
from acutance.data.labels import of_stem
from acutance.data.notice import left_out, tell
from acutance.data.pairs import Pair
from acutance.data.shelf import Shelf
from acutance.errors import RequestError


class Store:
    """Decoded pictures and their LR, numbered from 0; `Store.open` makes one.

    Attributes:
        scale: how many times smaller LR is.
        names: the file of each picture, relative to its folder.
        sizes: height and width of each HR picture, multiples of the scale, as an (n, 2) array.
        bands, white, kind: 3 bands, whose white is 255, of 8 bits.
        skipped: a sentence for each picture that was left out.
    """

    bands, white, kind = 3, 255, np.uint8

    def __init__(self, scale: int, shelf: Shelf, entries: Sequence[Entry], skipped: Sequence[str]) -> None:
        self.scale, self._shelf, self._entries = scale, shelf, entries
        self.names = [entry.name for entry in entries]
        self.sizes: Int[np.ndarray, "n 2"] = np.array([(entry.height, entry.width) for entry in entries])
        self.skipped = tuple(skipped)

    @classmethod
    def open(
        cls,
        folder: Path | Sequence[Path],
        *,
        cache: Path,
        degradation: Degradation,
        minimum: int = 0,
        declared: Declared = NOTHING_SAID,
    ) -> "Store":
        """Open the store of the pictures in one or more folders and their subfolders, decoding them where that is due.

        It lies under `cache`, one folder for each combination of picture folders and degradation, and is made anew when
        the content of a picture has changed, one was added or removed, or it is damaged. Many processes may open it at
        once: one decodes, the others wait. 16 bits a channel become 8, alpha goes, grey becomes RGB. LR is made from
        the whole picture, unless the folder has files of LR (`discover`) or `declared` says where they are; these must
        have the right size. Pictures that cannot be used, or have a side under `minimum` HR pixels, are left out, and
        named in one line on standard error.

        Raises:
            RequestError: a folder is not there, no picture can be used, or it is not clear which is HR and which LR,
                or what is white.
            AcutanceError: the store cannot be written.
        """
        folders = [folder] if isinstance(folder, Path) else list(folder)
        named, refused = _found(folders, degradation.scale, declared)
        place = cache / _place(folders, degradation, declared)
        shelf = Shelf(place, named, degradation)
        index = shelf.index
        usable = [entry for entry in index.entries if min(entry.height, entry.width) >= minimum]
        small = [entry for entry in index.entries if min(entry.height, entry.width) < minimum]
        small_ones = [f"{entry.name}: {_too_small(entry, minimum)}" for entry in small]
        skipped = [*refused, *index.unreadable, *small_ones]
        if not usable:
            raise RequestError(_nothing(folders, skipped))
        left_out(skipped)
        return cls(degradation.scale, shelf, usable, skipped)

    def __len__(self) -> int:
        return len(self._entries)

    def hr(self, number: int) -> UInt8[np.ndarray, "h w 3"]:
        """Return a read-only view of an HR picture.

        When a picture is first looked at, its pixels are compared with their hash; a damaged store is made anew.

        Raises:
            AcutanceError: that cannot be done.
        """
        return self._shelf.hr(self._entries[number])

    def lr(self, number: int) -> UInt8[np.ndarray, "h w 3"]:
        """Return a read-only view of an LR picture; as `hr`."""
        return self._shelf.lr(self._entries[number])

    def manifest(self) -> list[dict[str, object]]:
        """Return each picture's name, the bytes of its file and the SHA-256 of its HR pixels as trained on.

        Where LR came from a file, `lr_sha256` is that of its pixels. The hashes were taken while decoding, so this
        costs nothing, and they do not depend on where the files lie.
        """
        return [_manifest(entry) for entry in self._entries]


def _manifest(entry: Entry) -> dict[str, object]:
    told: dict[str, object] = {"name": entry.name, "bytes": entry.bytes, "sha256": entry.sha256}
    return told | ({"lr_sha256": entry.lr_sha256} if entry.has_lr_file else {})


def _found(folders: Sequence[Path], scale: int, declared: Declared) -> tuple[list[tuple[str, Pair]], list[str]]:
    """Return the pictures, each with a name that no other has, and a sentence for each that is not clear."""
    named: list[tuple[str, Pair]] = []
    refused: list[str] = []
    for folder, lr in zip(folders, declared.for_folders(folders), strict=True):
        found = discover(folder, scale, lr=lr)
        found = found.of_files() if declared.files else found
        tell(folder, found, scale)
        named += [(_name(folder, pair), replace(pair, white_level=declared.white_level)) for pair in found.pairs]
        refused += [f"{path}: {reason}" for path, reason in found.unused_files.items()]
    return named, refused


def _name(folder: Path, pair: Pair) -> str:
    """Return the file of a picture in its folder; of one with several LR, each LR has a name."""
    name = pair.hr.relative_to(folder)
    several = pair.lr is not None and pair.name not in (name.stem, of_stem(name.stem).rest)
    return (name.with_name(f"{pair.name}{name.suffix}") if several else name).as_posix()


def _place(folders: Sequence[Path], degradation: Degradation, declared: Declared) -> str:
    said = [] if declared == NOTHING_SAID else [repr(declared)]
    return f"x{degradation.scale}-{digest([repr(degradation), *(str(one.absolute()) for one in folders), *said])[:12]}"


def _too_small(entry: Entry, minimum: int) -> str:
    return f"{entry.width}x{entry.height} pixels are fewer than {minimum} on a side"


def _nothing(folders: Sequence[Path], skipped: Sequence[str]) -> str:
    reason = f"; {len(skipped)} were left out, such as {skipped[0].rstrip('.')}" if skipped else ""
    return f"there is no picture to train on in {', '.join(map(str, folders))}{reason}."
