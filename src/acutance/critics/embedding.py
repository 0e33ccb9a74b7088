"""The embedding network E_D of PCL-SR: a discriminator whose features measure similarity (section III-C of the paper).

Eight blocks of 3x3 convolution, batch normalisation and LeakyReLU(0.2); every second one halves the size. It looks at
the Haar high-frequency bands, where SR and HR differ most.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import cast

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from acutance.critics.folding import fold
from acutance.critics.views import View, as_module, name_of
from acutance.errors import RequestError, unknown
from acutance.types import CriticOutput, Image

Features = Float[Tensor, "_ _ _ _"]
Step = Callable[[Tensor], Tensor]
"""From what one block gives to what the next one does."""

CHANNELS = (64, 64, 128, 128, 256, 256, 512, 512)
SLOPE = 0.2
"""Of the LeakyReLU, below zero."""


class EmbeddingNetwork(nn.Module):
    """E_D: how real an image looks, and the features that say so.

    State-dict keys `features.*` and `classifier.*` as in the released code.

    Args:
        view: what it sees of the image: "haar" (the three detail bands, the paper's choice), "haar_everywhere" (the
            same undecimated, at four times the cost), "fourier", "plain", or any function from (b, 3, h, w) to
            (b, c, H, W), such as `ops.gradient_map`.
        logits: "patch" gives 4x4 logits for images of any size (released scripts), "image" one logit for images of
            exactly `patch` pixels (the paper's text).
        patch: height and width of the images, in pixels; only "image" logits depend on it.
        bands: of the images; 3 for RGB.
        blocks: how many of the eight there are, from the first on. With fewer there are no logits: it embeds, and
            neither learns nor judges.

    Raises:
        RequestError: there is no such view, kind of logits or number of blocks, or image logits do not fit the patch.
    """

    def __init__(
        self,
        view: str | View = "haar",
        logits: str = "patch",
        patch: int = 192,
        bands: int = 3,
        blocks: int = len(CHANNELS),
    ) -> None:
        super().__init__()
        if logits not in ("patch", "image"):
            raise unknown("kind of logits", logits, ("patch", "image"))
        if not 0 < blocks <= len(CHANNELS):
            raise RequestError(f"an embedding network has 1 to {len(CHANNELS)} blocks, not {blocks}.")
        self._see = as_module(view)
        self.view, self.logits, self.patch, self.bands, self.blocks = name_of(view), logits, patch, bands, blocks
        seen = self._see(torch.zeros(1, bands, patch, patch))
        self._seen_stride = max(1, patch // seen.shape[-1])
        inputs = (seen.shape[1], *CHANNELS[:-1])
        self.features = nn.Sequential()
        for index, (before, after) in enumerate(list(zip(inputs, CHANNELS, strict=True))[:blocks]):
            self.features.append(_block(before, after, stride=1 + index % 2))
            self.features.append(nn.LeakyReLU(SLOPE))  # a place in the numbering of the released keys
        self.classifier = self._classifier(seen.shape[-1])

    def _classifier(self, seen: int) -> nn.Sequential:
        if self.blocks < len(CHANNELS):
            return nn.Sequential()
        return _patch_classifier() if self.logits == "patch" else _image_classifier(self.patch, seen)

    def stride(self, block: int) -> int:
        """Return the pixels of the image from one position of a block's features to the next.

        >>> [EmbeddingNetwork().stride(block) for block in range(6)]
        [2, 4, 4, 8, 8, 16]
        """
        return self._seen_stride * 2 ** ((block + 1) // 2)

    def settings(self) -> Mapping[str, object]:
        """Return the arguments that it was made of."""
        told: dict[str, object] = {"view": self.view, "logits": self.logits, "patch": self.patch}
        told |= {} if self.bands == 3 else {"bands": self.bands}
        return told if self.blocks == len(CHANNELS) else {**told, "blocks": self.blocks}

    def forward(self, image: Image) -> CriticOutput:
        """Return logits, (b, 1, 4, 4) for "patch" and (b, 1) for "image", and the activations of all eight blocks.

        Raises:
            RequestError: the images have other bands, or are not of `patch` pixels where logits are of images; or there
                are no logits, as blocks are missing.
        """
        if self.blocks < len(CHANNELS):
            raise RequestError(f"an embedding network of {self.blocks} blocks has no logits; it embeds.")
        if self.logits == "image" and image.shape[-2:] != (self.patch, self.patch):
            size = "x".join(map(str, image.shape[-2:]))
            raise RequestError(f"an embedding network with image logits for {self.patch} pixels was given {size}.")
        features = self.embed(image, range(len(CHANNELS)))
        return CriticOutput(self.classifier(features[-1]), features)

    def embed(self, image: Image, layers: Sequence[int], *, activated: bool = True) -> list[Features]:
        """Return the features of the blocks in `layers` (0 to 7); runs no deeper than the last of them.

        `activated` takes them after the LeakyReLU, as the released code does in effect, else before it.

        Raises:
            RequestError: the images have other bands, or there is no such block.
        """
        blocks = self._blocks(layers)
        if activated:
            return self._taken(image, [partial(_then_activated, block) for block in blocks], layers)
        return self._taken(image, _activated_between(blocks), layers)

    def measuring(self, layers: Sequence[int], *, activated: bool = True) -> Callable[[Image], list[Features]]:
        """Return what `embed` does in evaluation mode, as an instrument: cheaper, and its gradients reach images alone.

        Batch normalisation is folded into the convolutions, with weights and running statistics as they are now.
        """
        blocks = [fold(*cast("tuple[nn.Conv2d, nn.BatchNorm2d]", block)) for block in self._blocks(layers)]
        steps = [partial(block.activated, slope=SLOPE) for block in blocks] if activated else _activated_between(blocks)
        return partial(self._taken, steps=steps, layers=layers)

    def _blocks(self, layers: Sequence[int]) -> list[nn.Sequential]:
        if max(layers) >= self.blocks:
            raise RequestError(f"an embedding network of {self.blocks} blocks has none of number {max(layers)}.")
        return [cast(nn.Sequential, self.features[2 * layer]) for layer in range(max(layers) + 1)]

    def _taken(self, image: Image, steps: Sequence[Step], layers: Sequence[int]) -> list[Features]:
        if image.shape[1] != self.bands:
            looks = "RGB images, of 3 channels" if self.bands == 3 else f"images of {self.bands} bands"
            raise RequestError(f"an embedding network looks at {looks}, not {image.shape[1]}.")
        features = [self._see(image)]
        for step in steps:
            features.append(step(features[-1]))
        return [features[1 + layer] for layer in layers]


def _then_activated(block: Step, x: Tensor) -> Tensor:
    return leaky_relu(block(x), SLOPE, inplace=True)  # nobody reads what is before it


def _after_activation(block: Step, x: Tensor) -> Tensor:
    return block(leaky_relu(x, SLOPE))


def _activated_between(blocks: Sequence[Step]) -> list[Step]:
    return [blocks[0], *(partial(_after_activation, block) for block in blocks[1:])]


def _block(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False), nn.BatchNorm2d(outputs))


def _patch_classifier() -> nn.Sequential:
    return nn.Sequential(nn.AdaptiveAvgPool2d(4), nn.Conv2d(CHANNELS[-1], 1, kernel_size=1))


def _image_classifier(patch: int, seen: int) -> nn.Sequential:
    """Return one for images of `patch` pixels a side, of which the view shows `seen`; the blocks halve four times."""
    step = 16 * round(patch / seen)
    if patch % step:
        raise RequestError(f"image logits need a patch that is a multiple of {step}, not {patch}.")
    inputs = CHANNELS[-1] * (patch // step) ** 2
    return nn.Sequential(nn.Flatten(), nn.Linear(inputs, 1024), nn.LeakyReLU(0.2), nn.Linear(1024, 1))
