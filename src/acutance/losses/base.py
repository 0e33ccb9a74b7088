"""The only classes made to be inherited from: what a training step asks of a loss."""

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from torch import nn

from acutance.types import Batch, Prediction, Scalar


class Loss(nn.Module, ABC):
    """How far a prediction is from what it should be."""

    @abstractmethod
    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return the loss of the network, averaged over the batch."""


Critic = TypeVar("Critic", bound=nn.Module)


class LearnedLoss(Loss, Generic[Critic]):
    """A loss that looks through a critic, which itself learns from every prediction."""

    critic: Critic

    @abstractmethod
    def critic_loss(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return the loss of the critic; `prediction` comes without a graph."""
