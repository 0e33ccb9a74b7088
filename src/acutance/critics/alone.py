"""Batch normalisation of a single picture: of one value of a channel there is no variance."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm  # pyright: ignore[reportPrivateUsage]

from acutance.errors import AcutanceError


@torch.no_grad()
def is_alone(critic: nn.Module, patch: int) -> bool:
    """Tell whether a batch normalisation of a critic meets one value of each channel in an image of `patch` pixels.

    The critic looks at a black image for it, and stays as it is.
    """
    counts: list[int] = []

    def count(module: nn.Module, given: Sequence[Tensor]) -> None:
        counts.append(given[0][:, 0].numel())

    norms = [module for module in critic.modules() if isinstance(module, _BatchNorm)]
    hooks = [norm.register_forward_pre_hook(count) for norm in norms]
    was_training = critic.training
    device = next(critic.parameters()).device
    try:
        critic.eval()(torch.zeros(1, 3, patch, patch, device=device))
    except (AcutanceError, RuntimeError):  # another size is asked for, which is told elsewhere
        return False
    finally:
        critic.train(was_training)
        for hook in hooks:
            hook.remove()
    return 1 in counts
