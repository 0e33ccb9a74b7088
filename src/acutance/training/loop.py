"""The loop of every training, that of a network and that of a structure extractor: steps, a curve, checkpoints."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from torch import Tensor

from acutance import processes
from acutance.progress import Progress
from acutance.terminal import say
from acutance.training.clock import Clock
from acutance.training.curve import Curve
from acutance.training.interrupt import Interrupt
from acutance.training.mishaps import Diverged


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
        step: takes the step at a clock, and returns its losses without their graphs; or none, and has changed nothing.
        log: is given the clock of the step just taken, and the means of the losses since the last line of the curve.
        save: writes the checkpoint of a clock, which is after the step.
        validate: scores at a clock, which is after the step; called where the rhythm says so.
        rescue: writes the checkpoint of a clock where a process is lost that trained with this one; `save` by default.
        enough: says whether the run may end before its last step; asked after each validation, and at the start.
        clock: where the run stands.
        description: of the progress bar.
    """

    step: Callable[[Clock], Mapping[str, Tensor]]
    log: Callable[[Clock, Mapping[str, float]], None]
    save: Callable[[Clock], None]
    clock: Clock
    rhythm: Rhythm
    validate: Callable[[Clock], None] | None = None
    rescue: Callable[[Clock], None] | None = None
    enough: Callable[[], bool] | None = None
    description: str = "training"
    curve: Curve = field(default_factory=Curve)
    _ended: bool = False

    @property
    def finished(self) -> bool:
        """Whether no step is left, or the run was ended before."""
        return self.clock.finished or self._ended

    def run(self) -> None:
        """Go on to the last step. Ctrl-C ends it after the step in hand, which is saved.

        Several processes stop at the same step, whichever of them was interrupted.

        Raises:
            KeyboardInterrupt: it was interrupted; the checkpoint is written, unless its tensors are not finite.
            ProcessLost: another process has ended; the checkpoint is written.
            Diverged: the numbers stay not finite.
            AcutanceError: the disk is full.
        """
        with Interrupt() as interrupt, Progress(self.description, self.clock.steps, self.clock.done) as progress:
            try:
                interrupted = self._go_on(interrupt, progress)
                if interrupted:
                    self._save_interrupted()
            except processes.ProcessLost as fault:
                (self.rescue or self.save)(self.clock)
                raise processes.ProcessLost(f"{fault} What was trained is kept: go on with --resume.") from fault
        if interrupted:
            raise KeyboardInterrupt

    def _go_on(self, interrupt: Interrupt, progress: Progress) -> bool:
        """Take the steps that are left, and tell whether they were interrupted: all processes hear that together."""
        self._ended = self.enough is not None and self.enough()
        while not (interrupted := processes.agree(interrupt.requested)) and not self.finished:
            self.curve.add(self.step(self.clock))
            taken, self.clock = self.clock, self.clock.next
            self._do_what_is_due(taken)
            progress.update(note=self.curve.note)
        return interrupted

    def _save_interrupted(self) -> None:
        try:
            self.save(self.clock)
        except Diverged as fault:
            say(str(fault))
        processes.agree(True)  # a launcher ends all when one ends, and the first has something to write

    def _do_what_is_due(self, taken: Clock) -> None:
        if self.clock.is_due(self.rhythm.log):
            self.log(taken, self.curve.means())
        if self.validate is not None and self.rhythm.validate and self.clock.is_due(self.rhythm.validate):
            self.validate(self.clock)
            self._ended = self.enough is not None and self.enough()
        if self.clock.is_due(self.rhythm.save) or self._ended:
            self.save(self.clock)
