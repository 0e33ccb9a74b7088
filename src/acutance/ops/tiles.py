"""Cutting a picture into overlapping windows, so that a network sees little at a time and the joins do not show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from math import ceil

from jaxtyping import Float
from torch import Tensor

from acutance.errors import RequestError


@dataclass(frozen=True)
class Window:
    """A part of a picture: `seen` is what a network looks at, `own` the part that it answers for, as (rows, columns).

    The windows' `own` parts cover the picture without overlapping. `seen` reaches `overlap` pixels further on each
    side, but never beyond the picture, so that a network's zero padding falls where it would on the whole picture.
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
    rows, columns = _spans(height, tile, overlap), _spans(width, tile, overlap)
    return [Window(own=(y, x), seen=(sy, sx)) for (y, sy), (x, sx) in product(rows, columns)]


def _spans(length: int, tile: int, overlap: int) -> Iterator[tuple[slice, slice]]:
    # Equal parts rather than full ones and a sliver: the sliver would cost its whole overlap.
    parts = ceil(length / tile)
    bounds = [length * part // parts for part in range(parts + 1)]
    for start, stop in pairwise(bounds):
        yield slice(start, stop), slice(max(0, start - overlap), min(length, stop + overlap))


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
        seen = lr[(..., *window.seen)]
        part = scaled(network, seen, scale)
        if part.shape[-2:] == (height * scale, width * scale):
            return part
        if sr is None:
            sr = part.new_empty((*part.shape[:2], height * scale, width * scale))
        rows, columns = window.own
        within = part[(..., *window.own_within_seen(scale))]
        sr[..., rows.start * scale : rows.stop * scale, columns.start * scale : columns.stop * scale] = within
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
