"""Cutting a picture into overlapping windows, so that a network sees little at a time and the joins do not show.

Everything here works on arrays and tensors alike whose last two axes are rows and columns.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from math import ceil
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float
from torch import Tensor

from acutance.errors import RequestError
from acutance.ops.pixels import as_type, full_scale


@runtime_checkable
class Grid(Protocol):
    """An array or a tensor, whose last two axes are rows and columns."""

    def __getitem__(self, place: Any, /) -> Any:
        """Return a part."""
        ...

    def __setitem__(self, place: Any, value: Any, /) -> None:
        """Replace a part."""
        ...


@runtime_checkable
class Canvas(Grid, Protocol):
    """A grid that has a type of NumPy's, as arrays have, and files that are written as such."""

    @property
    def dtype(self) -> np.dtype:
        """Of its values."""
        ...


@dataclass(frozen=True)
class Window:
    """A part of a picture: `seen` is what a network looks at, `own` the part that it answers for, as (rows, columns).

    The windows' `own` parts cover the picture without overlapping. `seen` reaches further, but never beyond the
    picture, so that a network's zero padding falls where it would on the whole picture.
    """

    own: tuple[slice, slice]
    seen: tuple[slice, slice]

    def own_within_seen(self, scale: int) -> tuple[slice, slice]:
        """Return `own` counted from the corner of `seen`, in a result `scale` times as large."""
        rows, columns = (
            slice((own.start - seen.start) * scale, (own.stop - seen.start) * scale)
            for own, seen in zip(self.own, self.seen, strict=True)
        )
        return rows, columns


def windows(height: int, width: int, *, tile: int, overlap: int) -> list[Window]:
    """Return the windows of a picture of `height` x `width`, row by row.

    Args:
        height: rows of the picture.
        width: columns of the picture.
        tile: the longest side that a window's own part may have, at least 1.
        overlap: how far a window sees beyond its own part, at least 0.

    Raises:
        RequestError: `tile` or `overlap` is smaller than that.
    """
    if tile < 1 or overlap < 0:
        raise RequestError(f"a tile needs at least 1 pixel and an overlap 0, not {tile} and {overlap}.")
    return _crossed(_spans(height, tile, overlap), _spans(width, tile, overlap))


def fixed_windows(height: int, width: int, *, sides: tuple[int, int], overlap: int) -> list[Window]:
    """Return windows that all see `sides` (rows, columns), for networks that take one size; row by row.

    Neighbours share at least twice `overlap` pixels, or twice a quarter of the side where that is less.

    Raises:
        RequestError: the picture is smaller than a window.
    """
    if height < sides[0] or width < sides[1]:
        raise RequestError(f"a window of {sides[1]}x{sides[0]} pixels does not fit into {width}x{height}.")
    return _crossed(_fixed_spans(height, sides[0], overlap), _fixed_spans(width, sides[1], overlap))


Spans = Iterable[tuple[slice, slice]]
"""Own and seen parts along one axis."""


def _crossed(rows: Spans, columns: Spans) -> list[Window]:
    return [Window(own=(y, x), seen=(sy, sx)) for (y, sy), (x, sx) in product(rows, columns)]


def _spans(length: int, tile: int, overlap: int) -> Iterator[tuple[slice, slice]]:
    # Equal parts rather than full ones and a sliver: the sliver would cost its whole overlap.
    parts = ceil(length / tile)
    bounds = [length * part // parts for part in range(parts + 1)]
    for start, stop in pairwise(bounds):
        yield slice(start, stop), slice(max(0, start - overlap), min(length, stop + overlap))


def _fixed_spans(length: int, side: int, overlap: int) -> Iterator[tuple[slice, slice]]:
    overlap = min(overlap, side // 4)
    parts = max(1, ceil((length - 2 * overlap) / (side - 2 * overlap)))
    starts = [(length - side) * part // max(1, parts - 1) for part in range(parts)]
    bounds = [0, *(start + overlap for start in starts[1:]), length]
    for start, own in zip(starts, pairwise(bounds), strict=True):
        yield slice(*own), slice(start, start + side)


def tiled(
    network: Callable[[Tensor], Tensor], lr: Float[Tensor, "b c h w"], *, scale: int, tile: int, overlap: int
) -> Float[Tensor, "b d H W"]:
    """Return `network(lr)`, computed a window at a time.

    Where `overlap` is at least the network's receptive radius, this equals `network(lr)` up to rounding, at the
    picture's borders too. A picture no larger than a tile takes one call.

    Args:
        network: makes an image `scale` times as high and wide.
        lr: the image.
        scale: of the network.
        tile: the longest side of a window's own part, in pixels of `lr`.
        overlap: how many pixels of `lr` a window sees beyond its own part.

    Raises:
        RequestError: `tile` or `overlap` is too small, or the network's result is not `scale` times as large.
    """
    height, width = lr.shape[-2:]
    sr: Tensor | None = None
    for window in windows(height, width, tile=tile, overlap=overlap):
        part = scaled(network, lr[(..., *window.seen)], scale)
        if part.shape[-2:] == (height * scale, width * scale):
            return part
        if sr is None:
            sr = part.new_empty((*part.shape[:2], height * scale, width * scale))
        paste(sr, window, part, scale)
    assert sr is not None, "an image without pixels has no windows"
    return sr


def scaled(network: Callable[[Tensor], Tensor], lr: Float[Tensor, "b c h w"], scale: int) -> Float[Tensor, "b d H W"]:
    """Return `network(lr)`; raise RequestError where it is not `scale` times as large as `lr`."""
    sr = network(lr)
    height, width = lr.shape[-2:]
    if sr.shape[-2:] != (height * scale, width * scale):
        made = f"{sr.shape[-1]}x{sr.shape[-2]}"
        raise RequestError(f"the network made {made} pixels of {width}x{height}, which is not {scale} times as large.")
    return sr


def paste(result: Grid, window: Window, part: Grid, scale: int) -> None:
    """Write what is a window's own into `result`, from `part`, which is what became of all that it sees."""
    rows, columns = window.own
    result[(..., _times(rows, scale), _times(columns, scale))] = part[(..., *window.own_within_seen(scale))]


def blend(result: Canvas, parts: Iterable[tuple[Window, Float[np.ndarray, "c h w"]]], scale: int) -> None:
    """Fill `result` (c, H, W), of any type, with windows that fade into each other over all that both see.

    Windows come row by row, with what became of what they see, in [0, 1]: into strips, and these into the result. Of
    the strips no more than a window's width is held; the rows that the next strip fades into are read back.
    """
    before: tuple[Window, np.ndarray] | None = None
    for window, sr in parts:
        if before is not None and before[0].own[0] != window.own[0]:
            _lay(result, *before, scale, stop=None)
            before = None
        merged = _beside(before, window, sr, result.dtype, scale)
        if before is not None:
            _lay(result, *before, scale, stop=window.seen[1].start)
        before = window, merged
    if before is not None:
        _lay(result, *before, scale, stop=None)


def _beside(
    before: tuple[Window, np.ndarray] | None, window: Window, sr: np.ndarray, dtype: np.dtype, scale: int
) -> np.ndarray:
    """Return what a window has made, faded in from what lies to its left."""
    made, weight = as_type(sr, dtype), _ramp(window.own[1], window.seen[1], scale)
    if before is not None and len(weight):
        first = (window.seen[1].start - before[0].seen[1].start) * scale
        shared = before[1][..., first : first + len(weight)]
        made[..., : len(weight)] = _faded(shared, sr[..., : len(weight)], weight)
    return made


def _lay(result: Grid, window: Window, made: np.ndarray, scale: int, *, stop: int | None) -> None:
    """Write a window's columns, up to `stop` in LR pixels, into the result; the top rows fade into what is there."""
    rows, columns = window.seen
    columns = columns if stop is None else slice(columns.start, stop)
    made = made[..., : (columns.stop - columns.start) * scale]
    weight = _ramp(window.own[0], rows, scale)[:, None]
    top = slice(rows.start * scale, rows.start * scale + len(weight))
    if len(weight):
        place = (..., top, _times(columns, scale))
        above = made[:, : len(weight)] / full_scale(made.dtype)
        result[place] = _faded(result[place], above, weight)
    result[(..., slice(top.stop, rows.stop * scale), _times(columns, scale))] = made[:, len(weight) :]


def _faded(below: np.ndarray, above: np.ndarray, weight: np.ndarray) -> np.ndarray:
    before = below / full_scale(below.dtype)
    return as_type(before + weight * (above - before), below.dtype)


def _ramp(own: slice, seen: slice, scale: int) -> Float[np.ndarray, " n"]:
    """Return weights that rise to 1 over what the window before has seen as well."""
    shared = 2 * (own.start - seen.start) * scale
    length = min(shared, (seen.stop - seen.start) * scale)
    return np.minimum((np.arange(length, dtype=np.float32) + 0.5) / np.float32(shared or 1), 1)


def _times(place: slice, scale: int) -> slice:
    return slice(place.start * scale, place.stop * scale)
