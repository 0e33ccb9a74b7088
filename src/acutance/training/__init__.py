"""One experiment in motion; the only room that knows Fabric."""

from acutance.training.machine import Fabric, Machine
from acutance.training.precision import precision_here
from acutance.training.trainer import Trainer

__all__ = ["Fabric", "Machine", "Trainer", "precision_here"]
