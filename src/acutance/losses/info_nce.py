r"""The contrast between SR and its samples (PCL-SR, Eq. 8 and 10), and its gradient at SR in little memory.

With s of Eq. 9 (`similarity.py`), f, p and n the features of SR, positives and negatives:

    L_CL = mean over layers l, positives p of
           -log( exp(s(f_l, p_l) / tau) / (exp(s(f_l, p_l) / tau) + sum over k exp(s(f_l, n_lk) / tau)) ) (Eq. 8, 10)
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.autograd.function import once_differentiable

from acutance.losses.similarity import similarities
from acutance.types import Image, Scalar

Embed = Callable[[Tensor], list[Tensor]]
"""From images to their features, layer by layer."""

CACHED = 2**19
"""Pixels for which a thread of a CPU makes features at once: those of more leave its cache before they are used."""
SCALE = 2.0**16
"""What a gradient is multiplied by on its way through the features: float16 knows no numbers as small as it is."""


def info_nce(
    positive: Float[Tensor, "*many"], negatives: Float[Tensor, "*#many k"], temperature: float = 1.0
) -> Scalar:
    """Return Eq. 8 for positives and the k negatives of each, given their similarities; averaged over positives.

    Equal similarities give log(1 + k).
    """
    near, far = positive / temperature, (negatives / temperature).logsumexp(-1)
    return (torch.logaddexp(near, far) - near).mean()


def contrast(anchors: list[Tensor], samples: list[Tensor], positives: int, temperature: float = 1.0) -> Scalar:
    """Return Eq. 10: Eq. 8 averaged over layers and positives.

    Each list holds one tensor a layer: the features of SR, (b, c, h, w), and those of the samples, (k, b, c, h, w), of
    which the first `positives` are to be near and the rest far. The gradient reaches `anchors` alone.
    """
    layers = torch.stack([similarities(*layer) for layer in zip(anchors, samples, strict=True)])
    near, far = layers[:, :positives], layers[:, positives:]
    return info_nce(near, far[:, None].movedim(2, -1), temperature)


def contrast_images(
    embed: Embed,
    sr: Image,
    positives: Float[Tensor, "p b c h w"],
    negatives: Float[Tensor, "n b c h w"],
    *,
    temperature: float = 1.0,
    chunk: int = 64,
    apart: bool = True,
) -> Scalar:
    """Return Eq. 10 of images, whose features `embed` returns layer by layer; its gradient reaches `sr` alone.

    About `chunk` images are embedded at a time. Where those of a batch are embedded `apart`, without looking at each
    other, each has its gradient taken at once, and its features are let go.
    """
    size = _at_once(sr, len(positives) + len(negatives), chunk) if apart else len(sr)
    groups = list(zip(sr.split(size), positives.split(size, 1), negatives.split(size, 1), strict=True))
    shares = [len(images) / len(sr) for images, _, _ in groups]
    if not (apart and sr.requires_grad and torch.is_grad_enabled()):
        losses = [_contrast(embed, *group, temperature, chunk) for group in groups]
        return _total(losses, shares)
    losses, gradients = zip(*(_derived(embed, *group, temperature, chunk) for group in groups), strict=True)
    gradient = torch.cat([share * each for share, each in zip(shares, gradients, strict=True)])
    return _WithGradient.apply(sr, _total(losses, shares), gradient)  # pyright: ignore


def embed_samples(embed: Embed, samples: Float[Tensor, "k b c h w"], chunk: int) -> list[Tensor]:
    """Return the features of samples, one (k, b, ...) tensor a layer, about `chunk` images at a time and no graph."""
    count = max(1, chunk // samples.shape[1])
    with torch.no_grad():
        chunks = [embed(part.flatten(0, 1)) for part in samples.split(count)]
    layers = [layer[0] if len(layer) == 1 else torch.cat(layer) for layer in zip(*chunks, strict=True)]
    return [layer.unflatten(0, samples.shape[:2]) for layer in layers]


class _WithGradient(torch.autograd.Function):
    """A value whose gradient is known already."""

    @staticmethod
    def forward(ctx: Any, sr: Tensor, value: Tensor, gradient: Tensor) -> Tensor:
        ctx.save_for_backward(gradient)
        return value.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, None, None]:  # pyright: ignore[reportIncompatibleMethodOverride]
        (gradient,) = ctx.saved_tensors
        return gradient * upstream.to(gradient.dtype), None, None


def _contrast(embed: Embed, sr: Tensor, positives: Tensor, negatives: Tensor, temperature: float, chunk: int) -> Tensor:
    embedded = embed_samples(embed, torch.cat([positives, negatives]), chunk)
    return contrast(embed(sr), embedded, len(positives), temperature)


def _derived(embed: Embed, sr: Tensor, *rest: Any) -> tuple[Tensor, Tensor]:
    """Return the contrast of images, and its gradient at them."""
    images = sr.detach().requires_grad_()
    loss = _contrast(embed, images, *rest)
    (scaled,) = torch.autograd.grad(loss, images, loss.new_tensor(SCALE))
    return loss.detach(), scaled / SCALE


def _total(losses: Sequence[Tensor], shares: Sequence[float]) -> Tensor:
    return torch.stack([share * loss for share, loss in zip(shares, losses, strict=True)]).sum()


def _at_once(sr: Tensor, samples: int, chunk: int) -> int:
    """Return how many SR images, with their samples, go through the features at once."""
    most = max(1, chunk // (samples + 1))
    if sr.device.type != "cpu":
        return most
    fitting = CACHED * torch.get_num_threads() // ((samples + 1) * sr.shape[-2] * sr.shape[-1])
    return max(1, min(most, fitting))
