r"""Contrastive loss of PCL-SR, and the loss that its embedding network learns from.

With f, g features of two images, C channels at H x W positions:

    s(f, g) = mean over h, w of <f_hw, g_hw> / (|f_hw| |g_hw|)                                            (Eq. 9)
    L_CL = mean over layers l, positives p of
           -log( exp(s(f_l, p_l) / tau) / (exp(s(f_l, p_l) / tau) + sum over k exp(s(f_l, n_lk) / tau)) ) (Eq. 8, 10)

    L_E  = mean over HR i of -log( exp(r_i) / (exp(r_i) + sum over j exp(f_j)) )
         + mean over SR j of -log( exp(-f_j) / (exp(-f_j) + sum over i exp(-r_i)) )                       (Eq. 7)

with r and f the logits of HR and SR in the batch. Eq. 7 of the paper lacks a minus sign and part of its denominators;
this is how its released code reads it (docs/papers/pcl.md). The paper gives no temperature; tau is 1 by default.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from acutance.critics import EmbeddingNetwork, frozen
from acutance.critics.embedding import CHANNELS
from acutance.errors import RequestError
from acutance.losses.base import LearnedLoss
from acutance.losses.generator import SampleGenerator
from acutance.losses.samples import Samples
from acutance.types import Batch, Image, Prediction, Scalar


def pixelwise_cosine(a: Float[Tensor, "b c h w"], b: Float[Tensor, "b c h w"]) -> Float[Tensor, " b"]:
    """Return Eq. 9: the cosine over channels, averaged over positions, in [-1, 1].

    In 32 bits or more: similarities differ by less than 16 bits can tell.
    """
    wide = torch.promote_types(a.dtype, torch.float32)
    return F.cosine_similarity(a.to(wide), b.to(wide), dim=1, eps=1e-12).mean(dim=(1, 2))


def info_nce(positive: Float[Tensor, " b"], negatives: Float[Tensor, "b k"], temperature: float = 1.0) -> Scalar:
    """Return Eq. 8 for one positive and k negatives an image, given their similarities; averaged over images.

    Equal similarities give log(1 + k).
    """
    logits = torch.cat([positive[:, None], negatives], dim=1) / temperature
    return (logits.logsumexp(dim=1) - logits[:, 0]).mean()


def contrast(anchors: list[Tensor], samples: list[Tensor], positives: int, temperature: float = 1.0) -> Scalar:
    """Return Eq. 10: Eq. 8 averaged over layers and positives.

    Each list holds one tensor a layer: the features of SR, (b, c, h, w), and those of the samples, (k, b, c, h, w), of
    which the first `positives` are to be near and the rest far.
    """
    layers = [
        torch.stack([pixelwise_cosine(anchor, sample) for sample in layer])
        for anchor, layer in zip(anchors, samples, strict=True)
    ]
    losses = [info_nce(near, layer[positives:].T, temperature) for layer in layers for near in layer[:positives]]
    return torch.stack(losses).mean()


def contrast_images(
    embed: Callable[[Tensor], list[Tensor]],
    sr: Image,
    positives: Float[Tensor, "p b c h w"],
    negatives: Float[Tensor, "n b c h w"],
    *,
    temperature: float = 1.0,
    chunk: int = 64,
) -> Scalar:
    """Return Eq. 10 of images, whose features `embed` returns layer by layer; its gradient reaches `sr` alone.

    Samples are embedded about `chunk` images at a time.
    """
    anchors = embed(sr)
    embedded = embed_samples(embed, torch.cat([positives, negatives]), chunk)
    return contrast(anchors, embedded, len(positives), temperature)


def embed_samples(
    embed: Callable[[Tensor], list[Tensor]], samples: Float[Tensor, "k b c h w"], chunk: int
) -> list[Tensor]:
    """Return the features of samples, one (k, b, ...) tensor a layer, about `chunk` images at a time and no graph."""
    count = max(1, chunk // samples.shape[1])
    with torch.no_grad():
        chunks = [embed(part.flatten(0, 1)) for part in samples.split(count)]
    return [torch.cat(layer).unflatten(0, samples.shape[:2]) for layer in zip(*chunks, strict=True)]


def contrastive_critic_loss(real_logits: Float[Tensor, "..."], fake_logits: Float[Tensor, "..."]) -> Scalar:
    """Return Eq. 7: every real logit against all fake ones, and every fake one against all real ones.

    Logits of any shape and number; those of patches count one by one.
    """
    real, fake = real_logits.flatten().float(), fake_logits.flatten().float()
    real_half = torch.logaddexp(real, fake.logsumexp(dim=0)) - real
    fake_half = torch.logaddexp(-fake, (-real).logsumexp(dim=0)) + fake
    return real_half.mean() + fake_half.mean()


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
    ) -> None:
        super().__init__()
        self.critic = critic or EmbeddingNetwork()
        self.teach_samples = teach_samples
        self.samples = samples or Samples()
        self.temperature = temperature
        self.embedding = embedding or Embedding()
        self.generator = SampleGenerator(seed)

    def settings(self) -> Mapping[str, object]:
        """Return what is drawn, how it is compared and who is taught what."""
        return {
            "teach_samples": self.teach_samples,
            "samples": self.samples,
            "temperature": self.temperature,
            "embedding": self.embedding,
            "critic": self.critic,
            "generator": self.generator,
        }

    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return Eq. 10. Its gradient reaches SR, and neither the samples nor the embedding network."""
        drawn = self.samples.draw(batch, self.generator.numbers)
        with frozen(self.critic, batch_statistics=self.embedding.batch_statistics):
            return contrast_images(self._embed, prediction.sr, *drawn, temperature=self.temperature, chunk=self._chunk)

    def critic_loss(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return Eq. 7 on the logits of HR and SR, and of the drawn samples if those are taught too."""
        fake, real = [prediction.sr], [batch.hr]
        if self.teach_samples:
            drawn = replace(self.samples, with_hr=False, with_lr=False)
            real += drawn.draw_positives(batch, self.generator.numbers).unbind()
            fake += drawn.draw_negatives(batch, self.generator.numbers).unbind()
        return self._critic_loss(real, fake)

    def _critic_loss(self, real: Sequence[Image], fake: Sequence[Image]) -> Scalar:
        """Return Eq. 7; each image batch has a forward of its own, as its statistics differ from the others'."""
        fake_logits, real_logits = (
            torch.cat([self.critic(image).logits.flatten() for image in images]) for images in (fake, real)
        )
        return contrastive_critic_loss(real_logits, fake_logits)

    def _embed(self, image: Image) -> list[Tensor]:
        return self.critic.embed(image, self.embedding.layers, activated=self.embedding.activated)

    @property
    def _chunk(self) -> int:
        """Every sample is a batch of its own where the statistics of the batch count: mixing would mix those."""
        return 1 if self.embedding.batch_statistics else self.embedding.chunk
