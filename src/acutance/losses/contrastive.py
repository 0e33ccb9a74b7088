r"""Contrastive loss of PCL-SR (Eq. 8 to 10, in `info_nce.py`), and the loss that its embedding network learns from.

    L_E  = mean over HR i of -log( exp(r_i) / (exp(r_i) + sum over j exp(f_j)) )
         + mean over SR j of -log( exp(-f_j) / (exp(-f_j) + sum over i exp(-r_i)) )                       (Eq. 7)

with r and f the logits of HR and SR in the batch. Eq. 7 of the paper lacks a minus sign and part of its denominators;
this is how its released code reads it (docs/papers/pcl.md). The paper gives no temperature; tau is 1 by default.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

import torch
from jaxtyping import Float
from torch import Tensor

from acutance import processes
from acutance.critics import EmbeddingNetwork, frozen
from acutance.critics.embedding import CHANNELS
from acutance.errors import RequestError
from acutance.losses.base import LearnedLoss
from acutance.losses.distance import wide
from acutance.losses.generator import SampleGenerator
from acutance.losses.info_nce import contrast_images
from acutance.losses.phase import FIXED, drawn_shift, known_phase, moved, period_of, said_of
from acutance.losses.samples import Samples
from acutance.types import Batch, Image, Prediction, Scalar

PATCH_LOGITS = 16
"""Of an image, 4x4, whatever its size, by a critic with logits of patches."""


def contrastive_critic_loss(real_logits: Float[Tensor, "..."], fake_logits: Float[Tensor, "..."]) -> Scalar:
    """Return Eq. 7: every real logit against all fake ones, and every fake one against all real ones.

    Logits of any shape and number; those of patches count one by one, and those of all processes that train together.
    """
    real, fake = wide(real_logits).flatten(), wide(fake_logits).flatten()
    real_half = torch.logaddexp(real, processes.logsumexp(fake)) - real
    fake_half = torch.logaddexp(-fake, processes.logsumexp(-real)) + fake
    return processes.mean(real_half) + processes.mean(fake_half)


@dataclass(frozen=True)
class Embedding:
    """How the contrastive loss embeds images.

    Attributes:
        layers: blocks of the embedding network that are compared; the paper's first four.
        activated: features after the LeakyReLU (as released, in effect) rather than before it.
        batch_statistics: batch normalisation by the statistics of the batch rather than the running ones.
        chunk: images that go through the embedding network at once; more is faster on a GPU, and takes more memory.

    Raises:
        RequestError: there are no layers, or no such one.
    """

    layers: tuple[int, ...] = (0, 1, 2, 3)
    activated: bool = True
    batch_statistics: bool = False
    chunk: int = 64

    def __post_init__(self) -> None:
        if not self.layers or not set(self.layers) <= set(range(len(CHANNELS))):
            raise RequestError(f"an embedding network has blocks 0 to {len(CHANNELS) - 1}, not {self.layers}.")


class Contrastive(LearnedLoss[EmbeddingNetwork]):
    """Pull SR towards sharpened versions of HR, push it from slightly blurred ones (PCL-SR, Eq. 7 to 10).

    Args:
        critic: the embedding network E_D; fresh by default.
        samples: which positives and negatives are drawn.
        temperature: tau of Eq. 8.
        embedding: where in the critic, and in which mode, images are compared.
        teach_samples: the critic also learns that sharpened samples are real and blurred ones fake (released RCAN
            script); the paper's learns from HR and SR alone.
        seed: of the generator that draws the samples. Its state is part of `state_dict`.
        phase: "random" moves all images by the same 0 or 1 pixels down and across, drawn anew for each loss, before the
            critic looks: the Haar wavelet pairs pixels, and a network learns to draw a grid in step with a "fixed"
            pairing (docs/results/controls.md). "whole" moves them by any number of pixels below the stride of the
            deepest block that is compared, 8 for the first four: its blocks stride too.

    Raises:
        RequestError: there is no such phase.
    """

    def __init__(
        self,
        critic: EmbeddingNetwork | None = None,
        *,
        samples: Samples | None = None,
        temperature: float = 1.0,
        embedding: Embedding | None = None,
        teach_samples: bool = False,
        seed: int = 0,
        phase: str = FIXED,
    ) -> None:
        super().__init__()
        self.critic = critic or EmbeddingNetwork()
        self.teach_samples = teach_samples
        self.samples = samples or Samples()
        self.temperature = temperature
        self.embedding = embedding or Embedding()
        self.generator = SampleGenerator(seed)
        self.phase = known_phase(phase)

    def settings(self) -> Mapping[str, object]:
        """Return what is drawn, how it is compared and who is taught what."""
        return {
            "teach_samples": self.teach_samples,
            "samples": self.samples,
            "temperature": self.temperature,
            "embedding": self.embedding,
            "critic": self.critic,
            "generator": self.generator,
            **said_of(self.phase),
        }

    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return Eq. 10. Its gradient reaches SR, and neither the samples nor the embedding network."""
        samples = self.samples.draw(batch, self.generator.numbers)
        sr, *drawn = moved(self._shift(prediction.sr), prediction.sr, *samples)
        by_batch = self.embedding.batch_statistics
        with frozen(self.critic, batch_statistics=by_batch):
            return contrast_images(
                self._embed if by_batch else self._measuring(),
                sr,
                *drawn,
                temperature=self.temperature,
                chunk=self._chunk,
                apart=not by_batch,
            )

    def critic_loss(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return Eq. 7 on the logits of HR and SR, and of the drawn samples if those are taught too."""
        fake, real = [prediction.sr], [batch.hr]
        if self.teach_samples:
            drawn = replace(self.samples, with_hr=False, with_lr=False)
            real += drawn.draw_positives(batch, self.generator.numbers).unbind()
            fake += drawn.draw_negatives(batch, self.generator.numbers).unbind()
        shift = self._shift(prediction.sr)
        return self._critic_loss(moved(shift, *real), moved(shift, *fake))

    def chance(self, batch: int) -> float:
        """Return Eq. 7 of equal logits: log(1 + those of SR) + log(1 + those of HR)."""
        each = batch * (PATCH_LOGITS if self.critic.logits == "patch" else 1)
        taught = self.samples if self.teach_samples else None
        real, fake = (1 + (getattr(taught, which) if taught else 0) for which in ("positives", "negatives"))
        return log(1 + each * fake) + log(1 + each * real)

    def _critic_loss(self, real: Sequence[Image], fake: Sequence[Image]) -> Scalar:
        """Return Eq. 7; each image batch has a forward of its own, as its statistics differ from the others'."""
        fake_logits, real_logits = (
            torch.cat([self.critic(image).logits.flatten() for image in images]) for images in (fake, real)
        )
        return contrastive_critic_loss(real_logits, fake_logits)

    def _shift(self, sr: Image) -> tuple[int, int]:
        whole = self.critic.stride(max(self.embedding.layers))
        return drawn_shift(self.phase, self.generator.numbers, period_of(self.phase, whole, sr))

    def _embed(self, image: Image) -> list[Tensor]:
        return self.critic.embed(image, self.embedding.layers, activated=self.embedding.activated)

    def _measuring(self) -> Callable[[Image], list[Tensor]]:
        return self.critic.measuring(self.embedding.layers, activated=self.embedding.activated)

    @property
    def _chunk(self) -> int:
        """Every sample is a batch of its own where the statistics of the batch count: mixing would mix those."""
        return 1 if self.embedding.batch_statistics else self.embedding.chunk
