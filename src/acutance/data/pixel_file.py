"""A file of pixels, mapped into memory: a picture is compared with its hash when it is first looked at.

Reading each patch from the file instead takes six times as long. What a map cannot say is that its file was cut, which
ends a process without a word; so the size of the file is looked at before each picture (0.6 microseconds), and the
fault handler of Python names the line where a drive fails.
"""

import faulthandler
import hashlib
import os
import sys
import weakref
from contextlib import suppress
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from acutance.errors import AcutanceError


class Damaged(AcutanceError):
    """A store is not what was written; it can be made anew from its pictures."""


class PixelFile:
    """Pictures one after the other, RGB of 8 bits, in a file.

    Args:
        path: of the file.
        size: bytes that it must have.

    Raises:
        Damaged: it has not, or is not there.
        AcutanceError: it cannot be read.
    """

    def __init__(self, path: Path, size: int) -> None:
        self._path, self._size = path, size
        try:
            self._file = path.open("rb")
        except FileNotFoundError as error:
            raise Damaged(f"{path} is missing.") from error
        except OSError as error:
            raise AcutanceError(f"cannot read {path}: {error.strerror or error}.") from error
        weakref.finalize(self, self._file.close)
        self._changed, self._whole = 0, set[int]()
        self._demand_size()
        # An empty file cannot be mapped; the plain array view of a map is sliced several times faster than the map.
        self._pixels = np.asarray(np.memmap(self._file, np.uint8, "r")) if size else np.empty(0, np.uint8)
        _name_faults()

    def picture(self, offset: int, height: int, width: int, sha256: str) -> UInt8[np.ndarray, "h w 3"]:
        """Return a read-only view of the picture that begins at a byte.

        Raises:
            Damaged: its pixels are not those of the hash, or the file was cut.
        """
        self._demand_size()
        pixels = self._pixels[offset : offset + height * width * 3]
        if offset not in self._whole:
            if hashlib.sha256(pixels.data).hexdigest() != sha256:
                raise Damaged(f"{self._path} is damaged from byte {offset:,} on.")
            self._whole.add(offset)
        return pixels.reshape(height, width, 3)

    def _demand_size(self) -> None:
        status = os.fstat(self._file.fileno())
        if status.st_size != self._size:
            raise Damaged(f"{self._path} has {status.st_size:,} bytes instead of {self._size:,}.")
        if status.st_mtime_ns != self._changed:
            # Somebody wrote into it: whatever was found whole has to be looked at again.
            self._changed = status.st_mtime_ns
            self._whole.clear()


def _name_faults() -> None:
    if not faulthandler.is_enabled():
        with suppress(AttributeError, OSError, RuntimeError, ValueError):  # where standard error is no file
            faulthandler.enable(sys.__stderr__ or sys.stderr)
