"""Decodes pictures, once, into the two flat pixel files of a store; one picture is in memory at a time."""

import hashlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from acutance.data.decode import Pixels, decode
from acutance.data.degradation import Degradation
from acutance.data.index import Entry, Index, pixels
from acutance.data.pairs import Pair
from acutance.errors import PictureError
from acutance.files import atomic
from acutance.progress import track


def build(folder: Path, pairs: Sequence[tuple[str, Pair]], degradation: Degradation, fingerprint: str) -> None:
    """Decode named pictures into `folder`. The index is written last, so a build cut short leaves no store behind."""
    entries: list[Entry] = []
    unreadable: list[str] = []
    with (
        _writing(folder / pixels(fingerprint, "hr")) as hr_file,
        _writing(folder / pixels(fingerprint, "lr")) as lr_file,
    ):
        for name, pair in track(pairs, "decoding pictures", total=len(pairs)):
            try:
                hr, lr = decode(pair, degradation)
            except PictureError as error:
                unreadable.append(str(error))
                continue
            entries.append(_entry(name, pair.hr, hr, hr_file.tell(), lr_file.tell()))
            hr_file.write(hr.data)
            lr_file.write(lr.data)
    Index(fingerprint, tuple(entries), tuple(unreadable)).write(folder)


@contextmanager
def _writing(path: Path) -> Generator[BinaryIO]:
    with atomic(path) as temporary, temporary.open("wb") as file:
        yield file


def _entry(name: str, path: Path, hr: Pixels, hr_offset: int, lr_offset: int) -> Entry:
    height, width = hr.shape[:2]
    return Entry(name, height, width, hr_offset, lr_offset, path.stat().st_size, hashlib.sha256(hr.data).hexdigest())
