"""How much memory there is, and how much a network needs for each pixel of LR."""

import os
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakSet

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

PROBE = 32
"""Side of the image on which a network's need is measured."""
SCRATCH = 1.5
"""What the kernels take beside the tensors, as a factor."""
UNKNOWN = 4 << 30
"""Bytes assumed where the system does not say."""
LIMITS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)
"""Files in which a container's limit and use stand, with control groups of version 2 and 1."""


def available(device: torch.device) -> int:
    """Return the bytes of memory that a device has left; on the CPU within the container's limit."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    if device.type == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.current_allocated_memory()
    return min([_of_the_machine(), *(left for limit, used in LIMITS if (left := _left(limit, used)) is not None)])


def free_for_results() -> int:
    """Return the bytes of the machine's own memory that are left."""
    return available(torch.device("cpu"))


def per_pixel(network: nn.Module, device: torch.device, bands: int = 3) -> float:
    """Return the bytes that a network holds at its peak for each pixel of LR, as measured on a small image."""
    with torch.inference_mode(), LiveBytes() as live:
        network(torch.zeros(1, bands, PROBE, PROBE, device=device))
    return SCRATCH * live.peak / PROBE**2


class LiveBytes(TorchDispatchMode):
    """Adds up the tensors that are made inside the block and still alive; `peak` is the most they came to."""

    def __init__(self) -> None:
        super().__init__()
        self.alive = self.peak = 0
        self._known: WeakSet[torch.UntypedStorage] = WeakSet()

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(given):
            if isinstance(tensor, Tensor):
                self._count(tensor.untyped_storage())
        return given

    def _count(self, storage: torch.UntypedStorage) -> None:
        if storage in self._known:
            return
        self._known.add(storage)
        self.alive += storage.nbytes()
        self.peak = max(self.peak, self.alive)
        weakref.finalize(storage, self._free, storage.nbytes())

    def _free(self, size: int) -> None:
        self.alive -= size


def _of_the_machine() -> int:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return _half_of_the_whole()


def _half_of_the_whole() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):
        return UNKNOWN


def _left(limit: str, used: str) -> int | None:
    try:
        return int(Path(limit).read_text(encoding="ascii")) - int(Path(used).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
