"""A picture that a client has sent and what becomes of it, or a comparison of networks on a crop of one."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, Literal

from acutance.files import parsed, text_of, write_json
from acutance.serve.task import THUMBNAIL

State = Literal["waiting", "working", "done", "failed", "cancelled"]
ENDED = ("done", "failed", "cancelled")
RECORD = "order.json"
KEPT = ("id", "client", "kind", "wish", "picture", "state", "created", "ended", "fault", "result")
"""What the record on the disk holds; what the client called its picture is not among it."""


@dataclass(eq=False)
class Order:
    """What a client wants, and how far it is.

    Attributes:
        id: which nobody can guess.
        client: whose it is, as a hash of what its browser keeps.
        folder: of its files.
        kind: "picture" or "comparison".
        wish: the fields of `Wish` or `Trial`.
        picture: what the first look found: format, width, height, frames, notes.
        name: as the client calls it; only in memory, and never part of a path.
        state: how far it is.
        share: of the work that is done, 0 to 1.
        tiles: done, and in all, of the pass that is under way.
        writing: whether the pixels are made, and are being written.
        fault: why it failed.
        result: what became of it: files by what they are, width, height, bytes, notes.
        created, began, ended: seconds since 1970; 0 for not yet.
        version: grows with whatever changes.
        stop: set to have it stopped.
    """

    id: str
    client: str
    folder: Path
    kind: Literal["picture", "comparison"] = "picture"
    wish: dict[str, Any] = field(default_factory=dict)
    picture: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    state: State = "waiting"
    share: float = 0.0
    tiles: tuple[int, int] = (0, 0)
    writing: bool = False
    fault: str = ""
    result: dict[str, Any] = field(default_factory=dict)
    created: float = field(default_factory=time.time)
    began: float = 0.0
    ended: float = 0.0
    version: int = 0
    stop: Event = field(default_factory=Event)

    @property
    def active(self) -> bool:
        """Whether it waits or is worked on."""
        return self.state not in ENDED

    @property
    def pixels(self) -> float:
        """Of the result, in millions, by which the time that it takes is foreseen."""
        if self.kind == "comparison":
            return len(self.wish["networks"]) * (4 * self.wish["side"]) ** 2 / 1e6
        size = self.picture.get("result_width", 0) * self.picture.get("result_height", 0)
        return (size or 16 * self.picture.get("width", 0) * self.picture.get("height", 0)) / 1e6

    def seconds_left(self) -> float | None:
        """Return how long it will take from now on, by what it has taken so far; None where that is too early."""
        elapsed = time.time() - self.began
        if self.state != "working" or self.share < 0.02 or elapsed < 0.5:
            return None
        return elapsed / self.share - elapsed

    def file(self, what: str) -> Path | None:
        """Return one of its files: "thumbnail", "before", "shown", "result" or "made-0"; None where there is none."""
        if what == "thumbnail":
            path = self.folder / THUMBNAIL
        elif what.startswith("made-"):
            names = [each["file"] for each in self.result.get("made", ())]
            path = self.folder / f"{what}.png" if f"{what}.png" in names else None
        else:
            name = self.result.get(what)
            path = self.folder / name if isinstance(name, str) else None
        return path if path is not None and path.is_file() else None

    def record(self, **soon: object) -> None:
        """Write down what a server that is started again has to know, and what will be so in a moment."""
        write_json(self.folder / RECORD, {name: vars(self)[name] for name in KEPT} | soon)

    @staticmethod
    def recorded(folder: Path) -> "Order | None":
        """Return the order that was written down in a folder; None where there is none, or it is damaged."""
        found = parsed(text_of(folder / RECORD))
        if found is None or set(KEPT) - found.keys() or found["id"] != folder.name:
            return None
        kinds = {"wish": dict, "picture": dict, "result": dict, "created": int | float, "ended": int | float}
        if not all(isinstance(found[name], kinds.get(name, str)) for name in KEPT):
            return None
        return Order(folder=folder, **{name: found[name] for name in KEPT})
