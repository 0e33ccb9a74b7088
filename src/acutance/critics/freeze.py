"""A critic as a measuring instrument: its parameters get no gradient and its statistics stand still."""

from collections.abc import Generator
from contextlib import contextmanager

from torch import nn


@contextmanager
def frozen(critic: nn.Module, *, batch_statistics: bool = False) -> Generator[None]:
    """Inside the block, gradients pass through `critic` but none is made for its parameters.

    Batch normalisation uses the running statistics, or with `batch_statistics` those of the batch, and in either case
    leaves the running ones alone (docs/papers/pcl.md). Whatever was trainable before is so again afterwards.
    """
    trainable = [parameter for parameter in critic.parameters() if parameter.requires_grad]
    modes = [(module, module.training) for module in critic.modules()]
    norms = [
        module for module in critic.modules() if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d)
    ]
    critic.requires_grad_(False).eval()
    for norm in norms:
        norm.training, norm.track_running_stats = batch_statistics, not batch_statistics
    try:
        yield
    finally:
        for parameter in trainable:
            parameter.requires_grad_(True)
        for module, training in modes:
            module.training = training
        for norm in norms:
            norm.track_running_stats = True
