"""Putting upscaled windows together in an array of any depth."""

from collections.abc import Iterable
from itertools import groupby

import numpy as np
from jaxtyping import Float

from acutance.ops.tiles import Window

Planes = np.ndarray
Parts = Iterable[tuple[Window, Float[np.ndarray, "h w c"]]]
"""Windows of LR, row by row, and what became of what they see, in [0, 1]."""


def join(result: Planes, parts: Parts, scale: int) -> None:
    """Fill `result` with what is each window's own."""
    for window, sr in parts:
        rows, columns = window.own
        result[_times(rows, scale), _times(columns, scale)] = as_type(sr[window.own_within_seen(scale)], result.dtype)


def blend(result: Planes, parts: Parts, scale: int) -> None:
    """Fill `result` with windows that fade into each other over all that both see: into strips, and these into it."""
    for (own, seen), row in groupby(parts, key=lambda part: (part[0].own[0], part[0].seen[0])):
        strip = np.empty((scale * (seen.stop - seen.start), *result.shape[1:]), result.dtype)
        for window, sr in row:
            columns, weight = _times(window.seen[1], scale), _ramp(window.own[1], window.seen[1], scale)
            strip[:, columns] = _faded(strip[:, columns], sr, weight[None, :, None])
        rows, levels = _times(seen, scale), strip / full_scale(result.dtype)
        result[rows] = _faded(result[rows], levels, _ramp(own, seen, scale)[:, None, None])


def full_scale(kind: np.dtype) -> np.float32:
    """Return the value that stands for 1: the greatest of an integer type, 1 of a floating-point one."""
    return np.float32(np.iinfo(kind).max if np.issubdtype(kind, np.integer) else 1)


def as_type(values: Float[np.ndarray, "..."], kind: np.dtype) -> np.ndarray:
    """Return values in [0, 1] in the range of a type, rounded to the nearest integer where it is one."""
    scaled = values * full_scale(kind)
    return (np.rint(scaled) if np.issubdtype(kind, np.integer) else scaled).astype(kind)


def _faded(below: Planes, above: np.ndarray, weight: np.ndarray) -> Planes:
    # What lies below may be memory that nothing was written to yet, where the weight is 1.
    before = np.where(weight < 1, below, 0) / full_scale(below.dtype)
    return as_type(before + weight * (above - before), below.dtype)


def _ramp(own: slice, seen: slice, scale: int) -> Float[np.ndarray, " n"]:
    """Return weights that rise over what the window before has seen as well, and then are 1."""
    shared = 2 * (own.start - seen.start) * scale
    pixels = np.arange(scale * (seen.stop - seen.start), dtype=np.float32) + 0.5
    return np.minimum(pixels / shared, 1) if shared else np.ones_like(pixels)


def _times(place: slice, scale: int) -> slice:
    return slice(place.start * scale, place.stop * scale)
