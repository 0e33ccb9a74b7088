"""Where a run stands, which one loop counts and everything that depends on time is handed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """`done` of the `steps` updates of a run.

    >>> clock = Clock(steps=200, done=49)
    >>> clock.progress, clock.next.is_due(every=50)
    (0.245, True)
    """

    steps: int
    done: int = 0

    @property
    def progress(self) -> float:
        """The share of the run that is done, in [0, 1]."""
        return self.done / self.steps

    @property
    def next(self) -> "Clock":
        """The clock after one more step."""
        return Clock(self.steps, self.done + 1)

    @property
    def finished(self) -> bool:
        """Whether no step is left."""
        return self.done >= self.steps

    def is_due(self, every: int) -> bool:
        """Whether something that happens every so many steps, and after the last, happens now."""
        return self.done % every == 0 or self.done == self.steps


START = Clock(steps=1)
"""The clock of a step on its own, outside any run."""
