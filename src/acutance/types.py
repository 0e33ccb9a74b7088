"""The nouns that every room shares: tensors with their shapes, batches, predictions and outputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from jaxtyping import Float
from torch import Tensor

Image = Float[Tensor, "b c h w"]
"""RGB unless said otherwise, in [0, 1]."""
LowRes = Float[Tensor, "b _ h w"]
HighRes = Float[Tensor, "b _ H W"]
"""Of the bands of a network: RGB for nearly all."""
Scalar = Float[Tensor, ""]


@dataclass(frozen=True)
class Batch:
    """Aligned patches in [0, 1]: `hr` is `scale` times as high and as wide as `lr`."""

    lr: Tensor
    hr: Tensor


@dataclass(frozen=True)
class Prediction:
    """What a network makes of `Batch.lr`: `sr`, unclamped, and whatever else it predicts on the side."""

    sr: Tensor
    side: Mapping[str, Tensor] = field(default_factory=dict[str, Tensor])

    def detach(self) -> "Prediction":
        """Return the same values without their graph, for a critic to learn from."""
        return Prediction(self.sr.detach(), {name: tensor.detach() for name, tensor in self.side.items()})


@dataclass(frozen=True)
class CriticOutput:
    """What a critic thinks of images, from one forward: logits (high means real) and the features it looked at."""

    logits: Tensor
    features: list[Tensor]


@runtime_checkable
class HasSettings(Protocol):
    """An object that says of itself what it does, for the record of a run: a loss, critic, extractor or view."""

    def settings(self) -> Mapping[str, object]:
        """Return what makes two such objects the same, weights apart: name -> value.

        Values are plain (numbers, strings, tuples), frozen dataclasses, or modules, which may have settings in turn.
        """
        ...
