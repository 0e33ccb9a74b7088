"""The embedding network E_D of PCL-SR: a discriminator whose features measure similarity (section III-C of the paper).

Eight blocks of 3x3 convolution, batch normalisation and LeakyReLU(0.2); every second one halves the size. It looks at
the Haar high-frequency bands, where SR and HR differ most.
"""

from collections.abc import Callable, Mapping, Sequence

from jaxtyping import Float
from torch import Tensor, nn

from acutance.errors import RequestError, unknown
from acutance.ops import fourier_map, haar_details
from acutance.types import CriticOutput, Image

Features = Float[Tensor, "_ _ _ _"]

VIEWS: dict[str, tuple[int, int, Callable[[Tensor], Tensor]]] = {
    "haar": (9, 2, haar_details),
    "fourier": (6, 1, fourier_map),
    "plain": (3, 1, lambda image: image),
}
"""Name -> channels it has, how many times smaller it is than the image, the map itself."""
CHANNELS = (64, 64, 128, 128, 256, 256, 512, 512)


class EmbeddingNetwork(nn.Module):
    """E_D: how real an image looks, and the features that say so.

    State-dict keys `features.*` and `classifier.*` as in the released code.

    Args:
        view: what it sees of the image: "haar" (the three detail bands, the paper's choice), "fourier" or "plain".
        logits: "patch" gives 4x4 logits for images of any size (released scripts), "image" one logit for images of
            exactly `patch` pixels (the paper's text).
        patch: height and width of the images, in pixels; only "image" logits depend on it.
    """

    def __init__(self, view: str = "haar", logits: str = "patch", patch: int = 192) -> None:
        super().__init__()
        if view not in VIEWS:
            raise unknown("view", view, VIEWS)
        if logits not in ("patch", "image"):
            raise unknown("kind of logits", logits, ("patch", "image"))
        channels, reduction, self._see = VIEWS[view]
        self.view, self.logits, self.patch = view, logits, patch
        inputs = (channels, *CHANNELS[:-1])
        self.features = nn.Sequential()
        for index, (before, after) in enumerate(zip(inputs, CHANNELS, strict=True)):
            self.features.append(_block(before, after, stride=1 + index % 2))
            self.features.append(nn.LeakyReLU(0.2))
        self.classifier = _patch_classifier() if logits == "patch" else _image_classifier(patch, reduction)

    def settings(self) -> Mapping[str, object]:
        """Return the arguments that it was made of."""
        return {"view": self.view, "logits": self.logits, "patch": self.patch}

    def forward(self, image: Image) -> CriticOutput:
        """Return logits, (b, 1, 4, 4) for "patch" and (b, 1) for "image", and the activations of all eight blocks."""
        if self.logits == "image" and image.shape[-2:] != (self.patch, self.patch):
            size = "x".join(map(str, image.shape[-2:]))
            raise RequestError(f"an embedding network with image logits for {self.patch} pixels was given {size}.")
        features = self.embed(image, range(len(CHANNELS)))
        return CriticOutput(self.classifier(features[-1]), features)

    def embed(self, image: Image, layers: Sequence[int], *, activated: bool = True) -> list[Features]:
        """Return the features of the blocks in `layers` (0 to 7); runs no deeper than the last of them.

        `activated` takes them after the LeakyReLU, as the released code does in effect, else before it.
        """
        taken: dict[int, Tensor] = {}
        x = self._see(image)
        for layer in range(max(layers) + 1):
            normalised = self.features[2 * layer](x)
            x = self.features[2 * layer + 1](normalised)
            taken[layer] = x if activated else normalised
        return [taken[layer] for layer in layers]


def _block(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False), nn.BatchNorm2d(outputs))


def _patch_classifier() -> nn.Sequential:
    return nn.Sequential(nn.AdaptiveAvgPool2d(4), nn.Conv2d(CHANNELS[-1], 1, kernel_size=1))


def _image_classifier(patch: int, reduction: int) -> nn.Sequential:
    if patch % (16 * reduction):
        raise RequestError(f"image logits need a patch that is a multiple of {16 * reduction}, not {patch}.")
    inputs = CHANNELS[-1] * (patch // (16 * reduction)) ** 2
    return nn.Sequential(nn.Flatten(), nn.Linear(inputs, 1024), nn.LeakyReLU(0.2), nn.Linear(1024, 1))
