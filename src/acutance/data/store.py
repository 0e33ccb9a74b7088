"""The store: every picture decoded once, HR and LR in two flat memory-mapped files, so that a patch is a slice."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from jaxtyping import Int, UInt8

from acutance.data.build import build
from acutance.data.degradation import Degradation
from acutance.data.index import Entry, Index, digest, fingerprint, pixels
from acutance.data.notice import left_out
from acutance.data.pairs import Pair, find_pictures, paired
from acutance.errors import AcutanceError, RequestError
from acutance.lock import locked

Flat = UInt8[np.ndarray, " _"]


class Store:
    """Decoded pictures and their LR, numbered from 0; `Store.open` makes one.

    Attributes:
        scale: how many times smaller LR is.
        names: the file of each picture, relative to its folder.
        sizes: height and width of each HR picture, multiples of the scale, as an (n, 2) array.
        skipped: a sentence for each picture that was left out.
    """

    def __init__(self, scale: int, entries: Sequence[Entry], hr: Flat, lr: Flat, skipped: Sequence[str]) -> None:
        self.scale, self._entries, self._hr, self._lr = scale, entries, hr, lr
        self.names = [entry.name for entry in entries]
        self.sizes: Int[np.ndarray, "n 2"] = np.array([(entry.height, entry.width) for entry in entries])
        self.skipped = tuple(skipped)

    @classmethod
    def open(cls, folder: Path | Sequence[Path], *, cache: Path, degradation: Degradation, minimum: int = 0) -> "Store":
        """Open the store of the pictures in one or more folders and their subfolders, decoding them where that is due.

        It lies under `cache`, one folder for each combination of picture folders and degradation, and is made anew when
        a picture was changed, added or removed. Many processes may open it at once: one decodes, the others wait.
        16 bits a channel become 8, alpha goes, grey becomes RGB. LR is made from the whole picture, unless the folder
        is laid out as EDSR's benchmarks are and has an LR file, which must have the right size. Pictures that cannot be
        used, or have a side under `minimum` HR pixels, are left out, and named in one line on standard error.

        Raises:
            RequestError: a folder is not there, or no picture can be used.
            AcutanceError: the store cannot be written.
        """
        folders = [folder] if isinstance(folder, Path) else list(folder)
        named = [(name, paired(path, degradation.scale)) for one in folders for name, path in _pictures(one)]
        place = cache / _place(folders, degradation)
        index, hr, lr = _current(place, named, degradation)
        usable = [entry for entry in index.entries if min(entry.height, entry.width) >= minimum]
        small = [entry for entry in index.entries if min(entry.height, entry.width) < minimum]
        skipped = [*index.unreadable, *(f"{entry.name}: {_too_small(entry, minimum)}" for entry in small)]
        if not usable:
            raise RequestError(_nothing(folders, skipped))
        left_out(skipped)
        return cls(degradation.scale, usable, hr, lr, skipped)

    def __len__(self) -> int:
        return len(self._entries)

    def hr(self, number: int) -> UInt8[np.ndarray, "h w 3"]:
        """Return a read-only view of an HR picture."""
        entry = self._entries[number]
        return _view(self._hr, entry.hr_offset, entry.height, entry.width)

    def lr(self, number: int) -> UInt8[np.ndarray, "h w 3"]:
        """Return a read-only view of an LR picture."""
        entry = self._entries[number]
        return _view(self._lr, entry.lr_offset, entry.height // self.scale, entry.width // self.scale)

    def manifest(self) -> list[dict[str, object]]:
        """Return each picture's name, the bytes of its file and the SHA-256 of its HR pixels as trained on.

        The hashes were taken while decoding, so this costs nothing, and they do not depend on where the files lie.
        """
        return [{"name": entry.name, "bytes": entry.bytes, "sha256": entry.sha256} for entry in self._entries]


def _pictures(folder: Path) -> list[tuple[str, Path]]:
    if not folder.is_dir():
        raise RequestError(f"there is no folder {folder} to take pictures from.")
    return [(path.relative_to(folder).as_posix(), path) for path in find_pictures(folder, recursive=True)]


def _place(folders: Sequence[Path], degradation: Degradation) -> str:
    return f"x{degradation.scale}-{digest([repr(degradation), *(str(one.absolute()) for one in folders)])[:12]}"


def _current(place: Path, named: list[tuple[str, Pair]], degradation: Degradation) -> tuple[Index, Flat, Flat]:
    wanted = fingerprint([pair for _, pair in named], degradation)
    if (mapped := _mapped(place, wanted)) is not None:
        return mapped
    with locked(place / "lock"):
        if (mapped := _mapped(place, wanted)) is None:
            build(place, named, degradation, wanted)
            mapped = _mapped(place, wanted)
        if mapped is None:
            raise AcutanceError(f"the store at {place} could not be read back after it was written.")
        _sweep(place, mapped[0])
    return mapped


def _mapped(place: Path, wanted: str) -> tuple[Index, Flat, Flat] | None:
    """Map the store at `place`, if it is whole and was made from what is wanted."""
    index = Index.read(place)
    if index is None or index.fingerprint != wanted:
        return None
    try:
        return index, _map(place / pixels(wanted, "hr")), _map(place / pixels(wanted, "lr"))
    except OSError:
        return None


def _map(path: Path) -> Flat:
    # An empty file cannot be mapped; the plain array view of a map is sliced several times faster than the map itself.
    return np.asarray(np.memmap(path, np.uint8, "r")) if path.stat().st_size else np.empty(0, np.uint8)


def _sweep(place: Path, index: Index) -> None:
    """Remove what older and interrupted builds left; processes that have such files mapped keep them until they end."""
    kept = {pixels(index.fingerprint, "hr"), pixels(index.fingerprint, "lr")}
    left = [path for path in (*place.glob("*.u8"), *place.glob(".*")) if path.name not in kept]
    for path in left:
        with suppress(OSError):
            path.unlink()


def _view(flat: Flat, offset: int, height: int, width: int) -> UInt8[np.ndarray, "h w 3"]:
    return flat[offset : offset + height * width * 3].reshape(height, width, 3)


def _too_small(entry: Entry, minimum: int) -> str:
    return f"{entry.width}x{entry.height} pixels are fewer than {minimum} on a side"


def _nothing(folders: Sequence[Path], skipped: Sequence[str]) -> str:
    reason = f"; {len(skipped)} were left out, such as {skipped[0].rstrip('.')}" if skipped else ""
    return f"there is no picture to train on in {', '.join(map(str, folders))}{reason}."
