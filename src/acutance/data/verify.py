"""A look through a set of pictures, before anything rests on it."""

from dataclasses import dataclass
from pathlib import Path

from acutance.data.decode import decode
from acutance.data.degradation import Degradation
from acutance.data.sets import find_set
from acutance.errors import PictureError
from acutance.progress import track


@dataclass(frozen=True)
class Verified:
    """What was found in a set: its name, how many pictures, how many with an LR file, and those that are no use."""

    name: str
    pictures: int
    with_lr: int
    faults: tuple[PictureError, ...]


def verify(folder: str | Path, degradation: Degradation) -> Verified:
    """Decode every picture of a set, with its LR file where it has one for the scale of `degradation`.

    Args:
        folder: of pictures, or one with HR/ beside LR_bicubic/X4/.
        degradation: makes LR where there is no file, as training would.

    Raises:
        RequestError: there is no picture.
    """
    found = find_set(None, str(folder), degradation.scale)
    faults: list[PictureError] = []
    for pair in track(found.pairs, found.name, len(found.pairs)):
        try:
            decode(pair, degradation)
        except PictureError as error:
            faults.append(error)
    with_lr = sum(pair.lr is not None for pair in found.pairs)
    return Verified(found.name, len(found.pairs), with_lr, tuple(faults))
