"""Features of VGG-16 without batch normalisation, trained to name what photographs show (arXiv 1409.1556).

LPIPS compares images in the last activation of each of its five stages. The weights are torchvision's, read from a file
that the user has; torchvision itself is not needed.
"""

from pathlib import Path

from jaxtyping import Float
from torch import Tensor, nn

from acutance.extractors.imagenet import Normalise, Released, demand, taken
from acutance.extractors.vgg import layer_names, stack
from acutance.types import HighRes

STAGES = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
"""Channels of the convolutions; a maximum over 2x2 pixels ends each stage."""
LAST_OF_STAGES = ("relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3")
SMALLEST = 16
RELEASED = Released("VGG-16", "vgg16-397923af.pth", option="vgg16")
SHA256 = "397923af"
"""First digits of the checksum of torchvision's file, which its name holds."""


class VGG16(nn.Module):
    """The convolutions of VGG-16, without gradients of their own; `forward` returns what each stage makes, activated.

    State-dict keys `features.N.weight` and `features.N.bias` as in torchvision. Fresh weights are random; `from_file`
    reads trained ones.
    """

    def __init__(self) -> None:
        super().__init__()
        self.normalise = Normalise()
        self.features = nn.Sequential(*list(stack(STAGES))[:-1]).requires_grad_(False)

    @classmethod
    def from_file(cls, path: str | Path | None, *, sha256: str | None = SHA256) -> "VGG16":
        """Return the network with the weights of a .pth or .safetensors file in torchvision's layout.

        `sha256` is how the file's checksum must begin, by default that of torchvision's file; None trusts any file.

        Raises:
            RequestError: there is no file, it is another one, or it lacks weights.
        """
        return RELEASED.fill(cls(), path, sha256)

    def forward(self, image: HighRes) -> list[Float[Tensor, "_ _ _ _"]]:
        """Return the last activation of each stage, with 64, 128, 256, 512 and 512 channels, of an image in [0, 1].

        Raises:
            RequestError: the image is smaller than 16 pixels a side.
        """
        demand(image, SMALLEST, "VGG-16")
        names = layer_names(STAGES)
        return taken(self.features, self.normalise(image), [names.index(name) for name in LAST_OF_STAGES])
