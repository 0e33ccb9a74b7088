"""A sharpening filter over the control's SR: what a loss has to beat, and no training.

In a comparison it is called "filter", or "filter@factor=1.3" for another factor than 1.2 of `losses.samples.sharpen`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from acutance.data import Pair
from acutance.errors import RequestError
from acutance.files import atomic
from acutance.losses.samples import sharpen
from acutance.ops import image_of, pixels_of
from acutance.run_folder import RunFolder, RunId
from acutance.scores.scorer import Source, Upscaler

NAME, FACTOR = "filter", 1.2


@dataclass(frozen=True)
class Filter:
    """A sharpening by one factor; 1 leaves SR as it is."""

    factor: float

    def over(self, upscaler: Upscaler) -> Upscaler:
        """Return the upscaler with its SR sharpened."""
        return lambda lr: self._sharpened(upscaler(lr))

    def source(self, begin: Callable[[], Source]) -> Callable[[], Source]:
        """Return what begins a source with its SR sharpened."""

        def begun() -> Source:
            source = begin()

            def make(name: str, pair: Pair, lr: UInt8[np.ndarray, "_ _ 3"]) -> UInt8[np.ndarray, "_ _ 3"]:
                return self._sharpened(source(name, pair, lr))

            return make

        return begun

    def _sharpened(self, sr: UInt8[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 3"]:
        return pixels_of(sharpen(image_of(sr), self.factor))


def filter_of(name: object) -> Filter | None:
    """Return the filter that a name stands for; None where it is a recipe.

    >>> filter_of("filter@factor=1.5"), filter_of("pixel:rlfn")
    (Filter(factor=1.5), None)

    Raises:
        RequestError: a filter is named, and no factor above 1.
    """
    if not isinstance(name, str) or name.partition("@")[0] != NAME:
        return None
    kind, _, value = name.partition("@")[2].partition("=") if "@" in name else ("factor", "", str(FACTOR))
    try:
        factor = float(value)
    except ValueError:
        factor = math.nan
    if kind != "factor" or not 1 < factor < math.inf:
        raise RequestError(f"a filter is written as {NAME}@factor={FACTOR}, with a factor above 1; not {name!r}.")
    return Filter(factor)


def take_weights(run: RunId, control: str, out: Path) -> None:
    """Give a filter's folder the last weights of the control with the same seed, whose SR it sharpens."""
    theirs, own = (RunFolder(each.folder(out)).last for each in (RunId(control, run.seed), run))
    own.parent.mkdir(parents=True, exist_ok=True)
    with atomic(own) as beside:
        beside.write_bytes(theirs.read_bytes())
