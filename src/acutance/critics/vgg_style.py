"""The critic of SPSR: a discriminator in the style of VGG, for images, gradient maps and structure features.

A 3x3 convolution, then stages that halve the size by a 4x4 convolution until 4 to 7 pixels a side are left, each with
batch normalisation and LeakyReLU(0.2); two linear layers make one logit of what remains. For 128 pixels that is the
released `Discriminator_VGG_128`, for 32 its three-stage sibling, which SPSR-P and -J need for their 32x32 features.
"""

from collections.abc import Mapping
from itertools import pairwise

from jaxtyping import Float
from torch import Tensor, nn

from acutance.errors import RequestError
from acutance.types import CriticOutput

SMALLEST = 4
"""Height and width, in pixels, down to which a stage may halve."""
WIDEST = 8
"""Times the first stage's channels that the deepest stages have at most."""
HIDDEN = 100
"""Values between the two linear layers."""


class VGGStyleDiscriminator(nn.Module):
    """How real an image, or any other map, looks: one logit each.

    State-dict keys `features.N` and `classifier.N` as in the released code. Fresh weights are Kaiming's normal ones.

    Args:
        channels: of what it looks at: 3 of an image or a gradient map, 32 of structure features.
        width: channels of the first stage; each stage doubles them, up to eight times as many.
        patch: height and width of the maps, in pixels, from 8 up. The linear layers fix it, but for what the halving
            rounds off: 128 stands for 128 to 159, hence a gradient map of 130 pixels also passes.
        bias: whether convolutions before batch normalisation have a bias (the released code), or not (BasicSR).

    Raises:
        RequestError: `patch` is below 8.
    """

    def __init__(self, channels: int = 3, width: int = 64, patch: int = 128, *, bias: bool = True) -> None:
        super().__init__()
        if patch < 2 * SMALLEST:
            raise RequestError(f"a discriminator needs maps of {2 * SMALLEST} pixels or more, not {patch}.")
        self.channels, self.width, self.patch, self.bias = channels, width, patch, bias
        self.stages = (patch // SMALLEST).bit_length() - 1
        widths = [min(2**stage, WIDEST) * width for stage in range(self.stages)]
        self.features = nn.Sequential(nn.Conv2d(channels, width, 3, padding=1), nn.LeakyReLU(0.2))
        self.features.extend(_halve(width, bias=bias))
        for before, after in pairwise(widths):
            self.features.extend(_block(nn.Conv2d(before, after, 3, padding=1, bias=bias)))
            self.features.extend(_halve(after, bias=bias))
        inputs = widths[-1] * (patch >> self.stages) ** 2
        self.classifier = nn.Sequential(nn.Linear(inputs, HIDDEN), nn.LeakyReLU(0.2), nn.Linear(HIDDEN, 1))
        self.apply(_initialise)

    def settings(self) -> Mapping[str, object]:
        """Return the arguments that it was made of, and how often it halves."""
        return {
            "channels": self.channels,
            "width": self.width,
            "patch": self.patch,
            "bias": self.bias,
            "stages": self.stages,
        }

    def forward(self, image: Float[Tensor, "b c h w"]) -> CriticOutput:
        """Return logits (b, 1), and the activations of every convolution from the first on.

        Raises:
            RequestError: there are other channels, or height or width differs from `patch` by more than the halving
                rounds off.
        """
        self._demand(image)
        features: list[Tensor] = []
        x = image
        for layer in self.features:
            x = layer(x)
            if isinstance(layer, nn.LeakyReLU):
                features.append(x)
        return CriticOutput(self.classifier(x.flatten(1)), features)

    def _demand(self, image: Tensor) -> None:
        if image.shape[1] != self.channels:
            raise RequestError(
                f"a discriminator for maps of {self.channels} channels was given {image.shape[1]}; its channels decide."
            )
        left, height, width = self.patch >> self.stages, *image.shape[-2:]
        if {height >> self.stages, width >> self.stages} != {left}:
            least, most = left << self.stages, ((left + 1) << self.stages) - 1
            raise RequestError(
                f"a discriminator for maps of {self.patch} pixels takes {least} to {most} a side, "
                f"not {height}x{width}; its patch decides."
            )


def _halve(width: int, *, bias: bool) -> list[nn.Module]:
    return _block(nn.Conv2d(width, width, 4, stride=2, padding=1, bias=bias))


def _block(convolution: nn.Conv2d) -> list[nn.Module]:
    return [convolution, nn.BatchNorm2d(convolution.out_channels), nn.LeakyReLU(0.2)]


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d | nn.Linear):
        nn.init.kaiming_normal_(module.weight)
        bias: Tensor | None = module.bias
        if bias is not None:
            nn.init.zeros_(bias)
