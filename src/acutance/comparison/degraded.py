"""Test sets for networks that restore: LR made once by the degradation that the control undoes."""

from collections.abc import Mapping
from pathlib import Path

from acutance.comparison.entries import Entry
from acutance.data import PictureSet, worsened_set
from acutance.errors import RequestError


def degraded(entries: Mapping[str, Entry], sets: tuple[PictureSet, ...], folder: Path) -> tuple[PictureSet, ...]:
    """Return sets as they are to be scored; for networks of scale 1 with LR in `folder`, unless they have files of it.

    Raises:
        RequestError: there is neither a degradation nor LR in files, so that LR would be HR.
    """
    entry = next(iter(entries.values()))
    if entry.request.scale > 1 or all(pair.lr is not None for each in sets for pair in each.pairs):
        return sets
    degradation = entry.experiment().degradation
    if degradation is None:
        raise RequestError(f"{sets[0].name} has no LR in files, and at scale 1 there is nothing to make it of.")
    return tuple(worsened_set(each, degradation, "degraded", folder) for each in sets)
