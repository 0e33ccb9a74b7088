"""Features of SqueezeNet 1.1 (arXiv 1602.07360), trained to name what photographs show.

Its released file takes 5 MB, VGG-19's 550. LPIPS compares images in the seven layers that are the default here. The
weights are torchvision's, read from a file that the user has, in single or half precision; torchvision itself is not
needed.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor, nn

from acutance.errors import RequestError
from acutance.extractors.imagenet import Normalise, Released, demand, taken
from acutance.types import HighRes

STAGES = (((16, 64), (16, 64)), ((32, 128), (32, 128)), ((48, 192), (48, 192), (64, 256), (64, 256)))
"""Channels of the fire modules, squeezed and of each half expanded; a maximum over 3x3 pixels begins each stage."""
LPIPS = (1, 4, 7, 9, 10, 11, 12)
"""The first activation, then fire modules: the N of torchvision's `features.N`."""
RELEASED = Released("SqueezeNet", "squeezenet1_1-b8a52dc0.pth", option="squeezenet")


class SqueezeNet(nn.Module):
    """The layers of SqueezeNet 1.1 up to the deepest one asked for, without gradients of their own.

    State-dict keys `features.0.weight`, `features.3.squeeze.weight` ... as in torchvision. Fresh weights are random;
    `from_file` reads trained ones.

    Args:
        layers: what `forward` returns, in this order: N stands for what comes out of torchvision's `features.N`.
        normalise: images in [0, 1] are first brought to ImageNet's mean and deviation, which the weights expect.

    Raises:
        RequestError: there is no such layer.
    """

    def __init__(self, layers: Sequence[int] = LPIPS, *, normalise: bool = True) -> None:
        super().__init__()
        stack = list(_stack())
        for layer in layers:
            if layer not in range(len(stack)):
                raise RequestError(f"SqueezeNet has layers 0 to {len(stack) - 1}, not {layer}.")
        self.layers = tuple(layers)
        self.normalise = Normalise() if normalise else nn.Identity()
        self.features = nn.Sequential(*islice(stack, max(layers) + 1)).requires_grad_(False)

    def settings(self) -> Mapping[str, object]:
        """Return the layers, and whether images are normalised."""
        return {"layers": self.layers, "normalise": self.normalise}

    @classmethod
    def from_file(
        cls,
        path: str | Path | None,
        layers: Sequence[int] = LPIPS,
        *,
        normalise: bool = True,
        sha256: str | None = None,
    ) -> "SqueezeNet":
        """Return the network with the weights of a .pth or .safetensors file in torchvision's layout.

        `sha256` is how the file's checksum must begin: "b8a52dc0" for torchvision's file. None trusts any file, as
        copies in half precision are in use whose checksums nobody publishes.

        Raises:
            RequestError: there is no file, it is another one, or it lacks what `layers` need.
        """
        return RELEASED.fill(cls(layers, normalise=normalise), path, sha256)

    def forward(self, image: HighRes) -> list[Float[Tensor, "_ _ _ _"]]:
        """Return the features of every layer in `layers`, none of them negative but those of layer 0.

        Raises:
            RequestError: the image is too small for the deepest of them.
        """
        pools = sum(isinstance(layer, nn.MaxPool2d) for layer in self.features)
        demand(image, 2 ** (pools + 1) + 1, f"layer {max(self.layers)} of SqueezeNet")
        return taken(self.features, self.normalise(image), self.layers)


class Fire(nn.Module):
    """Fewer channels, then 1x1 and 3x3 convolutions of them side by side."""

    def __init__(self, before: int, squeezed: int, expanded: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(before, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand3x3 = nn.Conv2d(squeezed, expanded, 3, padding=1)

    def forward(self, x: Float[Tensor, "b before h w"]) -> Float[Tensor, "b after h w"]:
        """Return both halves after their activation."""
        x = self.squeeze(x).relu()
        return torch.cat([self.expand1x1(x), self.expand3x3(x)], 1).relu()


def _stack() -> Iterator[nn.Module]:
    """Yield the modules in torchvision's order; none works in place, as what comes before may be taken."""
    yield nn.Conv2d(3, 64, 3, stride=2)
    yield nn.ReLU()
    before = 64
    for stage in STAGES:
        yield nn.MaxPool2d(3, stride=2, ceil_mode=True)
        for squeezed, expanded in stage:
            yield Fire(before, squeezed, expanded)
            before = 2 * expanded
