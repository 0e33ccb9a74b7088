"""Keeping a network that learns outside DistributedDataParallel the same in all processes of torch.distributed."""

from collections.abc import Sequence

import torch
from torch import Tensor, distributed, nn


def several() -> bool:
    """Whether this process is one of several that train together."""
    return distributed.is_available() and distributed.is_initialized() and distributed.get_world_size() > 1


def start_alike(network: nn.Module) -> None:
    """Give every process the weights and statistics of the first."""
    for tensor in network.state_dict().values():
        distributed.broadcast(tensor, src=0)


def average_learnt(network: nn.Module) -> None:
    """Replace the gradients of a network, and its running statistics, by their means over all processes, if several."""
    if several():
        gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
        average([*gradients, *(buffer for buffer in network.buffers() if buffer.is_floating_point())])


@torch.no_grad()
def average(tensors: Sequence[Tensor]) -> None:
    """Replace tensors by their means over all processes, in one message."""
    flat = torch.cat([tensor.flatten() for tensor in tensors])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    for tensor, mean in zip(tensors, flat.split([tensor.numel() for tensor in tensors]), strict=True):
        tensor.copy_(mean.view_as(tensor))
