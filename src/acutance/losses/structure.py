"""The structure loss of SPSR-P and -J, Eq. 14 to 17: what a neural structure extractor F sees of SR and of HR.

    L_pix_SF = mean |F(SR) - F(HR)| / s                                     (Eq. 14)
    L_adv_SF = Eq. 6 with a critic of the maps F / s                        (Eq. 15, 16)
    L_SF     = pixel_weight * L_pix_SF + adversarial_weight * L_adv_SF      (Eq. 17)

The scale s is the mean length of a cell's features over the extractor's training pictures, which its training leaves
free: dividing by it makes one weight fit every extractor. The text names neither the norm of Eq. 14 nor a weight; L1 is
that of Eq. 7, the weights are ours.

In somebody else's training loop, with any network and optimizer:

    extractor = acutance.extractors.StructureExtractor.from_file("contrastive-h")
    structure = acutance.losses.Structure(extractor, patch=128)
    for lr, hr in loader:
        sr = network(lr)
        structure.learn(sr, hr)                                # Eq. 15: one step of the critic
        loss = 0.01 * l1(sr, hr) + structure(sr, hr)           # and a perceptual loss, in the paper
        loss.backward(); optimizer.step(); optimizer.zero_grad()

Mixed precision, accumulated gradients and several processes are as for any loss that teaches itself
(losses/self_taught.py).
"""

from collections.abc import Mapping
from itertools import chain
from math import log
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from acutance.critics import VGGStyleDiscriminator
from acutance.errors import RequestError
from acutance.losses.adversarial import critic_loss, network_loss
from acutance.losses.base import LearnedLoss, Loss
from acutance.losses.distance import between
from acutance.losses.look import look_once
from acutance.losses.self_taught import OptimizerOf, SelfTaught, adam
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

    def settings(self) -> Mapping[str, object]:
        """Return the extractor."""
        return {"extractor": self.extractor}

    def forward(self, image: Image) -> Float[Tensor, "b _ _ _"]:
        """Return F(image) / s."""
        features = look_once(self.extractor, image)
        return features / self.extractor.feature_scale if isinstance(self.extractor, Measured) else features


class StructurePixel(Loss):
    """The mean absolute difference of the structure features of SR and HR, as `StructureView` shows them."""

    def __init__(self, extractor: nn.Module) -> None:
        super().__init__()
        self.view = StructureView(extractor)

    def settings(self) -> Mapping[str, object]:
        """Return the view, with its extractor."""
        return {"view": self.view}

    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return Eq. 14. Its gradient reaches SR, and neither HR nor the extractor."""
        with torch.no_grad():
            wanted = self.view(batch.hr)
        return between(self.view(prediction.sr), wanted)


class PixelAndAdversarial(LearnedLoss[nn.Module]):
    """The weighted sum of Eq. 14 and 16, whose critic learns from Eq. 15; features are computed once for both.

    Args:
        extractor: as of `StructureView`.
        critic: of its maps.
        pixel_weight: of Eq. 14.
        adversarial_weight: of Eq. 16; with 0 the critic is not asked.

    Raises:
        RequestError: a weight is negative, or both are 0.
    """

    def __init__(
        self, extractor: nn.Module, critic: nn.Module, *, pixel_weight: float, adversarial_weight: float
    ) -> None:
        super().__init__()
        self.pixel_weight, self.adversarial_weight = pixel_weight, adversarial_weight
        weights = (pixel_weight, adversarial_weight)
        if min(weights) < 0 or not any(weights):
            raise RequestError(f"weights of the structure loss are 0 or more, and not both 0: not {weights}.")
        self.critic, self.view = critic, StructureView(extractor)

    def settings(self) -> Mapping[str, object]:
        """Return the weights, the critic and what it sees."""
        weights = {"pixel_weight": self.pixel_weight, "adversarial_weight": self.adversarial_weight}
        return {**weights, "critic": self.critic, "view": self.view}

    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return Eq. 17. Its gradient reaches SR, and neither HR, the extractor nor the critic."""
        with torch.no_grad():
            wanted = self.view(batch.hr)
        found = self.view(prediction.sr)
        pixel = self.pixel_weight * between(found, wanted)
        if not self.adversarial_weight:
            return pixel
        return pixel + self.adversarial_weight * network_loss(self.critic, wanted, found)

    def critic_loss(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return Eq. 15, whose gradient reaches the critic alone."""
        return critic_loss(self.critic, self.view(batch.hr), self.view(prediction.sr))

    def chance(self, batch: int) -> float:
        """Return log 2: Eq. 15 of equal logits."""
        return log(2)


class Structure(SelfTaught[PixelAndAdversarial]):
    """Eq. 17 with the critic of Eq. 15 and its optimizer, in one module.

    `learn(sr, hr)` takes a step down Eq. 15, `structure(sr, hr)` returns Eq. 17. Its `state_dict` holds everything
    needed to resume.

    Args:
        extractor: as of `StructureView`.
        critic: of its maps; by default a fresh `VGGStyleDiscriminator` of their channels and size.
        pixel_weight: of Eq. 14.
        adversarial_weight: of Eq. 16; with 0 there is no need to call `learn`.
        patch: height and width of the HR patches, in pixels; the fresh critic is made for them.
        learning_rate: of the critic's Adam.
        optimizer: called with the parameters of the critic; that Adam by default.
        accumulate: calls of `learn` whose gradients make one step of the critic; as many as batches make one step of
            yours.

    Raises:
        RequestError: a weight is negative, both are 0, `accumulate` is below 1, or `patch` is too small: its features
            need 8 cells a side.
    """

    def __init__(
        self,
        extractor: nn.Module,
        *,
        critic: nn.Module | None = None,
        pixel_weight: float = 1.0,
        adversarial_weight: float = 0.005,
        patch: int = 128,
        learning_rate: float = 1e-4,
        optimizer: OptimizerOf | None = None,
        accumulate: int = 1,
    ) -> None:
        loss = PixelAndAdversarial(
            extractor,
            critic or _critic(extractor, patch),
            pixel_weight=pixel_weight,
            adversarial_weight=adversarial_weight,
        )
        super().__init__(loss, optimizer=optimizer or adam(learning_rate), accumulate=accumulate)


def _critic(extractor: nn.Module, patch: int) -> VGGStyleDiscriminator:
    """Return one for the maps that `extractor` makes of HR patches, which it is asked for."""
    like = next(chain(extractor.parameters(), extractor.buffers()), torch.empty(()))
    with torch.no_grad():
        features = look_once(extractor, like.new_zeros(1, 3, patch, patch))
    return VGGStyleDiscriminator(features.shape[1], patch=features.shape[-1]).to(like.device)
