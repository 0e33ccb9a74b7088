"""How losses look through networks that do not learn."""

from torch import Tensor, nn

from acutance.critics import frozen
from acutance.errors import RequestError
from acutance.types import Image


def look(extractor: nn.Module, image: Image) -> list[Tensor]:
    """Return the features of an image, one tensor a layer; gradients reach the image and not `extractor`.

    `extractor` returns a tensor or several, and runs in evaluation mode.
    """
    with frozen(extractor):
        features = extractor(image)
    return [features] if isinstance(features, Tensor) else list(features)


def look_once(extractor: nn.Module, image: Image) -> Tensor:
    """Return the features of an image where there is one layer of them.

    Raises:
        RequestError: there are several.
    """
    layers = look(extractor, image)
    if len(layers) != 1:
        name = type(extractor).__name__
        raise RequestError(f"this loss compares one map of features; {name} returns {len(layers)}.")
    return layers[0]
