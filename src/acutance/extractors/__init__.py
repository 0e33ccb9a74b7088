"""Image to frozen features: networks that were trained on something else and do not learn any more."""

from acutance.extractors.resnet import ResNet18
from acutance.extractors.squeezenet import SqueezeNet
from acutance.extractors.structure import StructureExtractor
from acutance.extractors.vgg import VGG19

__all__ = ["VGG19", "ResNet18", "SqueezeNet", "StructureExtractor"]
