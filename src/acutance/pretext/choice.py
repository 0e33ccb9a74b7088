"""A question of one right answer among many, which is what both pretext tasks put to a structure extractor."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import cross_entropy

from acutance.types import Scalar


@dataclass(frozen=True)
class Choice:
    """Logits of every answer, minus infinity for those not offered, and the number of the right one."""

    logits: Float[Tensor, "questions answers"]
    answers: Int[Tensor, " questions"]

    @property
    def loss(self) -> Scalar:
        """The mean of -log softmax(logits) at the right answer (Eq. 11 and 13)."""
        return cross_entropy(self.logits, self.answers)

    @property
    def right(self) -> Float[Tensor, " questions"]:
        """1 where the right answer has the largest logit, else 0."""
        return (self.logits.argmax(1) == self.answers).float()

    @property
    def chance(self) -> Float[Tensor, " questions"]:
        """How often a guess would be right."""
        return 1 / torch.isfinite(self.logits).sum(1)
