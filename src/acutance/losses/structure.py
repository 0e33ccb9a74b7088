"""The structure loss of SPSR-P and -J, Eq. 14 to 17: what a neural structure extractor F sees of SR and of HR.

    L_pix_SF = mean |F(SR) - F(HR)| / s                                     (Eq. 14)
    L_adv_SF = Eq. 6 with a critic of the maps F / s                        (Eq. 15, 16)
    L_SF     = pixel_weight * L_pix_SF + adversarial_weight * L_adv_SF      (Eq. 17)

The scale s is the mean length of a cell's features over the extractor's training pictures, which its training leaves
free: dividing by it makes one weight fit every extractor. The text names neither the norm of Eq. 14 nor a weight; L1 is
that of Eq. 7, the weights are ours.
"""

from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from acutance.losses.base import Loss
from acutance.losses.distance import between
from acutance.losses.features import look
from acutance.types import Batch, Image, Prediction, Scalar


@runtime_checkable
class Measured(Protocol):
    """An extractor that knows how long its features are on average."""

    feature_scale: float


class StructureView(nn.Module):
    """An image as its structure features, divided by their scale; gradients reach the image alone.

    Args:
        extractor: image -> (b, c, h, w), or a list of one: `extractors.StructureExtractor`, an ImageNet network with
            one layer (Table VI), or any module of yours. It is frozen, and runs in evaluation mode. Its `feature_scale`
            is 1 where it has none.
    """

    def __init__(self, extractor: nn.Module) -> None:
        super().__init__()
        self.extractor = extractor.requires_grad_(False)

    def forward(self, image: Image) -> Float[Tensor, "b _ _ _"]:
        """Return F(image) / s."""
        (features,) = look(self.extractor, image)
        return features / self.extractor.feature_scale if isinstance(self.extractor, Measured) else features


class StructurePixel(Loss):
    """The mean absolute difference of the structure features of SR and HR, as `StructureView` shows them."""

    def __init__(self, extractor: nn.Module) -> None:
        super().__init__()
        self.view = StructureView(extractor)

    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return Eq. 14. Its gradient reaches SR, and neither HR nor the extractor."""
        with torch.no_grad():
            wanted = self.view(batch.hr)
        return between(self.view(prediction.sr), wanted)
