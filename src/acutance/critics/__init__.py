"""Image to output: networks that tell SR from HR, and whose features measure similarity."""

from acutance.critics.embedding import EmbeddingNetwork
from acutance.critics.fixed import FixedEmbedding
from acutance.critics.freeze import frozen
from acutance.critics.saving import ViewError, bundled, load, save
from acutance.critics.vgg_style import VGGStyleDiscriminator
from acutance.critics.views import View

__all__ = [
    "EmbeddingNetwork",
    "FixedEmbedding",
    "VGGStyleDiscriminator",
    "View",
    "ViewError",
    "bundled",
    "frozen",
    "load",
    "save",
]
