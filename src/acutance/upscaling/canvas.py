"""Where the pixels of a result come to lie: in memory while they are few, else in a raw file beside the target."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyvips

from acutance.errors import AcutanceError, RequestError
from acutance.files import begun, let_go
from acutance.images import Raster
from acutance.images.raster import native
from acutance.upscaling.memory import free_for_results
from acutance.upscaling.plain_tiff import HEADER, directory, header

IN_MEMORY = 64 << 20
"""Bytes of results that lie in memory where there is a file to put them beside."""
Shape = tuple[int, int, int]
"""Rows, columns, channels."""


class RawFile:
    """A file of nothing but rows of pixels, which takes and gives parts as an array (channels, rows, columns) would.

    It is read and written by plain calls, as what is mapped would count as memory; `raster` makes it a TIFF file.

    Raises:
        AcutanceError: the disk is full, or fails.
    """

    def __init__(self, folder: Path, stem: str, shape: Shape, dtype: np.dtype) -> None:
        self._handle, path = begun(folder, stem, ".raw")
        self._path, self._shape, self.dtype = path, shape, dtype
        self._file = path.open("r+b", buffering=0)

    def __setitem__(self, place: tuple[Any, slice, slice], part: np.ndarray) -> None:
        lines = np.ascontiguousarray(np.moveaxis(part, 0, -1), self.dtype)
        with _worded(self._path):
            for line, start in zip(lines, self._starts(place), strict=True):
                left = line.reshape(-1).view(np.uint8).data
                self._file.seek(start)
                while left:
                    left = left[self._file.write(left) :]

    def __getitem__(self, place: tuple[Any, slice, slice]) -> np.ndarray:
        _, rows, columns = place
        part = np.empty((rows.stop - rows.start, columns.stop - columns.start, self._shape[2]), self.dtype)
        with _worded(self._path):
            for line, start in zip(part, self._starts(place), strict=True):
                self._file.seek(start)
                self._file.readinto(line.reshape(-1).view(np.uint8).data)
        return np.moveaxis(part, -1, 0)

    @property
    def height(self) -> int:
        """Rows."""
        return self._shape[0]

    @property
    def width(self) -> int:
        """Columns."""
        return self._shape[1]

    @property
    def channels(self) -> int:
        """Of each pixel."""
        return self._shape[2]

    def rows(self, start: int, stop: int) -> np.ndarray:
        """Return some rows, (h, w, c)."""
        return np.moveaxis(self[..., start:stop, 0 : self.width], 0, -1)

    def raster(self) -> Raster:
        """Return its pixels, all of which have to be there."""
        size = prod(self._shape) * self.dtype.itemsize
        with _worded(self._path):
            for start, part in ((0, header(size)), (HEADER + size, directory(self._shape, self.dtype))):
                self._file.seek(start)
                self._file.write(part)
        return Raster(pyvips.Image.tiffload(native(self._path), access="sequential"))

    def close(self) -> None:
        """Close the file and remove it."""
        self._file.close()
        self._path.unlink(missing_ok=True)
        let_go(self._handle)

    def _starts(self, place: tuple[Any, slice, slice]) -> range:
        _, rows, columns = place
        pixel = self._shape[2] * self.dtype.itemsize
        line, first = self._shape[1] * pixel, HEADER + columns.start * pixel
        return range(rows.start * line + first, rows.stop * line + first, line)


class Held:
    """The same in memory: an array (h, w, channels), or room for one."""

    def __init__(self, planes: np.ndarray) -> None:
        self.planes, self.dtype = planes, planes.dtype
        self._image = np.moveaxis(planes, -1, 0)

    def __setitem__(self, place: Any, part: np.ndarray) -> None:
        self._image[place] = part

    def __getitem__(self, place: Any) -> np.ndarray:
        return self._image[place]

    @property
    def height(self) -> int:
        """Rows."""
        return self.planes.shape[0]

    @property
    def width(self) -> int:
        """Columns."""
        return self.planes.shape[1]

    @property
    def channels(self) -> int:
        """Of each pixel."""
        return self.planes.shape[2]

    def rows(self, start: int, stop: int) -> np.ndarray:
        """Return some rows, (h, w, c)."""
        return self.planes[start:stop]

    def raster(self) -> Raster:
        """Return its pixels."""
        return Raster.of(self.planes)


Canvas = Held | RawFile


class Room:
    """The room for the results of one picture; a context manager, as its files end with it.

    Args:
        beside: the file to which they belong, beside which they are kept; None for results that stay in memory.
    """

    def __init__(self, beside: Path | None = None) -> None:
        self._beside, self._held = beside, 0
        self._files: list[RawFile] = []

    def __enter__(self) -> "Room":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files:
            file.close()

    def demand(self, needed: int, size: str) -> None:
        """Raise RequestError where the memory, or the disk, has not so many bytes for a result of a size in words."""
        if self._beside is None:
            free, where = free_for_results(), "of memory are free"
        elif needed > IN_MEMORY:
            folder = self._folder(self._beside)
            free, where = shutil.disk_usage(folder).free, f"are free in {folder}"
        else:
            return
        if needed > free:
            raise RequestError(
                f"the result would have {size}, {needed / 2**30:.1f} GiB, but only {free / 2**30:.1f} GiB {where}."
            )

    def canvas(self, shape: Shape, dtype: np.dtype) -> Canvas:
        """Return room for a result, which `demand` has found; raise AcutanceError where no file can be made for it."""
        needed = prod(shape) * dtype.itemsize
        if self._beside is not None and self._held + needed > IN_MEMORY:
            return self._file(self._folder(self._beside), self._beside.stem[:40], shape, dtype)
        self._held += needed
        return Held(np.empty(shape, dtype))

    def free(self, canvas: Canvas) -> None:
        """Take back room that is not needed any more."""
        if isinstance(canvas, RawFile):
            canvas.close()
        else:
            self._held -= canvas.planes.nbytes

    def _file(self, folder: Path, stem: str, shape: Shape, dtype: np.dtype) -> RawFile:
        with _worded(folder):
            self._files.append(RawFile(folder, stem, shape, dtype))
        return self._files[-1]

    @staticmethod
    def _folder(beside: Path) -> Path:
        with _worded(beside.parent):
            beside.parent.mkdir(parents=True, exist_ok=True)
        return beside.parent


@contextmanager
def _worded(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise AcutanceError(f"cannot write {path}: {(error.strerror or str(error)).lower()}.") from error
