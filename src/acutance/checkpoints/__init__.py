"""Weights in and out: our own files, those that others released, and the ones that ship in the package."""

from acutance.catalogue import bundled
from acutance.checkpoints.header import save
from acutance.checkpoints.loading import fill, load
from acutance.checkpoints.places import locate
from acutance.checkpoints.released import released
from acutance.checkpoints.start import Start, start

__all__ = ["Start", "bundled", "fill", "load", "locate", "released", "save", "start"]
