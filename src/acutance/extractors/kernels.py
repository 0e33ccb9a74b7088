"""Layouts of SPSR's structure extractor: six convolutions, two skips, a stride of 4; what one cell of them sees.

The paper (arXiv 2109.12530, section 4.1) states neither the kernels nor the receptive field; all of these fit what it
does state. In `tiles16`, features 4 cells apart see patches that touch without overlap.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Convolution:
    """A convolution of `kernel` pixels a side."""

    kernel: int
    stride: int
    padding: int


@dataclass(frozen=True)
class Residual:
    """Two convolutions of stride 1, around which the identity skips."""

    first: int
    second: int

    @property
    def convolutions(self) -> tuple[Convolution, Convolution]:
        """Both of them; they keep the size."""
        return Convolution(self.first, 1, self.first // 2), Convolution(self.second, 1, self.second // 2)


Layout = Sequence[Convolution | Residual]

LAYOUTS: dict[str, Layout] = {
    "tiles12": (Convolution(2, 2, 0), Residual(3, 3), Convolution(2, 2, 0), Residual(1, 1)),
    "tiles16": (Convolution(2, 2, 0), Residual(3, 3), Convolution(4, 2, 1), Residual(1, 1)),
    "mixed14": (Convolution(4, 2, 1), Residual(3, 1), Convolution(4, 2, 1), Residual(1, 1)),
    "mixed16": (Convolution(4, 2, 1), Residual(3, 3), Convolution(3, 2, 1), Residual(1, 1)),
    "mixed19": (Convolution(3, 2, 1), Residual(3, 1), Convolution(3, 2, 1), Residual(3, 1)),
    "mixed22": (Convolution(4, 2, 1), Residual(3, 1), Convolution(4, 2, 1), Residual(3, 1)),
    "resnet31": (Convolution(3, 2, 1), Residual(3, 3), Convolution(3, 2, 1), Residual(3, 3)),
    "resnet39": (Convolution(3, 2, 1), Convolution(3, 2, 1), Residual(3, 3), Residual(3, 3)),
}
"""Their numbers are the receptive fields in pixels."""


@dataclass(frozen=True)
class View:
    """What the cells of a feature map see, in pixels: cell k sees `field` of them, from stride * k - before on."""

    field: int
    stride: int
    before: int

    @classmethod
    def of(cls, layout: Layout) -> "View":
        """Follow the layers: the field grows by (kernel - 1) * stride so far, then the stride by that of the layer."""
        field, stride, before = 1, 1, 0
        for layer in layout:
            for each in layer.convolutions if isinstance(layer, Residual) else (layer,):
                field += (each.kernel - 1) * stride
                before += each.padding * stride
                stride *= each.stride
        return cls(field, stride, before)

    @property
    def offset(self) -> int:
        """The fewest cells between two that see no pixel in common."""
        return math.ceil(self.field / self.stride)

    def inside(self, size: int) -> slice:
        """Return the cells that see nothing beyond the border of an image with `size` pixels along this side."""
        first = math.ceil(self.before / self.stride)
        return slice(first, max(first, (size - self.field + self.before) // self.stride + 1))
