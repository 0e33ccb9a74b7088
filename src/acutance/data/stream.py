"""An endless, seeded stream of aligned patches in which batch number `step` never depends on the batches before it."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Int, Shaped, UInt8
from torch import Tensor

from acutance.data.augment import symmetry
from acutance.data.band_store import BandStore
from acutance.data.fresh import Place, degraded_patches
from acutance.data.notice import left_out
from acutance.data.store import Store
from acutance.data.worsened import RandomDegradation
from acutance.errors import RequestError
from acutance.types import Batch


class Draw(NamedTuple):
    """Where the patches of a batch lie: picture numbers, top left corners in LR pixels, and the bits of `symmetry`."""

    pictures: Int[np.ndarray, " b"]
    tops: Int[np.ndarray, " b"]
    lefts: Int[np.ndarray, " b"]
    bits: Bool[np.ndarray, "b 3"]


class PatchStream:
    """Random aligned patches of a store. Every LR-aligned position in the data is equally likely, at every step.

    Args:
        store: where the pictures are; those smaller than a patch are left out, in one line on standard error.
        patch: side of the HR patch in pixels, a multiple of the scale.
        batch: patches in a batch, over all processes together.
        seed: any whole number from 0 on; with the step it decides everything.
        rank: the number of this process, from 0.
        world: how many processes share a batch; each takes an equal slice of the same patches.
        upright: patches stay as they lie in their picture, rather than in one of the eight symmetries by chance.
        degradation: what makes LR of HR afresh at every step, by random numbers of the seed, the step and the place in
            the batch; None takes the store's LR.

    Raises:
        RequestError: the patch fits no picture or no multiple of the scale, or the batch cannot be shared equally.
    """

    def __init__(
        self,
        store: Store | BandStore,
        *,
        patch: int,
        batch: int,
        seed: int,
        rank: int = 0,
        world: int = 1,
        upright: bool = False,
        degradation: RandomDegradation | None = None,
    ) -> None:
        _check(store, patch, batch, seed, rank, world)
        if degradation is not None and degradation.scale != store.scale:
            raise RequestError(f"a degradation of scale {degradation.scale} makes no LR of scale {store.scale}.")
        if degradation is not None and isinstance(store, BandStore):
            raise RequestError(
                f"degradations are of RGB pictures; LR of {store.bands} bands is made by bicubic reduction alone."
            )
        self.degradation = degradation
        self.store, self.batch, self.seed, self.upright = store, batch, seed, upright
        self.mine = slice(rank * batch // world, (rank + 1) * batch // world)
        self.low = patch // store.scale
        positions = np.clip(store.sizes // store.scale - self.low + 1, 0, None)
        self._columns = positions[:, 1]
        self._ends = np.cumsum(positions.prod(axis=1))
        _tell_unused(store, patch)

    def batch_at(self, step: int, device: torch.device | str) -> Batch:
        """Return this process's patches of batch `step` on the device: (b, 3, h, w) floats in [0, 1].

        A pure function of seed and step: whoever resumes training asks for the step that is due.
        """
        draw = Draw(*(part[self.mine] for part in self.draw(step)))
        if self.degradation is not None:
            return Batch(*(_to_floats(_send(part, device)) for part in self._degraded(draw, step, self.degradation)))
        bits = _send(draw.bits, device)
        lr, hr = (
            _to_image(self._gather(draw, scale), bits, device, self.store.white) for scale in (1, self.store.scale)
        )
        return Batch(lr, hr)

    def draw(self, step: int) -> Draw:
        """Return where the patches of the whole batch `step` lie, over all processes."""
        random = np.random.default_rng([self.seed, step])
        positions = random.integers(self._ends[-1], size=self.batch)
        pictures = np.searchsorted(self._ends, positions, side="right")
        # Counted back from the end of its picture's positions, which needs no table of their starts.
        tops, lefts = np.divmod(self._ends[pictures] - 1 - positions, self._columns[pictures])
        bits = random.integers(2, size=(self.batch, 3)).astype(bool)
        return Draw(pictures, tops, lefts, bits & (not self.upright))

    def _degraded(
        self, draw: Draw, step: int, degradation: RandomDegradation
    ) -> tuple[UInt8[np.ndarray, "b m m 3"], UInt8[np.ndarray, "b n n 3"]]:
        """Return LR and HR, degraded as the place of each patch in the whole batch says, whoever prepares it."""
        scale, seeds = self.store.scale, [(self.seed, step, place) for place in range(self.batch)[self.mine]]
        corners = (draw.tops * scale, draw.lefts * scale)
        places = [
            Place(top, left, self.low * scale) for top, left in zip(*(each.tolist() for each in corners), strict=True)
        ]
        assert isinstance(self.store, Store)
        store = self.store
        hr = [(store.hr(number), place) for number, place in zip(draw.pictures.tolist(), places, strict=True)]
        lows, highs = zip(*degraded_patches(hr, draw.bits, degradation, seeds), strict=True)
        return np.stack(lows), np.stack(highs)

    def _gather(self, draw: Draw, scale: int) -> Shaped[np.ndarray, "b n n _"]:
        side, picture = self.low * scale, self.store.lr if scale == 1 else self.store.hr
        patches = np.empty((len(draw.pictures), side, side, self.store.bands), self.store.kind)
        corners = (draw.pictures, draw.tops * scale, draw.lefts * scale)
        for patch, number, top, left in zip(patches, *(part.tolist() for part in corners), strict=True):
            patch[:] = picture(number)[top : top + side, left : left + side]
        return patches


def _to_image(
    patches: Shaped[np.ndarray, "b n n _"], bits: Bool[Tensor, "b 3"], device: torch.device | str, white: int
) -> Tensor:
    image = _send(patches, device).permute(0, 3, 1, 2).contiguous()
    return symmetry(image, bits).float() / white


def _to_floats(patches: UInt8[Tensor, "b n n 3"]) -> Tensor:
    return patches.permute(0, 3, 1, 2).float().contiguous() / 255


def _send(array: np.ndarray, device: torch.device | str) -> Tensor:
    # From pinned memory a GPU fetches the patches while the processor goes on.
    tensor = torch.from_numpy(array)
    pinned = tensor.pin_memory() if torch.device(device).type == "cuda" else tensor
    return pinned.to(device, non_blocking=True)


def _check(store: Store | BandStore, patch: int, batch: int, seed: int, rank: int, world: int) -> None:
    scale, largest = store.scale, int(store.sizes.min(axis=1).max())
    if patch < scale or patch % scale:
        near = max(scale, round(patch / scale) * scale)
        raise RequestError(f"a patch of {patch} HR pixels is no multiple of the scale {scale}; the nearest is {near}.")
    if patch > largest:
        raise RequestError(f"a patch of {patch} HR pixels fits no picture; the largest that fits is {largest}.")
    if not 0 <= rank < world:
        raise RequestError(f"there is no process {rank} among {world}; they count from 0.")
    if batch < 1 or batch % world:
        near = max(1, round(batch / world)) * world
        raise RequestError(f"{world} processes cannot share a batch of {batch} equally; the nearest is {near}.")
    if seed < 0:
        raise RequestError(f"the seed is {seed}; it must not be negative.")


def _tell_unused(store: Store | BandStore, patch: int) -> None:
    small = np.flatnonzero(store.sizes.min(axis=1) < patch)
    left_out([f"{store.names[i]}: smaller than the patch of {patch} pixels" for i in small])
