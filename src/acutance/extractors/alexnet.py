"""Features of AlexNet (Krizhevsky 2014, "one weird trick"), trained to name what photographs show.

LPIPS compares images in its five activations, and is mostly quoted with them. The weights are torchvision's, read from
a file that the user has; torchvision itself is not needed.
"""

from collections.abc import Iterator
from pathlib import Path

from jaxtyping import Float
from torch import Tensor, nn

from acutance.extractors.imagenet import Normalise, Released, demand, taken
from acutance.types import HighRes

LAYERS = (1, 4, 7, 9, 11)
"""The activations: the N of torchvision's `features.N`."""
CHANNELS = (64, 192, 384, 256, 256)
SMALLEST = 31
RELEASED = Released("AlexNet", "alexnet-owt-7be5be79.pth", option="alexnet")
SHA256 = "7be5be79"
"""First digits of the checksum of torchvision's file, which its name holds."""


class AlexNet(nn.Module):
    """The convolutions of AlexNet, without gradients of their own; `forward` returns what each makes, activated.

    State-dict keys `features.N.weight` and `features.N.bias` as in torchvision. Fresh weights are random; `from_file`
    reads trained ones.
    """

    def __init__(self) -> None:
        super().__init__()
        self.normalise = Normalise()
        self.features = nn.Sequential(*_stack()).requires_grad_(False)

    @classmethod
    def from_file(cls, path: str | Path | None, *, sha256: str | None = SHA256) -> "AlexNet":
        """Return the network with the weights of a .pth or .safetensors file in torchvision's layout.

        `sha256` is how the file's checksum must begin, by default that of torchvision's file; None trusts any file.

        Raises:
            RequestError: there is no file, it is another one, or it lacks weights.
        """
        return RELEASED.fill(cls(), path, sha256)

    def forward(self, image: HighRes) -> list[Float[Tensor, "_ _ _ _"]]:
        """Return the five activations, with 64, 192, 384, 256 and 256 channels, of an image in [0, 1].

        Raises:
            RequestError: the image is smaller than 31 pixels a side.
        """
        demand(image, SMALLEST, "AlexNet")
        return taken(self.features, self.normalise(image), LAYERS)


def _stack() -> Iterator[nn.Module]:
    yield nn.Conv2d(3, 64, 11, stride=4, padding=2)
    yield nn.ReLU()
    yield nn.MaxPool2d(3, stride=2)
    yield nn.Conv2d(64, 192, 5, padding=2)
    yield nn.ReLU()
    yield nn.MaxPool2d(3, stride=2)
    for before, after in ((192, 384), (384, 256), (256, 256)):
        yield nn.Conv2d(before, after, 3, padding=1)
        yield nn.ReLU()
