"""One equation a file. Pure functions hold the maths, classes hold weights."""

from acutance.losses import samples
from acutance.losses.base import LearnedLoss, Loss
from acutance.losses.contrastive import (
    Contrastive,
    Embedding,
    contrastive_critic_loss,
    info_nce,
    pixelwise_cosine,
)
from acutance.losses.fixed import FixedContrastive
from acutance.losses.pcl import PCL
from acutance.losses.pixel import Pixel

__all__ = [
    "PCL",
    "Contrastive",
    "Embedding",
    "FixedContrastive",
    "LearnedLoss",
    "Loss",
    "Pixel",
    "contrastive_critic_loss",
    "info_nce",
    "pixelwise_cosine",
    "samples",
]
