"""A network compiled for its training, by torch.compile."""

from collections.abc import Callable

import torch

from acutance.errors import AcutanceError
from acutance.types import LowRes, Prediction

OURS = ("torch._dynamo", "torch._inductor", "torch._functorch")
"""Where faults of compiling come from, and not those of the network."""


def compiled(predict: Callable[[LowRes], Prediction]) -> Callable[[LowRes], Prediction]:
    """Return the same function, compiled when it is first called.

    Raises:
        AcutanceError: when called, where it cannot be compiled: for want of a C++ compiler, or for what it computes.
    """
    faster = torch.compile(predict, dynamic=False)

    def run(lr: LowRes) -> Prediction:
        try:
            return faster(lr)
        except Exception as error:
            if not type(error).__module__.startswith(OURS):
                raise
            reason = str(error).strip().splitlines()[0]
            raise AcutanceError(f"this network cannot be compiled here ({reason}); leave --compile out.") from error

    return run
