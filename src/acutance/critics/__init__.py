"""Image to opinion: networks that tell SR from HR, and whose features measure likeness."""

from acutance.critics.embedding import EmbeddingNetwork
from acutance.critics.freeze import frozen

__all__ = ["EmbeddingNetwork", "frozen"]
