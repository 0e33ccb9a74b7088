"""Many files as one zip that is never whole anywhere: it goes out as it is made."""

import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

CHUNK = 1 << 20


class _Outlet:
    """A file that can only be written to, from which what was written is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def zipped(files: Iterable[tuple[str, Path]]) -> Iterator[bytes]:
    """Yield a zip of files by the names that they are to have; one that is gone by then is left out.

    Pictures are compressed already, and are stored as they are.
    """
    outlet = _Outlet()
    with zipfile.ZipFile(cast(Any, outlet), "w", zipfile.ZIP_STORED) as archive:
        for name, path in files:
            try:
                source = path.open("rb")
            except OSError:
                continue
            told = zipfile.ZipInfo(name, time.localtime(path.stat().st_mtime)[:6])
            with source, archive.open(told, "w", force_zip64=True) as entry:
                while chunk := source.read(CHUNK):
                    entry.write(chunk)
                    yield outlet.taken()
            yield outlet.taken()
    yield outlet.taken()


def apart(names: Iterable[str]) -> list[str]:
    """Return names that are all different, also where case does not count.

    >>> apart(["a.png", "A.png", "b.png"])
    ['a.png', 'A-2.png', 'b.png']
    """
    taken: set[str] = set()
    made: list[str] = []
    for name in names:
        stem, dot, suffix = name.rpartition(".")
        unique, number = name, 1
        while unique.casefold() in taken:
            number += 1
            unique = f"{stem}-{number}{dot}{suffix}" if stem else f"{name}-{number}"
        taken.add(unique.casefold())
        made.append(unique)
    return made
