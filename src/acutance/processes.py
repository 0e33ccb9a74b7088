"""What processes that train together (torch.distributed) know of each other, so that several do what one does.

Each has the same number of rows of a batch, in the order of their ranks. What is shared can be derived: a gradient
reaches what every process gave, and is that of the sum of all their losses. Averaged over the processes, as
`average_learnt` does with the gradients of weights, it is that of the mean of their losses, the loss of the whole
batch. A process on its own passes through all of this without a copy, and without a bit that is another.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import torch
from jaxtyping import Bool, Float
from torch import Tensor, distributed, nn

from acutance import workers
from acutance.errors import AcutanceError

FOREVER = timedelta(days=365)
"""How long a process waits for what the first does alone: a validation, a checkpoint."""

_apart: list[bool] = []
_patient: list[Any] = []


class ProcessLost(AcutanceError):
    """A process that this one trains with has ended before its time."""


def several() -> bool:
    """Whether this process is one of several that train together."""
    return world() > 1


def world() -> int:
    """How many processes train together; 1 where this one is on its own."""
    is_alone = _apart or not distributed.is_available() or not distributed.is_initialized()
    return 1 if is_alone else distributed.get_world_size()


@contextmanager
def apart() -> Generator[None]:
    """Inside the block this process looks at its own rows alone, as if there were no others."""
    _apart.append(True)
    try:
        yield
    finally:
        _apart.pop()


def rows(own: int) -> tuple[int, slice]:
    """Return how many rows the whole batch has, of which each process has `own`, and which of them are this one's."""
    if not several():
        return own, slice(None)
    rank = distributed.get_rank()
    return own * world(), slice(own * rank, own * (rank + 1))


def shared(own: Float[Tensor, "*shape"]) -> Float[Tensor, "processes *shape"]:
    """Return a small tensor of each process, all of the same shape; where there is one process, its own alone."""
    return cast(Tensor, _Shared.apply(own)) if several() else own[None]


def mean(values: Float[Tensor, "*shape"]) -> Float[Tensor, ""]:
    """Return the mean of all values of all processes, who may have different numbers of them."""
    if not several():
        return values.mean()
    sums = shared(torch.stack([values.sum(), values.new_tensor(values.numel())])).sum(0)
    return sums[0] / sums[1]


def logsumexp(values: Float[Tensor, " n"]) -> Float[Tensor, ""]:
    """Return the logarithm of the sum of the exponentials of all values of all processes."""
    own = values.logsumexp(dim=0)
    return shared(own).logsumexp(dim=0) if several() else own


def norm_of_mean(gradient: Float[Tensor, "*shape"]) -> Float[Tensor, ""]:
    """Return the norm of the gradient of the mean of all losses, given this process's rows of that of their sum."""
    return shared(gradient.norm()).norm() / world() if several() else gradient.norm()


def start_alike(network: nn.Module) -> None:
    """Give every process the weights and statistics of the first, if several."""
    if several():
        for tensor in (*network.parameters(), *network.buffers()):
            with together():
                distributed.broadcast(tensor.detach(), src=0)


def average_learnt(network: nn.Module) -> None:
    """Replace the gradients of a network, and its running statistics, by their means over all processes, if several."""
    if several():
        gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
        average([*gradients, *(buffer for buffer in network.buffers() if buffer.is_floating_point())])


@torch.no_grad()
def average(tensors: Sequence[Tensor]) -> None:
    """Replace tensors by their means over all processes, in one message."""
    flat = torch.cat([tensor.flatten() for tensor in tensors])
    with together():
        distributed.all_reduce(flat)
    flat /= world()
    for tensor, value in zip(tensors, flat.split([tensor.numel() for tensor in tensors]), strict=True):
        tensor.copy_(value.view_as(tensor))


def averaged(values: Mapping[str, Float[Tensor, ""]]) -> Mapping[str, Float[Tensor, ""]]:
    """Return the means of losses over all processes, which have the same names."""
    if not several():
        return values
    average([means := torch.stack([*values.values()])])
    return dict(zip(values, means.unbind(), strict=True))


def all_of(sound: Bool[Tensor, " n"]) -> Bool[Tensor, " n"]:
    """Return which are true in every process."""
    if not several():
        return sound
    counts = sound.int()
    with together():
        distributed.all_reduce(counts, op=distributed.ReduceOp.MIN)
    return counts.bool()


def agree(wanted: bool) -> bool:
    """Tell whether any process wants something, once all have asked; however long the first is busy by itself."""
    if not several():
        return wanted
    wishes = torch.tensor([int(wanted)])
    with together():
        distributed.all_reduce(wishes, op=distributed.ReduceOp.MAX, group=_patient_group())
    return bool(wishes)


def wait() -> None:
    """Wait for all processes to come here, however long the first is busy by itself."""
    agree(False)


def meet() -> None:
    """Let all processes that were launched wait for each other with patience, and on the CPU, from now on."""
    if several() and not _patient:
        with together():
            _patient.append(distributed.new_group(backend="gloo", timeout=FOREVER))


def _patient_group() -> Any:
    return _patient[0] if _patient else None


@contextmanager
def together() -> Generator[None]:
    """Do in the block what all processes do together.

    Raises:
        ProcessLost: one has ended instead.
    """
    with workers.waiting():
        try:
            yield
        except RuntimeError as error:
            raise ProcessLost(workers.lost()) from error


class _Shared(torch.autograd.Function):
    """The same tensor of every process, stacked."""

    @staticmethod
    def forward(ctx: Any, own: Tensor) -> Tensor:
        everyone = [torch.empty_like(own) for _ in range(distributed.get_world_size())]
        with together():
            distributed.all_gather(everyone, own.contiguous())
        return torch.stack(everyone)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return cast(Tensor, _Summed.apply(gradients[0]))[distributed.get_rank()]


class _Summed(torch.autograd.Function):
    """The sum over all processes; so is its gradient, for losses that hold a gradient."""

    @staticmethod
    def forward(ctx: Any, own: Tensor) -> Tensor:
        total = own.contiguous().clone()
        with together():
            distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return cast(Tensor, _Summed.apply(gradients[0]))
