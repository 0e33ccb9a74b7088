"""Upscaling pictures of any size, depth and kind with a network, a tile at a time."""

from acutance.upscaling.collection import Outcome, upscale_files
from acutance.upscaling.kinds import upscale, upscale_with_gradients

__all__ = ["Outcome", "upscale", "upscale_files", "upscale_with_gradients"]
