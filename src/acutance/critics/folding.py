"""Batch normalisation by running statistics is linear: it becomes part of the convolution before it."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import conv2d, leaky_relu


@dataclass(frozen=True)
class Folded:
    """A convolution and the batch normalisation after it, as they are now, in one: no module, and nothing to learn."""

    weight: Float[Tensor, "outputs inputs rows columns"]
    bias: Float[Tensor, " outputs"]
    stride: int
    padding: int

    def __call__(self, x: Float[Tensor, "b inputs h w"]) -> Float[Tensor, "b outputs H W"]:
        """Return what the two make of `x` in evaluation mode."""
        return conv2d(self._prepared(x), self.weight, self.bias, self.stride, self.padding)

    def activated(self, x: Float[Tensor, "b inputs h w"], slope: float) -> Float[Tensor, "b outputs H W"]:
        """Return the same after a LeakyReLU; on a CPU and without a graph in one pass over memory, not three."""
        if not self._fuses(x):
            return leaky_relu(self(x), slope, inplace=True)
        # What torch.compile calls for the two, without the minute that it takes to compile.
        sides = [[self.padding] * 2, [self.stride] * 2, [1, 1]]
        return torch.ops.mkldnn._convolution_pointwise(  # pyright: ignore
            self._prepared(x), self.weight, self.bias, *sides, 1, "leaky_relu", [slope], ""
        )

    def _prepared(self, x: Tensor) -> Tensor:
        return x.to(self.weight.dtype, memory_format=torch.channels_last)

    def _fuses(self, x: Tensor) -> bool:
        graph = torch.is_grad_enabled() and x.requires_grad
        known = x.device.type == "cpu" and self.weight.dtype in (torch.float32, torch.bfloat16)
        return known and not graph and hasattr(torch.ops.mkldnn, "_convolution_pointwise") and _onednn()


def _onednn() -> bool:
    return torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()  # pyright: ignore


@torch.no_grad()
def fold(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> Folded:
    """Return a convolution without bias and its batch normalisation as one, channels-last, in the type of autocast."""
    mean, variance = norm.running_mean, norm.running_var
    assert mean is not None
    assert variance is not None
    scale = norm.weight * (variance + norm.eps).rsqrt()
    weight = convolution.weight * scale[:, None, None, None]
    dtype, device = weight.dtype, weight.device.type
    if torch.amp.is_autocast_available(device) and torch.is_autocast_enabled(device):
        dtype = torch.get_autocast_dtype(device)  # once, rather than at every call
    (stride, _), padding = convolution.stride, convolution.padding[0]
    assert isinstance(padding, int)
    weight = weight.to(dtype, memory_format=torch.channels_last)
    return Folded(weight, (norm.bias - mean * scale).to(dtype), stride, padding)
