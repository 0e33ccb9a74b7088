"""What a process of its own is given to do: plain values, as they go from one process to another."""

from dataclasses import dataclass, field
from typing import Any

UPLOAD, THUMBNAIL, BEFORE, SHOWN, RESULT = "upload", "thumbnail.png", "before", "shown", "result"
"""How the files of a picture are called; what a client called it is never among them."""


@dataclass(frozen=True)
class Task:
    """Something to do with an upload.

    Attributes:
        deed: "look", "enlarge" or "compare".
        folder: where the upload lies, and where results go.
        pixels: that it may have.
        result_pixels: that the result may have.
        memory: bytes of private memory that the process may have.
        file_bytes: that it may write into one file.
        threads: with which it may compute.
        wish: what is wanted: the fields of `Wish` or `Trial`.
        sources: what `upscale` takes for the networks that it names; None for those that ship.
        scales: of those networks, as far as they are known.
    """

    deed: str
    folder: str
    pixels: int
    result_pixels: int
    memory: int
    file_bytes: int
    threads: int = 1
    wish: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str | None] = field(default_factory=dict)
    scales: tuple[int, ...] = ()
