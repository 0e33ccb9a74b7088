"""What every super-resolution network is, whatever it is made of."""

from abc import ABC, abstractmethod
from dataclasses import Field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, runtime_checkable

from torch import nn
from typing_extensions import TypeVar

from acutance.types import HighRes, LowRes, Prediction

if TYPE_CHECKING:
    from acutance.networks.own import Code


@runtime_checkable
class Config(Protocol):
    """A frozen dataclass that rebuilds its network."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def scale(self) -> int:
        """How many times higher and wider SR is than LR."""
        ...


C_co = TypeVar("C_co", bound=Config, default=Config, covariant=True)


class Network(nn.Module, ABC, Generic[C_co]):
    """LR to SR: RGB in [0, 1] in, RGB around [0, 1] out, unclamped. `Network` alone is one of any config.

    Attributes:
        paper: where the network comes from, as "Title (authors, year)".
        name: under which `networks.create` knows it.
        config: the frozen dataclass that rebuilds it.
        receptive_radius: how many LR pixels around its own position an SR pixel depends on; None for the whole picture.
            Tiles that overlap by this much join without a seam.
        code: the program that a network of one's own came from; None for the others.
    """

    paper: ClassVar[str] = ""
    name: str
    config: C_co
    code: "Code | None" = None

    @property
    def scale(self) -> int:
        """How many times higher and wider SR is than LR."""
        return self.config.scale

    @property
    def bands(self) -> int:
        """How many bands its images have: 3 for RGB."""
        return int(vars(self.config).get("bands", 3))

    @property
    def phase_convolution(self) -> str | None:
        """The convolution that a pixel shuffle alone follows, which starts one of another scale; None without one."""
        return None

    @property
    @abstractmethod
    def receptive_radius(self) -> int | None:
        """LR pixels around its own position that an SR pixel depends on; None for the whole picture."""

    @abstractmethod
    def forward(self, lr: LowRes) -> HighRes:
        """Return SR, `scale` times as high and wide as `lr`."""

    def predict(self, lr: LowRes) -> Prediction:
        """Return SR together with whatever else the network predicts, for training."""
        return Prediction(self(lr))

    def size(self) -> int:
        """Return the number of trained parameters."""
        return sum(parameter.numel() for parameter in self.parameters() if parameter.requires_grad)
