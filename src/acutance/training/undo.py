"""What a step may change before it is known to be sound, kept so that it can be put back."""

from collections.abc import Iterable, Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn


class Undo:
    """A copy of all that changes before the last gradient of a step is known: everything but the network's weights.

    That is the critics' weights and the moments of their optimizers, all buffers (statistics of batch normalisation,
    vectors of spectral normalisation), the extra states of losses (where their random numbers stand), and the random
    generators. The network takes its own step last, so that its weights and moments need no copy.

    Args:
        modules: the network and the losses, with their critics.
        optimizers: of the critics.
    """

    def __init__(self, modules: Iterable[nn.Module], optimizers: Iterable[torch.optim.Optimizer]) -> None:
        inner = [module for each in modules for module in each.modules()]
        self.buffers = [(module, name) for module in inner for name, _ in module.named_buffers(recurse=False)]
        self.stateful = [module for module in inner if type(module).get_extra_state is not nn.Module.get_extra_state]
        self.optimizers = list(optimizers)
        self.weights = [weight for each in self.optimizers for group in each.param_groups for weight in group["params"]]
        self._tensors: list[Tensor] = []
        self._copies: list[Tensor] = []

    def keep(self) -> None:
        """Copy everything as it is now; the copies lie where the last ones lay."""
        # A module may change a buffer or put another in its place: both are undone.
        self._buffers = [(module, name, getattr(module, name)) for module, name in self.buffers]
        self._moments = [(each, {weight: {**own} for weight, own in each.state.items()}) for each in self.optimizers]
        self._rates = [(group, group["lr"]) for each in self.optimizers for group in each.param_groups]
        moments = [value for _, states in self._moments for own in states.values() for value in own.values()]
        buffers = [buffer for _, _, buffer in self._buffers]
        self._tensors = [each for each in (*self.weights, *buffers, *moments) if isinstance(each, Tensor)]
        if [each.shape for each in self._copies] != [each.shape for each in self._tensors]:
            self._copies = [each.detach().clone() for each in self._tensors]
        else:
            _copy(self._copies, self._tensors)
        self._extra = [deepcopy(module.get_extra_state()) for module in self.stateful]
        self._random = torch.get_rng_state()
        self._random_cuda = torch.cuda.get_rng_state() if torch.cuda.is_available() else None

    def put_back(self) -> None:
        """Make everything as it was when it was kept."""
        for module, name, buffer in self._buffers:
            setattr(module, name, buffer)
        for optimizer, states in self._moments:
            optimizer.state.clear()  # what the step began ends with it
            optimizer.state.update(states)
        for group, rate in self._rates:
            group["lr"] = rate
        _copy(self._tensors, self._copies)
        for module, state in zip(self.stateful, self._extra, strict=True):
            module.set_extra_state(state)
        torch.set_rng_state(self._random)
        if self._random_cuda is not None:
            torch.cuda.set_rng_state(self._random_cuda)


@torch.no_grad()
def _copy(into: Sequence[Tensor], tensors: Sequence[Tensor]) -> None:
    """Copy tensors into others of their shape, those of a device and a kind of number in one go."""
    groups: dict[object, tuple[list[Tensor], list[Tensor]]] = {}
    for target, source in zip(into, tensors, strict=True):
        targets, sources = groups.setdefault((source.device, source.dtype), ([], []))
        targets.append(target)
        sources.append(source)
    for targets, sources in groups.values():
        # A hundred small copies one by one take a GPU longer than all numbers in them.
        torch._foreach_copy_(targets, sources)  # pyright: ignore[reportPrivateUsage, reportPrivateImportUsage]
