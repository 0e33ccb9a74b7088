"""The only classes made to be inherited from: what a training step asks of a loss."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Generic, TypeVar

from torch import nn

from acutance.types import Batch, Prediction, Scalar


class Loss(nn.Module, ABC):
    """How far a prediction is from what it should be."""

    @abstractmethod
    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return the loss of the network, averaged over the batch."""

    def settings(self) -> Mapping[str, object]:
        """Return what makes two losses of this class the same, weights apart; a run is told, and resumed, by it.

        Values are plain (numbers, strings, tuples), frozen dataclasses, or modules, which may have settings in turn. A
        loss without arguments has none; one that leaves an argument out lets a run go on after that was changed.
        """
        return {}


Critic = TypeVar("Critic", bound=nn.Module)


class LearnedLoss(Loss, Generic[Critic]):
    """A loss that looks through a critic, which itself learns from every prediction."""

    critic: Critic

    @abstractmethod
    def critic_loss(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return the loss of the critic; `prediction` comes without a graph."""

    def chance(self, batch: int) -> float | None:
        """Return the critic's loss when it cannot tell HR from SR, of so many pictures; None where that is not known.

        A critic below it has learnt something; one that is far below tells the two apart with ease.
        """
        return None
