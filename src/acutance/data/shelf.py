"""Where a store lies: made where that is due, mapped, and made anew where it is found damaged."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from acutance.data.build import build
from acutance.data.contents import Seen, look
from acutance.data.degradation import Degradation
from acutance.data.index import Entry, Index, files_of, fingerprint, pixels
from acutance.data.pairs import Pair
from acutance.data.pixel_file import Damaged, PixelFile
from acutance.errors import AcutanceError
from acutance.lock import locked
from acutance.terminal import say


class Shelf:
    """The index and the two files of pixels of a store, in a folder of its own.

    Args:
        place: the folder; many processes may open it at once: one decodes, the others wait.
        named: the pictures, and what they are called.
        degradation: HR to LR.

    Attributes:
        index: which pictures lie where.

    Raises:
        AcutanceError: it cannot be written.
    """

    def __init__(self, place: Path, named: Sequence[tuple[str, Pair]], degradation: Degradation) -> None:
        self._place, self._named, self._degradation = place, named, degradation
        index = self._read_quietly()
        files = self._look({} if index is None else index.files)
        wanted = self._fingerprint(files)
        self.index, self._hr, self._lr = self._mapped_quietly(index, wanted) or self._made(wanted, files)
        if files != self.index.files:
            self._remember(files)

    def hr(self, entry: Entry) -> UInt8[np.ndarray, "h w 3"]:
        """Return a read-only view of an HR picture, compared with its hash when it is first looked at.

        Raises:
            AcutanceError: it is damaged, and cannot be made again.
        """
        try:
            return _hr(self._hr, entry)
        except Damaged as damage:
            self._mend(damage, entry)
            return _hr(self._hr, entry)

    def lr(self, entry: Entry) -> UInt8[np.ndarray, "h w 3"]:
        """Return a read-only view of an LR picture; as `hr`."""
        try:
            return _lr(self._lr, entry, self._degradation.scale)
        except Damaged as damage:
            self._mend(damage, entry)
            return _lr(self._lr, entry, self._degradation.scale)

    def _look(self, before: Mapping[str, Seen]) -> dict[str, Seen]:
        return look(files_of([pair for _, pair in self._named]), before)

    def _fingerprint(self, files: Mapping[str, Seen]) -> str:
        return fingerprint([pair for _, pair in self._named], self._degradation, files)

    def _mapped(self, index: Index | None, wanted: str) -> tuple[Index, PixelFile, PixelFile] | None:
        """Map the files of an index, if they were made from what is wanted.

        Raises:
            Damaged: they were, and are not whole.
        """
        if index is None or index.fingerprint != wanted:
            return None
        scale = self._degradation.scale
        size = sum(entry.height * entry.width * 3 for entry in index.entries)
        hr, lr = (self._place / pixels(wanted, which) for which in ("hr", "lr"))
        return index, PixelFile(hr, size), PixelFile(lr, size // scale**2)

    def _read_quietly(self) -> Index | None:
        try:
            return Index.read(self._place)
        except Damaged:
            return None

    def _mapped_quietly(self, index: Index | None, wanted: str) -> tuple[Index, PixelFile, PixelFile] | None:
        try:
            return self._mapped(index, wanted)
        except Damaged:
            return None

    def _made(self, wanted: str, files: Mapping[str, Seen]) -> tuple[Index, PixelFile, PixelFile]:
        """Make what is wanted, unless another process did while this one waited."""
        with locked(self._place / "lock"):
            try:
                mapped = self._mapped(Index.read(self._place), wanted)
            except Damaged as damage:
                say(f"{damage} The store is made anew.")
                mapped = None
            return mapped or self._built(wanted, files)

    def _built(self, wanted: str, files: Mapping[str, Seen]) -> tuple[Index, PixelFile, PixelFile]:
        build(self._place, self._named, self._degradation, wanted, files)
        mapped = self._mapped(Index.read(self._place), wanted)
        if mapped is None:
            raise AcutanceError(f"the store at {self._place} could not be read back after it was written.")
        self._sweep(wanted)
        return mapped

    def _mend(self, damage: Damaged, entry: Entry) -> None:
        """Take what another process has made anew, or make it anew: the same pixels as before."""
        before, wanted = self.index, self.index.fingerprint
        with locked(self._place / "lock"):
            mapped = self._mapped_quietly(self._read_quietly(), wanted)
            if mapped is None or not self._is_whole(mapped, entry):
                say(f"{damage} The store is made anew.")
                files = self._look({})
                if self._fingerprint(files) != wanted:
                    raise AcutanceError(f"{damage} It cannot be made anew, as its pictures have changed; begin again.")
                mapped = self._built(wanted, files)
        if mapped[0].entries != before.entries:
            raise AcutanceError(f"{damage} Its pictures are not read as they were; begin again.")
        self.index, self._hr, self._lr = mapped

    def _is_whole(self, mapped: tuple[Index, PixelFile, PixelFile], entry: Entry) -> bool:
        try:
            _hr(mapped[1], entry)
            _lr(mapped[2], entry, self._degradation.scale)
        except Damaged:
            return False
        return True

    def _remember(self, files: dict[str, Seen]) -> None:
        """Write down that files are what they were, so that they need not be hashed again; it is no loss if not."""
        with suppress(AcutanceError), locked(self._place / "lock"):
            if Index.read(self._place) == self.index:
                self.index = replace(self.index, files=files)
                self.index.write(self._place)

    def _sweep(self, wanted: str) -> None:
        """Remove what older and interrupted builds left; who has such files mapped keeps them until it ends."""
        kept = {pixels(wanted, "hr"), pixels(wanted, "lr")}
        for path in _leftovers(self._place):
            if path.name not in kept:
                with suppress(OSError):
                    path.unlink()


def _hr(file: PixelFile, entry: Entry) -> UInt8[np.ndarray, "h w 3"]:
    return file.picture(entry.hr_offset, entry.height, entry.width, entry.sha256)


def _lr(file: PixelFile, entry: Entry, scale: int) -> UInt8[np.ndarray, "h w 3"]:
    return file.picture(entry.lr_offset, entry.height // scale, entry.width // scale, entry.lr_sha256)


def _leftovers(place: Path) -> Iterator[Path]:
    yield from place.glob("*.u8")
    yield from place.glob(".*")
