"""The contrastive loss of PCL-SR on features that do not learn.

The features are those of VGG-19 (Table IV, Config 1), or of an embedding network that another run has trained (PCL-F,
Table V). The equation is Eq. 8 to 10, as in `losses/info_nce.py`; there is no Eq. 7.
"""

from collections.abc import Mapping

from torch import nn

from acutance.critics import frozen
from acutance.errors import RequestError
from acutance.losses.base import Loss
from acutance.losses.generator import SampleGenerator
from acutance.losses.info_nce import contrast_images
from acutance.losses.phase import FIXED, WAVELET, WHOLE, drawn_shift, known_phase, moved, period_of, said_of
from acutance.losses.samples import Samples
from acutance.types import Batch, Prediction, Scalar


class FixedContrastive(Loss):
    """Pull SR towards sharpened versions of HR, push it from slightly blurred ones, as frozen features see them.

    Args:
        features: image -> list of features, one (b, c, h, w) a layer: `extractors.VGG19`, `critics.FixedEmbedding`, or
            any module of yours. It is frozen, and runs in evaluation mode.
        samples: which positives and negatives are drawn.
        temperature: tau of Eq. 8.
        chunk: images that go through `features` at once.
        seed: of the generator that draws the samples. Its state is part of `state_dict`.
        phase: "random" moves all images by the same 0 or 1 pixels before the features are taken, as of `Contrastive`;
            "whole" by any number below the features' own `period`, which `critics.FixedEmbedding` has.

    Raises:
        RequestError: there is no such phase, or features without a `period` are to be moved by the whole of it.
    """

    def __init__(
        self,
        features: nn.Module,
        *,
        samples: Samples | None = None,
        temperature: float = 1.0,
        chunk: int = 64,
        seed: int = 0,
        phase: str = FIXED,
    ) -> None:
        super().__init__()
        self.features = features.requires_grad_(False)
        self.samples = samples or Samples()
        self.temperature, self.chunk = temperature, chunk
        self.generator = SampleGenerator(seed)
        self.phase = known_phase(phase)
        if phase == WHOLE and not hasattr(features, "period"):
            raise RequestError(f"{type(features).__name__} does not say its period; take the phase 'random'.")

    def settings(self) -> Mapping[str, object]:
        """Return what is drawn and how it is compared."""
        return {
            "samples": self.samples,
            "temperature": self.temperature,
            "chunk": self.chunk,
            "features": self.features,
            "generator": self.generator,
            **said_of(self.phase),
        }

    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return Eq. 10. Its gradient reaches SR, and neither the samples nor the features' own weights."""
        samples = self.samples.draw(batch, self.generator.numbers)
        period = period_of(self.phase, getattr(self.features, "period", WAVELET), prediction.sr)
        shift = drawn_shift(self.phase, self.generator.numbers, period)
        sr, *drawn = moved(shift, prediction.sr, *samples)
        with frozen(self.features):
            return contrast_images(self.features, sr, *drawn, temperature=self.temperature, chunk=self.chunk)
