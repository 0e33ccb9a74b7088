"""How much memory there is, and how much a network needs for each pixel of LR."""

import os
from pathlib import Path

import torch
from torch import Tensor, nn

PROBE = 32
"""Side of the image on which a network's need is measured."""
HELD = 1.6
"""A network holds at most about so many times what its greediest layer takes in and gives out (EDSR: 1.1 to 1.5)."""
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


def per_pixel(network: nn.Module, device: torch.device) -> float:
    """Return the bytes that a network holds at its peak for each pixel of LR, as measured on a small image."""
    largest = 0

    def measure(_: nn.Module, taken: tuple[object, ...], given: object) -> None:
        nonlocal largest
        largest = max(largest, sum(x.nbytes for x in (*taken, given) if isinstance(x, Tensor)))

    layers = [module for module in network.modules() if next(module.children(), None) is None]
    hooks = [layer.register_forward_hook(measure) for layer in layers]
    try:
        with torch.inference_mode():
            network(torch.zeros(1, 3, PROBE, PROBE, device=device))
    finally:
        for hook in hooks:
            hook.remove()
    return HELD * max(largest, 12 * PROBE**2) / PROBE**2


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
