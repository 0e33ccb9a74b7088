"""The index of a store: which pictures lie where in its two pixel files, and what they were made from."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from acutance.data.contents import Seen, named
from acutance.data.degradation import Degradation
from acutance.data.pairs import Pair
from acutance.data.pixel_file import Damaged
from acutance.files import write_text

FORMAT = 2
NAME = "index.json"
BLANK = "0" * 64
"""Stands in the place of the checksum while that is taken."""


@dataclass(frozen=True)
class Entry:
    """One picture: its HR size in pixels, where its pixels start in each file, and what identifies it.

    `bytes` is the size of its file, `sha256` the hash of its decoded, cropped HR pixels, `lr_sha256` that of its LR,
    and `has_lr_file` says whether that came from a file.
    """

    name: str
    height: int
    width: int
    hr_offset: int
    lr_offset: int
    bytes: int
    sha256: str
    lr_sha256: str
    has_lr_file: bool


@dataclass(frozen=True)
class Index:
    """What `index.json` holds: a hash of what the store was made from, its pictures, and what could not be read.

    `files` are the files that it was made from, by their absolute paths.
    """

    fingerprint: str
    entries: tuple[Entry, ...]
    unreadable: tuple[str, ...]
    files: Mapping[str, Seen]

    def write(self, folder: Path) -> None:
        """Write it atomically as `folder/index.json`, with a checksum of itself."""
        text = json.dumps({"checksum": BLANK, "format": FORMAT, **asdict(self)})
        write_text(folder / NAME, text.replace(BLANK, digest([text]), 1))

    @classmethod
    def read(cls, folder: Path) -> "Index | None":
        """Return the index of a folder; None where there is none, or one of another version.

        Raises:
            Damaged: there is one, and it is not what was written.
        """
        try:
            text = (folder / NAME).read_text(encoding="utf-8")
            raw = json.loads(text)
            if raw["format"] == 1:
                return None
            if digest([text.replace(raw["checksum"], BLANK, 1)]) == raw["checksum"]:
                return _index(raw) if raw["format"] == FORMAT else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass
        raise Damaged(f"{folder / NAME} is damaged.")


def pixels(fingerprint: str, which: Literal["hr", "lr"]) -> str:
    """Return the name of a pixel file; one made from other pictures has another name, so the two never mix."""
    return f"{which}-{fingerprint[:16]}.u8"


def files_of(pairs: Sequence[Pair]) -> list[Path]:
    """Return the files of pictures: HR, and LR where that is a file."""
    return [path for pair in pairs for path in (pair.hr, pair.lr) if path is not None]


def fingerprint(pairs: Sequence[Pair], degradation: Degradation, files: Mapping[str, Seen]) -> str:
    """Return a hash of the degradation and of the path and the content of each file; it opens no picture."""
    said = sorted({f"white level {pair.white_level}" for pair in pairs if pair.white_level is not None})
    held = [f"{name}\t{files[name].sha256}" for name in map(named, files_of(pairs))]
    return digest([f"format {FORMAT}", repr(degradation), str(degradation.scale), *said, *held])


def digest(lines: Iterable[str]) -> str:
    """Return the SHA-256 of lines of text, in hexadecimal."""
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _index(raw: Mapping[str, Any]) -> Index:
    """Return an index from its JSON; TypeError, ValueError or KeyError where that is none."""
    entries = tuple(Entry(**entry) for entry in raw["entries"])
    if any(type(vars(entry)[field.name]) is not field.type for entry in entries for field in fields(Entry)):
        raise TypeError
    files = {name: Seen(seen["sha256"], tuple(seen["state"]), seen["telling"]) for name, seen in raw["files"].items()}
    return Index(raw["fingerprint"], entries, tuple(raw["unreadable"]), files)
