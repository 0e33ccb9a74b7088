"""Features of VGG-19 without batch normalisation, trained to name what photographs show (arXiv 1409.1556).

PCL-SR compares images in them as Config 1 of Table IV; SPSR's perceptual loss looks at conv5_4. The weights are
torchvision's, read from a file that the user has; torchvision itself is not needed.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from jaxtyping import Float
from torch import Tensor, nn

from acutance.errors import unknown
from acutance.extractors.imagenet import Normalise, Released, demand, taken
from acutance.types import HighRes

STAGES = ((64, 64), (128, 128), (256, 256, 256, 256), (512, 512, 512, 512), (512, 512, 512, 512))
"""Channels of the convolutions; a maximum over 2x2 pixels ends each stage."""


def layer_names(stages: Sequence[Sequence[int]]) -> tuple[str, ...]:
    """Return conv1_1, relu1_1, conv1_2, relu1_2, pool1, conv2_1 ...: their positions are the N of `features.N`."""
    return tuple(
        name
        for stage, widths in enumerate(stages, 1)
        for name in (
            *(f"{kind}{stage}_{n}" for n in range(1, 1 + len(widths)) for kind in ("conv", "relu")),
            f"pool{stage}",
        )
    )


LAYERS = layer_names(STAGES)
FIRST_OF_STAGES = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
RELEASED = Released("VGG-19", "vgg19-dcbb9e9d.pth", option="vgg")
SHA256 = "dcbb9e9d"
"""First digits of the checksum of torchvision's file, which its name holds."""


class VGG19(nn.Module):
    """The layers of VGG-19 up to the deepest one asked for, without gradients of their own.

    State-dict keys `features.N.weight` and `features.N.bias` as in torchvision. Fresh weights are random; `from_file`
    reads trained ones.

    Args:
        layers: what `forward` returns, in this order: "relu3_1" after the activation, "conv5_4" before it.
        normalise: images in [0, 1] are first brought to ImageNet's mean and deviation, which the weights expect.

    Raises:
        RequestError: there is no such layer.
    """

    def __init__(self, layers: Sequence[str] = FIRST_OF_STAGES, *, normalise: bool = True) -> None:
        super().__init__()
        for layer in layers:
            if layer not in LAYERS:
                raise unknown("layer of VGG-19", layer, LAYERS)
        self.layers = tuple(layers)
        self.normalise = Normalise() if normalise else nn.Identity()
        self.deepest = max(LAYERS.index(layer) for layer in layers)
        self.features = nn.Sequential(*islice(stack(STAGES), self.deepest + 1)).requires_grad_(False)

    def settings(self) -> Mapping[str, object]:
        """Return the layers, and whether images are normalised."""
        return {"layers": self.layers, "deepest": self.deepest, "normalise": self.normalise}

    @classmethod
    def from_file(
        cls,
        path: str | Path | None,
        layers: Sequence[str] = FIRST_OF_STAGES,
        *,
        normalise: bool = True,
        sha256: str | None = SHA256,
    ) -> "VGG19":
        """Return the network with the weights of a .pth or .safetensors file in torchvision's layout.

        `sha256` is how the file's checksum must begin, by default that of torchvision's file; None trusts any file.

        Raises:
            RequestError: there is no file, it is another one, or it lacks what `layers` need.
        """
        return RELEASED.fill(cls(layers, normalise=normalise), path, sha256)

    def forward(self, image: HighRes) -> list[Float[Tensor, "_ _ _ _"]]:
        """Return the features of every layer in `layers`.

        Raises:
            RequestError: the image is too small for the deepest of them.
        """
        smallest = 2 ** sum(isinstance(layer, nn.MaxPool2d) for layer in self.features)
        demand(image, smallest, f"{LAYERS[self.deepest]} of VGG-19")
        return taken(self.features, self.normalise(image), [LAYERS.index(layer) for layer in self.layers])


def stack(stages: Sequence[Sequence[int]]) -> Iterator[nn.Module]:
    """Yield the modules that `layer_names` names, convolutions of these widths.

    None works in place, as what comes before an activation may be taken.
    """
    before = 3
    for widths in stages:
        for width in widths:
            yield nn.Conv2d(before, width, 3, padding=1)
            yield nn.ReLU()
            before = width
        yield nn.MaxPool2d(2)
