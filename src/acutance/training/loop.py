"""The loop of every training, that of a network and that of a structure extractor: steps, a curve, checkpoints."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from torch import Tensor

from acutance.progress import Progress
from acutance.training.clock import Clock
from acutance.training.curve import Curve
from acutance.training.interrupt import Interrupt


@dataclass(frozen=True)
class Rhythm:
    """Steps between two lines of the curve, between two checkpoints, and between two validations, None for no such."""

    log: int = 50
    save: int = 500
    validate: int | None = None

    @classmethod
    def of(cls, steps: int, validate: int | None = None) -> "Rhythm":
        """Return the rhythm of a run of so many steps: 20 lines and 4 checkpoints at least, where there are as many."""
        return cls(max(1, min(50, steps // 20)), max(1, min(500, steps // 4)), validate)


@dataclass
class Loop:
    """Takes the steps that are left, and does what is due between them. The steps are counted here and nowhere else.

    Attributes:
        step: takes the step at a clock, and returns its losses without their graphs.
        log: is given the clock of the step just taken, and the means of the losses since the last line of the curve.
        save: writes the checkpoint of a clock, which is after the step.
        validate: scores at a clock, which is after the step; called where the rhythm says so.
        clock: where the run stands.
        description: of the progress bar.
    """

    step: Callable[[Clock], Mapping[str, Tensor]]
    log: Callable[[Clock, Mapping[str, float]], None]
    save: Callable[[Clock], None]
    clock: Clock
    rhythm: Rhythm
    validate: Callable[[Clock], None] | None = None
    description: str = "training"
    curve: Curve = field(default_factory=Curve)

    def run(self) -> None:
        """Go on to the last step. Ctrl-C ends it after the step in hand, which is saved.

        Raises:
            KeyboardInterrupt: it was interrupted; the checkpoint is written.
            AcutanceError: the gradients stay infinite, or the disk is full.
        """
        with Interrupt() as interrupt, Progress(self.description, self.clock.steps, self.clock.done) as progress:
            while not self.clock.finished and not interrupt.requested:
                self.curve.add(self.step(self.clock))
                taken, self.clock = self.clock, self.clock.next
                self._do_what_is_due(taken)
                progress.update(note=self.curve.note)
        if interrupt.requested:
            self.save(self.clock)
            raise KeyboardInterrupt

    def _do_what_is_due(self, taken: Clock) -> None:
        if self.clock.is_due(self.rhythm.log):
            self.log(taken, self.curve.means())
        if self.validate is not None and self.rhythm.validate and self.clock.is_due(self.rhythm.validate):
            self.validate(self.clock)
        if self.clock.is_due(self.rhythm.save):
            self.save(self.clock)
