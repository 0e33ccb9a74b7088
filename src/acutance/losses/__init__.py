"""One equation a file. Pure functions hold the maths, classes hold weights."""

from acutance.losses import samples
from acutance.losses.adversarial import Adversarial, relativistic_losses
from acutance.losses.base import LearnedLoss, Loss
from acutance.losses.contrastive import Contrastive, Embedding, contrastive_critic_loss
from acutance.losses.fixed import FixedContrastive
from acutance.losses.gradient import Branch, GradientPixel, GradientView
from acutance.losses.info_nce import info_nce
from acutance.losses.pcl import PCL
from acutance.losses.perceptual import Perceptual
from acutance.losses.pixel import Pixel
from acutance.losses.self_taught import SelfTaught
from acutance.losses.similarity import pixelwise_cosine
from acutance.losses.structure import Structure, StructurePixel, StructureView
from acutance.losses.trivial import BlockMeans, SharpenedPixel

__all__ = [
    "PCL",
    "Adversarial",
    "BlockMeans",
    "Branch",
    "Contrastive",
    "Embedding",
    "FixedContrastive",
    "GradientPixel",
    "GradientView",
    "LearnedLoss",
    "Loss",
    "Perceptual",
    "Pixel",
    "SelfTaught",
    "SharpenedPixel",
    "Structure",
    "StructurePixel",
    "StructureView",
    "contrastive_critic_loss",
    "info_nce",
    "pixelwise_cosine",
    "relativistic_losses",
    "samples",
]
