"""LR made afresh for every patch: cut from HR with a margin, turned, degraded by random numbers of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, UInt8

from acutance.data.worsened import RandomDegradation

Pixels = UInt8[np.ndarray, "_ _ 3"]


@dataclass(frozen=True)
class Place:
    """Where a patch lies in an HR picture, in HR pixels; all are multiples of the scale."""

    top: int
    left: int
    side: int


def degraded_patches(
    hr: Sequence[tuple[Pixels, Place]],
    bits: Bool[np.ndarray, "b 3"],
    degradation: RandomDegradation,
    seeds: Sequence[Sequence[int]],
) -> Iterator[tuple[Pixels, Pixels]]:
    """Return LR and HR of each patch, in the symmetry that its bits say (`augment.symmetry`).

    What is degraded is HR as the network will see it, turned and mirrored, as the blocks and the mosaic of a camera
    are not; with `degradation.margin` LR pixels more on each side where the picture has them, so that its filters meet
    the picture's own surroundings.
    """
    for (picture, place), which, seed in zip(hr, bits, seeds, strict=True):
        margin = degradation.margin * degradation.scale
        yield _degraded(*_turned(*_window(picture, place, margin), which), degradation, seed)


def _window(picture: Pixels, place: Place, margin: int) -> tuple[Pixels, Place]:
    """Return a part of the picture and where the patch lies in it."""
    top, left = max(0, place.top - margin), max(0, place.left - margin)
    bottom, right = place.top + place.side + margin, place.left + place.side + margin
    return picture[top:bottom, left:right], Place(place.top - top, place.left - left, place.side)


def _turned(window: Pixels, place: Place, bits: Bool[np.ndarray, "3"]) -> tuple[Pixels, Place]:
    """Flip left to right, upside down and transpose, in this order."""
    mirrored, upended, transposed = bits.tolist()
    height, width = window.shape[:2]
    top, left, side = place.top, place.left, place.side
    if mirrored:
        window, left = window[:, ::-1], width - left - side
    if upended:
        window, top = window[::-1], height - top - side
    if transposed:
        window, top, left = window.transpose(1, 0, 2), left, top
    return window, Place(top, left, side)


def _degraded(
    window: Pixels, place: Place, degradation: RandomDegradation, seed: Sequence[int]
) -> tuple[Pixels, Pixels]:
    lr = degradation(np.ascontiguousarray(window, np.float32) / 255, seed)
    scale = degradation.scale
    top, left, side = place.top // scale, place.left // scale, place.side // scale
    low = np.rint(lr[top : top + side, left : left + side] * 255).astype(np.uint8)
    return low, window[place.top : place.top + place.side, place.left : place.left + place.side]
