"""How much a client may ask for, and what happens to what is made."""

from dataclasses import dataclass

from acutance.errors import RequestError

LEAST_MEMORY = 1 << 29
"""Bytes with which a process comes to its end; its libraries alone take 0.2 GiB of them."""


@dataclass(frozen=True)
class Limits:
    """What one request, one client and all of them may cost.

    Attributes:
        bytes: of an upload.
        pixels: of a picture that is uploaded, all its frames together.
        result_pixels: of what is to be made of it.
        queue: pictures that wait or are worked on, of all clients.
        each: the same, of one client.
        arriving: uploads at one time.
        upload_seconds: that an upload may take in all.
        idle_seconds: that it may stand still; also what a client may take to say what it wants.
        seconds: that a picture may take, from its first tile to its file.
        memory: bytes of private memory of the process that a picture is given.
        file_bytes: that such a process may write into one file.
        free_bytes: of the disk that have to be left for a picture to be taken.
        keep: seconds for which results are kept.
        workers: pictures that are worked on at one time.

    Raises:
        RequestError: one of them is not above 0, or the memory is too little for any picture.
    """

    bytes: int = 64 << 20
    pixels: int = 40_000_000
    result_pixels: int = 300_000_000
    queue: int = 200
    each: int = 50
    arriving: int = 64
    upload_seconds: float = 120.0
    idle_seconds: float = 10.0
    seconds: float = 900.0
    memory: int = 3 << 29
    file_bytes: int = 4 << 30
    free_bytes: int = 1 << 30
    keep: float = 24 * 3600.0
    workers: int = 1

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value <= 0:
                raise RequestError(f"the limit {name} must be above 0, not {value:g}.")
        if self.memory < LEAST_MEMORY:
            raise RequestError(f"a process needs {LEAST_MEMORY / 2**30:g} GiB at least, not {self.memory / 2**30:.2g}.")
