"""Batch normalisation by the statistics of the whole batch, however many processes share it.

SyncBatchNorm of torch does so on GPUs alone. With n_r values a channel in process r, of mean m_r and variance v_r,

    m = sum over r of n_r m_r / n        v = sum over r of n_r (v_r + (m_r - m)^2) / n        n = sum over r of n_r

which takes one small message, and no difference of large sums.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, distributed, nn
from torch.autograd.function import once_differentiable

from acutance import processes
from acutance.errors import RequestError

BatchNorm = nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d


def share_statistics(module: nn.Module, of: int | None = None, rows: int | None = None) -> None:
    """Let batch normalisation in `module` take its statistics over all processes, from now on and in place.

    At its running statistics it needs no others. Weights, statistics and their names stay as they are.

    Args:
        of: pictures whose statistics are taken together, as they lie in the batch; None for the whole batch.
            DataParallel on two GPUs with a batch of 30, as SPSR was trained, has statistics of 15.
        rows: pictures that each process has of a batch, where that is known.

    Raises:
        RequestError: the pictures of a process are no whole number of groups, nor a group the pictures of several.
    """
    if of is not None and rows is not None:
        _demand_groups(rows, of)
    if of is not None or processes.several():
        for each in module.modules():
            if kind := SHARING.get(type(each)):
                each.__class__ = kind
        for each in module.modules():
            if isinstance(each, BatchNorm1d | BatchNorm2d | BatchNorm3d):
                each.of = of


class BatchNorm1d(nn.BatchNorm1d):
    """`nn.BatchNorm1d` by the statistics of `of` pictures, wherever those are; None for the whole batch."""

    of: int | None = None

    def forward(self, input: Tensor) -> Tensor:
        """Return the normalised values."""
        return _normalise(self, self.of, input, super().forward)


class BatchNorm2d(nn.BatchNorm2d):
    """`nn.BatchNorm2d` by the statistics of `of` pictures, wherever those are; None for the whole batch."""

    of: int | None = None

    def forward(self, input: Tensor) -> Tensor:
        """Return the normalised values."""
        return _normalise(self, self.of, input, super().forward)


class BatchNorm3d(nn.BatchNorm3d):
    """`nn.BatchNorm3d` by the statistics of `of` pictures, wherever those are; None for the whole batch."""

    of: int | None = None

    def forward(self, input: Tensor) -> Tensor:
        """Return the normalised values."""
        return _normalise(self, self.of, input, super().forward)


SHARING: dict[type[nn.Module], type[BatchNorm1d | BatchNorm2d | BatchNorm3d]] = {
    nn.BatchNorm1d: BatchNorm1d,
    nn.BatchNorm2d: BatchNorm2d,
    nn.BatchNorm3d: BatchNorm3d,
}


def _demand_groups(rows: int, of: int) -> None:
    if rows % of and of % rows:
        raise RequestError(f"{rows} pictures in each process make no whole groups of {of}, whose statistics are taken.")


def _normalise(norm: BatchNorm, of: int | None, x: Tensor, alone: Callable[[Tensor], Tensor]) -> Tensor:
    """Normalise by groups of `of` pictures of all processes; `alone` does where that is the same."""
    if of is not None:
        _demand_groups(len(x), of)
    groups = 1 if of is None else max(1, len(x) // of)
    spread = processes.several() and (of is None or of > len(x))
    if not norm.training or (groups == 1 and not spread):
        return alone(x)
    group = _Group(spread, of and of // len(x))
    wide = x.to(torch.promote_types(x.dtype, torch.float32)).unflatten(0, (groups, -1))
    found, *moments = cast(tuple[Tensor, ...], _Normalise.apply(wide, norm.weight, norm.bias, norm.eps, group))
    if norm.track_running_stats:
        _follow(norm, *moments)
    return found.flatten(0, 1).to(x.dtype)


@dataclass(frozen=True)
class _Group:
    """Whose pictures are taken together: of this process alone, or `spread` over `span` neighbours, None for all."""

    spread: bool
    span: int | None

    def together(self, own: Tensor) -> Tensor:
        """Return what each of the processes gives, of this group, stacked."""
        if not self.spread:
            return own[None]
        everyone = processes.shared(own)
        if self.span is None:
            return everyone
        first = distributed.get_rank() // self.span * self.span
        return everyone[first : first + self.span]


class _Normalise(torch.autograd.Function):
    """The values of (groups, rows, channels, ...) less their mean over their deviation, scaled and shifted.

    Means and variances, (groups, channels), and the number of values behind each are returned as well. Sums are of 64
    bits, as torch's own on a CPU are: so two processes differ from one by no more than rounding. As with SyncBatchNorm
    the gradient has no gradient.
    """

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor | None, bias: Tensor | None, eps: float, group: _Group
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        mean, variance, count = _moments(x, group)
        rate = (variance + eps).rsqrt()
        scale = rate if weight is None else rate * weight
        found = (x - _per_channel(mean, x)) * _per_channel(scale, x)
        if bias is not None:
            found += _per_channel(bias[None], x)
        ctx.save_for_backward(x, weight, mean, rate, count)
        ctx.group = group
        ctx.mark_non_differentiable(mean, variance, count)
        return found, mean, variance, count

    @staticmethod
    @once_differentiable
    def backward(  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any, *gradients: Tensor
    ) -> tuple[Tensor | None, ...]:
        x, weight, mean, rate, count = ctx.saved_tensors
        gradient, group = gradients[0], ctx.group
        centred = x - _per_channel(mean, x)
        sums = torch.stack([_sum(gradient), _sum(gradient * centred)])
        level, slope = group.together(sums).sum(0) / count
        scale = rate if weight is None else rate * weight
        back = gradient - _per_channel(level, x) - centred * _per_channel(slope * rate * rate, x)
        of_weight, of_bias = (sums[1] * rate).sum(0), sums[0].sum(0)
        return (
            back * _per_channel(scale, x),
            None if weight is None else of_weight.to(weight.dtype),
            None if weight is None else of_bias.to(weight.dtype),
            None,
            None,
        )


def _moments(x: Tensor, group: _Group) -> tuple[Tensor, Tensor, Tensor]:
    """Return means and variances of each group, and how many values a channel these are of."""
    count = x.new_tensor(x[0, :, 0].numel(), dtype=torch.float64)
    mean = _sum(x) / count
    variance = _sum((x - _per_channel(mean, x)) ** 2) / count
    means, variances, counts = group.together(torch.stack([mean, variance, count.expand_as(mean)])).unbind(1)
    share, whole = counts / counts.sum(0), counts.sum(0)[0, 0]
    mean = (share * means).sum(0)
    return mean, (share * (variances + (means - mean) ** 2)).sum(0), whole


def _sum(x: Tensor) -> Tensor:
    """Return the sum over rows and positions, in 64 bits."""
    return x.sum([each for each in range(x.ndim) if each not in (0, 2)], dtype=torch.float64)


def _per_channel(values: Tensor, x: Tensor) -> Tensor:
    return values.to(x.dtype).view(-1, 1, x.shape[2], *[1] * (x.ndim - 3))


@torch.no_grad()
def _follow(norm: BatchNorm, mean: Tensor, variance: Tensor, count: Tensor) -> None:
    """Let the running statistics follow the mean of the groups, as torch does for one."""
    if norm.running_mean is None or norm.running_var is None or norm.num_batches_tracked is None:
        return
    norm.num_batches_tracked += 1
    momentum = 1 / float(norm.num_batches_tracked) if norm.momentum is None else norm.momentum
    unbiased = variance * count / (count - 1).clamp(min=1)
    norm.running_mean.lerp_(mean.mean(0).to(norm.running_mean.dtype), momentum)
    norm.running_var.lerp_(unbiased.mean(0).to(norm.running_var.dtype), momentum)
