"""What became of each picture, a line each in a file to which lines are only added: a second start goes on from it."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from acutance.errors import AcutanceError, RequestError

NAME = "acutance-manifest.jsonl"
"""Of the file in a folder of results."""
VERSION = 1


@dataclass(frozen=True)
class Entry:
    """What became of a picture.

    Attributes:
        source, target: paths or addresses.
        status: begun, done, skipped or failed.
        why: it failed.
        worker: process and machine that did it.
        seconds: that it took.
    """

    source: str
    target: str
    status: str
    why: str | None = None
    worker: str = ""
    seconds: float = 0.0


class Manifest:
    """The file; a context manager. Where it is there already, it is of the same request, and `known` what it says.

    Attributes:
        known: the last entry of each source.
        begun: the sources whose results an earlier start may have written.

    Raises:
        RequestError: it is of another request, or no manifest.
        AcutanceError: it cannot be written.
    """

    def __init__(self, path: Path, asked: Mapping[str, object]) -> None:
        self._path = path
        words = json.loads(json.dumps({"manifest": VERSION, "asked": asked}))
        lines = _lines(path)
        if lines and lines[0] != words:
            other = "another request" if "manifest" in lines[0] else "no manifest of this command"
            raise RequestError(f"{path} is of {other}: name another file with --manifest, or remove it.")
        entries = [Entry(**line) for line in lines[1:]]
        self.known = {entry.source: entry for entry in entries}
        self.begun = {entry.source for entry in entries if entry.status == "begun"}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8")
            if not lines:
                self._write(words)
            elif not path.read_bytes().endswith(b"\n"):
                self._file.write("\n")  # a killed process left half a line
        except OSError as error:
            raise AcutanceError(f"cannot write {path}: {error.strerror or error}.") from error

    def __enter__(self) -> "Manifest":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.sync()
        self._file.close()

    def is_done(self, source: str) -> bool:
        """Tell whether an earlier start has made the result of a source."""
        entry = self.known.get(source)
        return entry is not None and entry.status in ("done", "skipped")

    def add(self, entry: Entry) -> None:
        """Add a line."""
        self.known[entry.source] = entry
        self._write({key: value for key, value in asdict(entry).items() if value})

    def sync(self) -> None:
        """See that what was added stays."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def _write(self, values: Mapping[str, object]) -> None:
        self._file.write(json.dumps(values) + "\n")
        self._file.flush()


def _lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a manifest; half a line, which a kill leaves, is none."""
    if not path.exists():
        return []
    found: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            found.append(cast(dict[str, Any], value))
    if not found and path.stat().st_size:
        raise RequestError(f"{path} is no manifest of this command: name another file with --manifest, or remove it.")
    return found
