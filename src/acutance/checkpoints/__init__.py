"""Weights in and out: our own files, those that others released, and the ones that ship in the package."""

from acutance.checkpoints.layout import save
from acutance.checkpoints.places import bundled, locate
from acutance.checkpoints.reading import fill, load
from acutance.checkpoints.released import released
from acutance.checkpoints.start import Start, start

__all__ = ["Start", "bundled", "fill", "load", "locate", "released", "save", "start"]
