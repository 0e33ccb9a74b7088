"""Gradients in 16-mixed: float16 knows no number below 6e-8, which most gradients of a mean are."""

from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

START = 2.0**16
GROWTH = 2000
"""Sound steps after which twice the scale is tried."""


class Scaler:
    """What a loss is multiplied by before its gradient is taken, and the gradient divided by after; a power of two.

    A gradient that overflows halves it, and the step is left out; so it stays as large as the numbers allow (as
    `torch.amp.GradScaler`, which waits for the device once a step more).
    """

    def __init__(self) -> None:
        self.scale, self.sound = START, 0

    def passed(self) -> None:
        """Note a sound step."""
        self.sound += 1
        if self.sound >= GROWTH:
            self.scale, self.sound = self.scale * 2, 0

    def lower(self) -> bool:
        """Halve the scale after an overflow; tell whether that was of use, which below 1 it is not."""
        if self.scale <= 1:
            return False
        self.scale, self.sound = self.scale / 2, 0
        return True

    def undo(self, parameters: list[nn.Parameter]) -> None:
        """Divide the gradients by the scale."""
        gradients: list[Tensor] = [each.grad for each in parameters if each.grad is not None]
        if gradients:
            torch._foreach_mul_(gradients, 1 / self.scale)  # pyright: ignore[reportPrivateUsage, reportPrivateImportUsage]

    def state_dict(self) -> dict[str, Any]:
        """Return what changes from step to step."""
        return {"scale": self.scale, "sound": self.sound}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.scale, self.sound = state["scale"], state["sound"]


def scaler_of(fabric: Fabric) -> Scaler | None:
    """Return a scaler where the machine computes in float16; None elsewhere, where none is needed."""
    return Scaler() if getattr(fabric.strategy.precision, "precision", None) == "16-mixed" else None
