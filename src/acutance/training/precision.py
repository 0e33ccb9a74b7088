"""In what numbers a run computes, and what `auto` means on this machine."""

from typing import Literal

import torch

from acutance.errors import unknown
from acutance.terminal import say

Precision = Literal["32-true", "bf16-mixed", "16-mixed"]
WHOLE: Precision = "32-true"
HALF: Precision = "bf16-mixed"
PRECISIONS: tuple[Precision, ...] = (WHOLE, HALF, "16-mixed")


def precision_here(asked: str, accelerator: str) -> Precision:
    """Return the precision that was asked for; of "auto", bf16-mixed where matrices are multiplied in it, and say so.

    On a CPU that is one with AMX, where a step takes a half to a quarter of the time; without, bf16 is slower.

    Args:
        asked: one of `PRECISIONS`, or "auto".
        accelerator: as of `Machine`.

    Raises:
        RequestError: there is no such precision.
    """
    for precision in PRECISIONS:
        if precision == asked:
            return precision
    if asked != "auto":
        raise unknown("precision", asked, (*PRECISIONS, "auto"))
    chosen = HALF if _multiplies_in_bf16(accelerator) else WHOLE
    say(f"--precision auto takes {chosen} on this machine.")
    return chosen


def _multiplies_in_bf16(accelerator: str) -> bool:
    on_gpu = accelerator in ("auto", "cuda", "gpu") and torch.cuda.is_available()
    if on_gpu:
        return torch.cuda.get_device_capability() >= (8, 0)
    # PyTorch tells it in no other way; where it has none, there is none.
    amx = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return accelerator in ("auto", "cpu") and amx is not None and bool(amx())
