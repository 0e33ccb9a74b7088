"""Test sets with LR that is made once, by the degradation that the control of a comparison undoes."""

from pathlib import Path

from acutance.data import PictureSet, worsened_set
from acutance.experiment import Experiment


def degraded(control: Experiment, sets: tuple[PictureSet, ...], folder: Path) -> tuple[PictureSet, ...]:
    """Return sets as they are to be scored, with LR in `folder` unless all have files of it, or bicubic LR is meant."""
    degradation = control.made_afresh
    if degradation is None or all(pair.lr is not None for each in sets for pair in each.pairs):
        return sets
    return tuple(worsened_set(each, degradation, "degraded", folder) for each in sets)
