"""What is told of the losses between two lines of a run's curve."""

import time
from collections.abc import Mapping
from statistics import fmean

from torch import Tensor


class Curve:
    """Collects losses without waiting for the device, and averages them when a line is due."""

    def __init__(self) -> None:
        self.note = ""
        self._losses: dict[str, list[Tensor]] = {}
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
