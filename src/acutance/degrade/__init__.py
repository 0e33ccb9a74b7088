"""From high resolution to low: what a network is trained and measured to undo."""

from acutance.degrade.bicubic import Bicubic
from acutance.degrade.crop import crop_to_multiple

__all__ = ["Bicubic", "crop_to_multiple"]
