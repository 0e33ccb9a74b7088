"""Decodes pictures, once, into the two flat pixel files of a store; one picture is in memory at a time."""

import hashlib
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from acutance.data.contents import Seen, state
from acutance.data.decode import LowPixels, decode
from acutance.data.degradation import Degradation
from acutance.data.depth import Depth, Pixels
from acutance.data.index import Entry, Index, pixels
from acutance.data.pairs import Pair
from acutance.errors import AcutanceError, PictureError
from acutance.files import atomic
from acutance.progress import track


def build(
    folder: Path,
    pairs: Sequence[tuple[str, Pair]],
    degradation: Degradation,
    fingerprint: str,
    files: Mapping[str, Seen],
) -> None:
    """Decode named pictures into `folder`. The index is written last, so a build cut short leaves no store behind.

    `files` are their files as they were when the fingerprint was taken.

    Raises:
        RequestError: files of 16 bits hold fewer, and nothing says so.
        AcutanceError: a file was changed meanwhile, or the store cannot be written.
    """
    depth = Depth()
    entries: list[Entry] = []
    unreadable: list[str] = []
    with (
        _writing(folder / pixels(fingerprint, "hr")) as hr_file,
        _writing(folder / pixels(fingerprint, "lr")) as lr_file,
    ):
        for name, pair in track(pairs, "decoding pictures", total=len(pairs)):
            try:
                hr, lr = decode(pair, degradation, read=depth.read)
            except PictureError as error:
                unreadable.append(str(error))
                continue
            entries.append(_entry(name, pair, hr, lr, (hr_file.tell(), lr_file.tell())))
            hr_file.write(hr.data)
            lr_file.write(lr.data)
        for paths in ([pair.hr for _, pair in pairs], [pair.lr for _, pair in pairs if pair.lr is not None]):
            depth.check(paths)
        _demand_unchanged(files)
    Index(fingerprint, tuple(entries), tuple(unreadable), files).write(folder)


@contextmanager
def _writing(path: Path) -> Generator[BinaryIO]:
    with atomic(path) as temporary, temporary.open("wb") as file:
        yield file


def _demand_unchanged(files: Mapping[str, Seen]) -> None:
    changed = next((path for path, seen in files.items() if state(Path(path)) != seen.state), None)
    if changed is not None:
        raise AcutanceError(f"{changed} was changed while the pictures were decoded; begin again.")


def _entry(name: str, pair: Pair, hr: Pixels, lr: LowPixels, offsets: tuple[int, int]) -> Entry:
    height, width = hr.shape[:2]
    hashes = (hashlib.sha256(each.data).hexdigest() for each in (hr, lr))
    return Entry(name, height, width, *offsets, pair.hr.stat().st_size, *hashes, has_lr_file=pair.lr is not None)
