"""Features of ResNet-18 (arXiv 1512.03385), trained to name what photographs show: SPSR-ResNet of SPSR's Table VI.

The paper takes "Conv4_2": the second block of the stage that Table 1 of ResNet calls conv4_x, a sixteenth of the size.
The weights are torchvision's, read from a file that the user has; torchvision itself is not needed.
"""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from jaxtyping import Float
from torch import Tensor, nn

from acutance.extractors.imagenet import Normalise, Released, demand
from acutance.types import HighRes

WIDTHS = (64, 64, 128, 256)
"""Channels after the first convolution, and of the stages conv2_x to conv4_x."""
STRIDE = 16
RELEASED = Released("ResNet-18", "resnet18-f37072fd.pth", option="resnet")
SHA256 = "f37072fd"
"""First digits of the checksum of torchvision's file, which its name holds."""


class ResNet18(nn.Module):
    """ResNet-18 up to the second block of conv4_x, without gradients of its own.

    State-dict keys `conv1.weight`, `layer1.0.bn1.weight` ... as in torchvision. Fresh weights are random; `from_file`
    reads trained ones. Batch normalisation uses its running statistics in evaluation mode, as losses run it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.normalise = Normalise()
        self.conv1 = nn.Conv2d(3, WIDTHS[0], 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTHS[0])
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        for stage, (before, after) in enumerate(pairwise(WIDTHS), 1):
            first = Block(before, after, stride=1 if before == after else 2)
            self.add_module(f"layer{stage}", nn.Sequential(first, Block(after, after, stride=1)))
        self.requires_grad_(False)

    def settings(self) -> Mapping[str, object]:
        """Return how images are normalised; there is nothing to choose."""
        return {"normalise": self.normalise}

    @classmethod
    def from_file(cls, path: str | Path | None, *, sha256: str | None = SHA256) -> "ResNet18":
        """Return the network with the weights of a .pth or .safetensors file in torchvision's layout.

        `sha256` is how the file's checksum must begin, by default that of torchvision's file; None trusts any file.

        Raises:
            RequestError: there is no file, it is another one, or it lacks some of the weights.
        """
        return RELEASED.fill(cls(), path, sha256)

    def forward(self, image: HighRes) -> Float[Tensor, "b 256 h w"]:
        """Return the features of Conv4_2, a sixteenth as high and as wide.

        Raises:
            RequestError: the image is smaller than one of them.
        """
        demand(image, STRIDE, "Conv4_2 of ResNet-18")
        x = self.pool(self.bn1(self.conv1(self.normalise(image))).relu())
        for stage in range(1, len(WIDTHS)):
            x = self.get_submodule(f"layer{stage}")(x)
        return x


class Block(nn.Module):
    """Two 3x3 convolutions with a skip, which is a 1x1 convolution where the size changes."""

    def __init__(self, before: int, after: int, *, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        self.downsample = nn.Sequential()
        if stride > 1:
            self.downsample.extend([nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after)])

    def forward(self, x: Float[Tensor, "b before h w"]) -> Float[Tensor, "b after H W"]:
        """Return the features after the block's last activation."""
        inner = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (inner + self.downsample(x)).relu()
