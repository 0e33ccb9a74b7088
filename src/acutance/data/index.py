"""The index of a store: which pictures lie where in its two pixel files, and what they were made from."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from acutance.data.degradation import Degradation
from acutance.data.pairs import Pair
from acutance.files import write_json

FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """One picture: its HR size in pixels, where its pixels start in each file, and what identifies it.

    `bytes` is the size of its file, `sha256` the hash of its decoded, cropped HR pixels.
    """

    name: str
    height: int
    width: int
    hr_offset: int
    lr_offset: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Index:
    """What `index.json` holds: a hash of what the store was made from, its pictures, and what could not be read."""

    fingerprint: str
    entries: tuple[Entry, ...]
    unreadable: tuple[str, ...]

    def write(self, folder: Path) -> None:
        """Write it atomically as `folder/index.json`."""
        write_json(folder / "index.json", {"format": FORMAT, **asdict(self)})

    @classmethod
    def read(cls, folder: Path) -> "Index | None":
        """Return the index of a folder; None where there is none that can be read."""
        try:
            raw = json.loads((folder / "index.json").read_text(encoding="utf-8"))
            entries = tuple(Entry(**entry) for entry in raw["entries"])
            return cls(raw["fingerprint"], entries, tuple(raw["unreadable"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None


def pixels(fingerprint: str, which: Literal["hr", "lr"]) -> str:
    """Return the name of a pixel file; one made from other pictures has another name, so the two never mix."""
    return f"{which}-{fingerprint[:16]}.u8"


def fingerprint(pairs: Sequence[Pair], degradation: Degradation) -> str:
    """Return a hash of the degradation and of each file's path, size and time of last change; it opens no picture."""
    files = [path for pair in pairs for path in (pair.hr, pair.lr) if path is not None]
    return digest([f"format {FORMAT}", repr(degradation), str(degradation.scale), *map(_state, files)])


def digest(lines: Iterable[str]) -> str:
    """Return the SHA-256 of lines of text, in hexadecimal."""
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _state(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return f"{path.absolute()}\tgone"
    return f"{path.absolute()}\t{status.st_size}\t{status.st_mtime_ns}"
