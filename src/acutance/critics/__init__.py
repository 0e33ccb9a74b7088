"""Image to opinion: networks that tell SR from HR, and whose features measure likeness."""

from acutance.critics.embedding import EmbeddingNetwork
from acutance.critics.fixed import FixedEmbedding
from acutance.critics.freeze import frozen
from acutance.critics.saving import IN_RUN, load, save
from acutance.critics.vgg_style import VGGStyleDiscriminator

__all__ = ["IN_RUN", "EmbeddingNetwork", "FixedEmbedding", "VGGStyleDiscriminator", "frozen", "load", "save"]
