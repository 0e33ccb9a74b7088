"""What is told of the losses between two lines of a run's curve."""

import time
from collections.abc import Mapping
from statistics import fmean
from typing import Any

from torch import Tensor


class Curve:
    """Collects losses without waiting for the device, and averages them when a line is due."""

    def __init__(self) -> None:
        self.note = ""
        self._losses: dict[str, list[Tensor | float]] = {}
        self._clock = time.perf_counter()

    def add(self, losses: Mapping[str, Tensor]) -> None:
        """Remember the losses of one step."""
        for name, loss in losses.items():
            self._losses.setdefault(name, []).append(loss)

    def means(self) -> dict[str, float]:
        """Return "loss/NAME" and "seconds", each a mean over the steps since the last call."""
        means = {name: fmean(float(loss) for loss in losses) for name, losses in self._losses.items()}
        steps = max(map(len, self._losses.values()), default=1)
        seconds = (time.perf_counter() - self._clock) / steps
        self.note = ", ".join(f"{name} {mean:.4g}" for name, mean in means.items())
        self._losses, self._clock = {}, time.perf_counter()
        return {**{f"loss/{name}": mean for name, mean in means.items()}, "seconds": round(seconds, 4)}

    def state_dict(self) -> dict[str, Any]:
        """Return the losses since the last line, so that the next is the mean over the same steps after a resume."""
        losses = {name: [float(loss) for loss in losses] for name, losses in self._losses.items()}
        return {"losses": losses, "seconds": time.perf_counter() - self._clock}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self._losses = {name: list(losses) for name, losses in state["losses"].items()}
        self._clock = time.perf_counter() - state["seconds"]
