"""How a run is carried out: what makes its numbers another way, and no others but for rounding."""

from dataclasses import dataclass

from acutance.errors import RequestError


@dataclass(frozen=True)
class Execution:
    """How a run is carried out, and who looks on.

    Attributes:
        accumulate: parts in which a batch goes through the network.
        compile: whether the network is compiled first (torch.compile).
        workers: threads that prepare batches; None for one where LR is made for every patch or on a GPU, else none.
        log: loggers that are told the curve, by their names (`training.loggers`).
    """

    accumulate: int = 1
    compile: bool = False
    workers: int | None = None
    log: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.workers is not None and (isinstance(self.workers, bool) or self.workers < 0):
            raise RequestError(f"--workers is {self.workers}; it must be a whole number from 0 on.")


AS_IT_IS = Execution()
"""Nothing is asked for."""
