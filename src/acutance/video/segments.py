"""What is encoded so far, in files of some frames each beside the film: a second start goes on behind them."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from acutance.files import atomic, parsed, text_of, write_json


@dataclass(frozen=True)
class Packet:
    """An encoded frame, with its time in the film's units."""

    pts: int
    duration: int
    keyframe: bool
    data: bytes


class Segments:
    """The folder of them.

    Args:
        target: the film that is to be made.
        asked: what decides its frames; segments of another request are removed.
    """

    def __init__(self, target: Path, asked: Mapping[str, object]) -> None:
        self._folder = target.with_name(f".{target.name}.parts")
        request = self._folder / "request.json"
        words = json.loads(json.dumps(dict(asked)))
        if parsed(text_of(request)) != words:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._request, self._words = request, words
        self.count = 0
        while self._path(self.count).exists():
            self.count += 1

    def add(self, packets: Sequence[Packet]) -> None:
        """Write the next one."""
        if not self.count:
            write_json(self._request, self._words)
        head = json.dumps([{**asdict(each), "data": len(each.data)} for each in packets])
        with atomic(self._path(self.count)) as temporary, temporary.open("wb") as file:
            file.write(head.encode() + b"\n")
            file.writelines(each.data for each in packets)
        self.count += 1

    def read(self, number: int) -> list[Packet]:
        """Return the packets of one, in the order in which they are decoded."""
        with self._path(number).open("rb") as file:
            head = json.loads(file.readline())
            return [Packet(each["pts"], each["duration"], each["keyframe"], file.read(each["data"])) for each in head]

    def remove(self) -> None:
        """Remove all of them."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06}.seg"
