"""What is done to the control's SR without any training, and what a loss has to beat: a filter, and noise.

In a comparison "filter" is a sharpening by `losses.samples.sharpen`, "filter@factor=1.3" that by another factor than
1.2; "noise" is a little white noise, "noise@levels=1" that of another deviation than half a level. LPIPS with
SqueezeNet takes noise of half a level, which nobody sees, for a gain of 0.01 (docs/log.md), so whoever claims a lower
LPIPS has to be ahead of it.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from jaxtyping import UInt8

from acutance.data import Pair
from acutance.errors import RequestError
from acutance.files import atomic
from acutance.losses.samples import sharpen
from acutance.ops import image_of, pixels_of
from acutance.run_folder import RunFolder, RunId
from acutance.scores.scorer import Source, Upscaler


class Untrained(ABC):
    """What makes another SR of SR."""

    def over(self, upscaler: Upscaler) -> Upscaler:
        """Return the upscaler with its SR changed."""
        return lambda lr: self.changed(upscaler(lr))

    def source(self, begin: Callable[[], Source]) -> Callable[[], Source]:
        """Return what begins a source with its SR changed."""

        def begun() -> Source:
            source = begin()

            def make(name: str, pair: Pair, lr: UInt8[np.ndarray, "_ _ 3"]) -> UInt8[np.ndarray, "_ _ 3"]:
                return self.changed(source(name, pair, lr))

            return make

        return begun

    @abstractmethod
    def changed(self, sr: UInt8[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 3"]:
        """Return the other SR."""


@dataclass(frozen=True)
class Filter(Untrained):
    """A sharpening by one factor; 1 leaves SR as it is."""

    factor: float

    def changed(self, sr: UInt8[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 3"]:
        """Return SR sharpened."""
        return pixels_of(sharpen(image_of(sr), self.factor))


@dataclass(frozen=True)
class Noise(Untrained):
    """White noise of one deviation in levels of 0 to 255, the same in all channels, and the same for the same SR.

    SR is rounded to whole levels after it, which makes 0.58 of half a level, and nothing of less than an eighth.
    """

    levels: float

    def changed(self, sr: UInt8[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 3"]:
        """Return SR with noise."""
        drawn = np.random.default_rng(crc32(sr.tobytes())).normal(0, self.levels, (*sr.shape[:2], 1))
        return (sr + drawn).round().clip(0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Kind:
    """How something untrained is named: its strength, what that is by default, and what it has to be above."""

    strength: str
    default: float
    above: float
    make: Callable[[float], Untrained]


UNTRAINED = {"filter": Kind("factor", 1.2, 1, Filter), "noise": Kind("levels", 0.5, 0.125, Noise)}
NAMES = tuple(f"{name}@{kind.strength}={kind.default:g}" for name, kind in UNTRAINED.items())
"""Each at the strength that it has by default."""


def untrained_of(name: object) -> Untrained | None:
    """Return the filter or the noise that a name stands for; None where it is a recipe.

    >>> untrained_of("filter@factor=1.5"), untrained_of("noise"), untrained_of("pixel:rlfn")
    (Filter(factor=1.5), Noise(levels=0.5), None)

    Raises:
        RequestError: one is named, and no strength that it can have.
    """
    if not isinstance(name, str) or name.partition("@")[0] not in UNTRAINED:
        return None
    called, at, said = name.partition("@")
    kind = UNTRAINED[called]
    strength, _, value = said.partition("=") if at else (kind.strength, "", str(kind.default))
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if strength != kind.strength or not kind.above < number < math.inf:
        example = f"{called}@{kind.strength}={kind.default}"
        raise RequestError(f"{called} is written as {example}, with {kind.strength} above {kind.above}; not {name!r}.")
    return kind.make(number)


def take_weights(run: RunId, control: str, out: Path) -> None:
    """Give a filter's folder the last weights of the control with the same seed, whose SR it sharpens."""
    theirs, own = (RunFolder(each.folder(out)).last for each in (RunId(control, run.seed), run))
    own.parent.mkdir(parents=True, exist_ok=True)
    with atomic(own) as beside:
        beside.write_bytes(theirs.read_bytes())
