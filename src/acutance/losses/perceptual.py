"""Perceptual loss, SPSR Eq. 4: L_per = mean |phi(SR) - phi(HR)|, phi a network that learned to name photographs.

SPSR and ESRGAN take VGG-19's conv5_4 before its activation. The text of SPSR speaks of a Euclidean distance; its
released code takes the absolute one, as here by default.
"""

from collections.abc import Mapping

import torch
from torch import nn

from acutance.errors import RequestError
from acutance.losses.base import Loss
from acutance.losses.distance import Distance, between, known
from acutance.losses.generator import SampleGenerator
from acutance.losses.look import look
from acutance.losses.phase import RANDOM, drawn_shift, moved
from acutance.types import Batch, Image, Prediction, Scalar


class Perceptual(Loss):
    """The mean distance of SR and HR in frozen features, averaged over their layers.

    Args:
        features: image -> features, one (b, c, h, w) a layer: `extractors.VGG19(["conv5_4"])`, `extractors.SqueezeNet`,
            or any module of yours. It is frozen, and runs in evaluation mode.
        distance: "l1" or "l2", the mean of the squares.
        period: moves SR and HR alike by random numbers of pixels below it, and mirrors them or not, before the features
            are taken. Features that stride miss what is in step with their strides, such as a checkerboard, and a
            network learns to draw it; 16 for `extractors.SqueezeNet`. 1, the default, is the papers' loss.
        seed: of the generator that draws those; its state is part of `state_dict` where `period` is above 1.

    Raises:
        RequestError: there is no such distance, or the period is below 1.
    """

    def __init__(self, features: nn.Module, distance: Distance = "l1", *, period: int = 1, seed: int = 0) -> None:
        super().__init__()
        if period < 1:
            raise RequestError(f"the period of a perceptual loss must be 1 or more, not {period}.")
        self.features = features.requires_grad_(False)
        self.distance: Distance = known(distance)
        self.period = period
        self.generator = SampleGenerator(seed) if period > 1 else None

    def settings(self) -> Mapping[str, object]:
        """Return the distance, the features, and the period where there is one."""
        said = {} if self.period == 1 else {"period": self.period}
        return {"distance": self.distance, "features": self.features, **said}

    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return Eq. 4. Its gradient reaches SR, and neither HR nor the features' own weights."""
        seen, original = self._moved(prediction.sr, batch.hr)
        with torch.no_grad():
            wanted = look(self.features, original)
        pairs = zip(look(self.features, seen), wanted, strict=True)
        return torch.stack([between(found, hr, self.distance) for found, hr in pairs]).mean()

    def _moved(self, sr: Image, hr: Image) -> list[Image]:
        """Return both moved and mirrored alike, by as much as is drawn."""
        if self.generator is None:
            return [sr, hr]
        numbers, most = self.generator.numbers, min(self.period, *sr.shape[-2:])
        images = moved(drawn_shift(RANDOM, numbers, most), sr, hr)
        mirrored = [axis for axis in (-2, -1) if bool(torch.randint(2, (), generator=numbers))]
        return [image.flip(mirrored) for image in images]
