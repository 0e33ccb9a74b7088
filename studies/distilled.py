"""RLFN learns from what a finished network makes of the same LR, beside HR: how `rlfn-x4` and `rlfn-x2` ended.

    L = 0.2 * mean |SR - HR| + 0.8 * mean |SR - teacher(LR)|

    ACUTANCE_WEIGHTS=w/ acutance train studies/distilled.py:rlfn_finish --init w/rlfn_x4.pth --data photos/ --out runs/x

The teacher is RLFN with its released weights (Apache-2.0), `rlfn_x2.pth` or `rlfn_x4.pth` in ACUTANCE_WEIGHTS, from
which those two begin as well; `rlfn` is for one that begins elsewhere.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch

from acutance import load
from acutance.experiment import Adam, CosineRestarts, Experiment, Term
from acutance.files import sha256
from acutance.losses import Loss, Pixel
from acutance.networks import Network
from acutance.recipes import pixel
from acutance.types import Batch, Prediction, Scalar


class Teacher(Loss):
    """The mean absolute distance of SR to the teacher's, whose weights stay as they are."""

    def __init__(self, file: Path, scale: int) -> None:
        super().__init__()
        self.teacher: Network = load(file, scale=scale).eval().requires_grad_(False)
        self.sha256 = sha256(file)

    def settings(self) -> Mapping[str, object]:
        """Return who teaches."""
        return {"teacher": self.sha256}

    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return the distance, whose gradient reaches SR alone.

        Where HR is of one colour it teaches itself: a teacher may be wrong there, as RLFN's for x2 is by four levels.
        """
        with torch.no_grad():
            flat = batch.hr.amax((2, 3), keepdim=True) == batch.hr.amin((2, 3), keepdim=True)
            taught = torch.where(flat.all(1, keepdim=True), batch.hr, self.teacher(batch.lr))
        return (prediction.sr - taught).abs().mean()


def rlfn(scale: int = 4) -> Experiment:
    """RLFN as in `pixel:rlfn`, four fifths of its loss from the teacher; the rate falls to a hundredth."""
    control = pixel.rlfn(scale)
    weights = Path(os.environ.get("ACUTANCE_WEIGHTS", "weights")) / f"rlfn_x{scale}.pth"
    objective = {"pixel": Term(0.2, Pixel()), "teacher": Term(0.8, Teacher(weights, scale))}
    return replace(control, objective=objective, schedule=CosineRestarts(floor=0.01))


def rlfn_finish(scale: int = 4) -> Experiment:
    """The same at a small rate, for an end in 32 bits: what was learned in 16 darkens a little when computed in 32."""
    return replace(rlfn(scale), optimizer=Adam(learning_rate=5e-5), average=0.99)
