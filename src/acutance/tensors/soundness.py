"""Weights that can be used: plain tensors of finite numbers, no larger than the file that they come from."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from acutance.errors import RequestError
from acutance.tensors.key_text import short

REPEATS = 16
"""How many times over a file's tensors may stand in it: a few have two names."""


def demand_sound(weights: Mapping[str, Tensor], path: Path) -> None:
    """Refuse tensors that are not plain, or hold not-a-number or infinity.

    Raises:
        RequestError: one is; it names the tensor.
    """
    held, claimed = max(path.stat().st_size, 1024), 0
    for key, tensor in weights.items():
        if not _plain(tensor):
            raise RequestError(f"{path} holds {short(key)} as a sparse, quantised or complex tensor, not a plain one.")
        claimed += tensor.nbytes
        if claimed > REPEATS * held:
            raise RequestError(f"{path} holds {held:,} bytes and claims more, as {short(key)}: it is damaged.")
        if tensor.is_floating_point() and not _finite(tensor):
            raise RequestError(f"{path} holds {_wrong(tensor)} in its tensor {short(key)}; take earlier weights.")


def _plain(tensor: Tensor) -> bool:
    on_cpu = tensor.layout == torch.strided and tensor.device.type == "cpu"
    return on_cpu and not (tensor.is_quantized or tensor.is_complex())


def _finite(tensor: Tensor) -> bool:
    """Tell in one pass where the sum tells; where it does not, large numbers may only have summed up."""
    addable = tensor if tensor.itemsize > 1 else tensor.float()
    if bool(torch.isfinite(addable.sum(dtype=torch.float32))):
        return True
    return bool(torch.isfinite(tensor.to(torch.float32)).all())


def _wrong(tensor: Tensor) -> str:
    """Say which of them a tensor holds, and how many."""
    single = tensor.to(torch.float32)
    what = "NaN" if bool(single.isnan().any()) else "infinity"
    return f"{what} ({int((~torch.isfinite(single)).sum()):,} of {tensor.numel():,} values)"
