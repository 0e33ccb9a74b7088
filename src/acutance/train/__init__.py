"""The only room that trains, and the only one that knows Fabric."""

from acutance.train.fit import Rhythm, Run, fit, patches
from acutance.train.folder import RunFolder
from acutance.train.machine import Machine
from acutance.train.trainer import Trainer
from acutance.train.validation import Validation

__all__ = ["Machine", "Rhythm", "Run", "RunFolder", "Trainer", "Validation", "fit", "patches"]
