"""How alike the features of two images are (PCL-SR, Eq. 9), for one image against many in one go.

With f, g features of two images, C channels at H x W positions:

    s(f, g) = mean over h, w of <f_hw, g_hw> / (|f_hw| |g_hw|)                                            (Eq. 9)

The gradient of sum over k of w_k s(f, g_k) with respect to f is, at every position of P, one combination of vectors:

    sum over k of a_k g_k - b f,   a_k = w_k / (P |f| |g_k|),   b = sum over k of w_k cos(f, g_k) / (P |f|^2)

so that forward and backward read the samples once each, and keep nothing of their size.

It grows as 1 / |f|, without bounds where an image is of one colour, whose features have no length: 64 pixels of one
colour in a batch made it 10^9 times as large as without them, and one such step spoils the moments of an optimizer. So
no length counts as less than FAINT in the gradient; the value is Eq. 9 as it stands.
"""

from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor
from torch.autograd.function import once_differentiable

SHORTEST = 1e-12
"""What the length of a feature counts as at least, so that none is divided by zero."""
FAINT = 1e-3
"""What the length of an image's feature counts as at least in the gradient. One step of 8 bits in one pixel makes as
much in the first block of an embedding network that has not learned, and texture a thousand times that."""
CACHED = 2**17
"""Numbers that a CPU works on at once: in 32 bits what stays in the cache of a core."""
MOST = 2**15
"""Positions at once: a GPU takes no more than 2^16 small matrix products in one call."""


def pixelwise_cosine(a: Float[Tensor, "b c h w"], b: Float[Tensor, "b c h w"]) -> Float[Tensor, " b"]:
    """Return Eq. 9: the cosine over channels, averaged over positions, in [-1, 1].

    In 32 bits or more: similarities differ by less than 16 bits can tell.
    """
    wide = torch.promote_types(a.dtype, torch.float32)
    return F.cosine_similarity(a.to(wide), b.to(wide), dim=1, eps=SHORTEST).mean(dim=(1, 2))


def similarities(anchor: Float[Tensor, "b c h w"], samples: Float[Tensor, "k b c h w"]) -> Float[Tensor, "k b"]:
    """Return Eq. 9 of an image's features and those of k samples, in 32 bits or more; fastest if channels-last.

    The gradient reaches `anchor` alone.
    """
    return _Similarities.apply(anchor, samples)  # pyright: ignore[reportUnknownMemberType, reportReturnType]


class _Similarities(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, anchor: Tensor, samples: Tensor) -> Tensor:
        near, far = _vectors(anchor[None])[0], _vectors(samples)
        wide = torch.promote_types(anchor.dtype, torch.float32)
        cosines, lengths = near.new_empty(2, *far.shape[:2], dtype=wide)
        own = near.new_empty(len(near), dtype=wide)
        with torch.autocast(anchor.device.type, enabled=False):
            for part in _parts(far):
                f, g = near[part].to(wide), far[:, part].to(wide)
                cosines[:, part] = torch.bmm(g.transpose(0, 1), f[:, :, None])[..., 0].T
                lengths[:, part] = torch.linalg.vector_norm(g, dim=2)
                own[part] = torch.linalg.vector_norm(f, dim=1)
        lengths = lengths.clamp_min_(SHORTEST).mul_(own.clamp_min_(SHORTEST))
        cosines /= lengths
        ctx.save_for_backward(anchor, samples, cosines, lengths, own)
        return cosines.view(*samples.shape[:2], -1).mean(2)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, None]:  # pyright: ignore[reportIncompatibleMethodOverride]
        anchor, samples, cosines, lengths, own = ctx.saved_tensors
        near, far = _vectors(anchor[None])[0], _vectors(samples)
        positions = anchor.shape[-2] * anchor.shape[-1]
        weights = (upstream / positions).repeat_interleave(positions, dim=1)
        weights = weights * (own / own.clamp(min=FAINT))
        of_samples, of_anchor = weights / lengths, (weights * cosines).sum(0) / own.square()
        gradient = torch.empty_like(near)
        for part in _parts(far):
            combined = near[part] * -of_anchor[part, None]
            for vectors, share in zip(far[:, part], of_samples[:, part, None], strict=True):
                combined.addcmul_(vectors, share)
            gradient[part] = combined
        batch, channels, height, width = anchor.shape
        return gradient.view(batch, height, width, channels).permute(0, 3, 1, 2), None


def _vectors(features: Float[Tensor, "k b c h w"]) -> Float[Tensor, "k n c"]:
    """Return the vector at each position, without a copy where features are channels-last."""
    return features.permute(0, 1, 3, 4, 2).flatten(1, 3)


def _parts(vectors: Float[Tensor, "k n c"]) -> Iterator[slice]:
    """Return slices of positions, as many as are best taken at once."""
    count, positions, channels = vectors.shape
    fitting = CACHED // (count * channels) if vectors.device.type == "cpu" else MOST
    step = max(1, min(fitting, MOST))
    return (slice(start, start + step) for start in range(0, positions, step))
