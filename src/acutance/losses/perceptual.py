"""Perceptual loss, SPSR Eq. 4: L_per = mean |phi(SR) - phi(HR)|, phi a network that learned to name photographs.

SPSR and ESRGAN take VGG-19's conv5_4 before its activation. The text of SPSR speaks of a Euclidean distance; its
released code takes the absolute one, as here by default.
"""

from collections.abc import Mapping

import torch
from torch import nn

from acutance.losses.base import Loss
from acutance.losses.distance import Distance, between, known
from acutance.losses.look import look
from acutance.types import Batch, Prediction, Scalar


class Perceptual(Loss):
    """The mean distance of SR and HR in frozen features, averaged over their layers.

    Args:
        features: image -> features, one (b, c, h, w) a layer: `extractors.VGG19(["conv5_4"])`, `extractors.SqueezeNet`,
            or any module of yours. It is frozen, and runs in evaluation mode.
        distance: "l1" or "l2", the mean of the squares.

    Raises:
        RequestError: there is no such distance.
    """

    def __init__(self, features: nn.Module, distance: Distance = "l1") -> None:
        super().__init__()
        self.features = features.requires_grad_(False)
        self.distance: Distance = known(distance)

    def settings(self) -> Mapping[str, object]:
        """Return the distance and the features."""
        return {"distance": self.distance, "features": self.features}

    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return Eq. 4. Its gradient reaches SR, and neither HR nor the features' own weights."""
        with torch.no_grad():
            wanted = look(self.features, batch.hr)
        pairs = zip(look(self.features, prediction.sr), wanted, strict=True)
        return torch.stack([between(found, hr, self.distance) for found, hr in pairs]).mean()
