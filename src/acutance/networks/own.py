"""Networks of one's own: any module with `forward(lr)` and a scale, found again by its class and its settings."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, ClassVar, Protocol, cast, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from acutance.errors import RequestError
from acutance.networks.base import Network
from acutance.types import HasSettings

PREFIX = "own:"
"""Of the names of such networks."""
INNER = "model."
"""Of their keys: the module is one within ours."""


@dataclass(frozen=True)
class Code:
    """The program that such a network came from.

    Attributes:
        text: of the file.
        file: what it was called, as a recipe is asked for: "mine.py:small" or a path.
    """

    text: str
    file: str

    @property
    def sha256(self) -> str:
        """Of its text."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class OwnConfig:
    """The scale, and what the class is called with to make the module again."""

    scale: int
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])


@runtime_checkable
class Enlarging(Protocol):
    """All that a module of one's own needs beside `forward`."""

    scale: int


class Own(Network[OwnConfig]):
    """A module of one's own as one of ours: images in [0, 1] in, images around [0, 1] out.

    Its settings, `module.settings()`, are the arguments by name that its class makes it again with; where it has no
    such method they are its scale, if the class takes one. `module.receptive_radius`, where there is one, lets tiles
    join without a seam.

    Raises:
        RequestError: the module has no scale, or its class and its settings do not make it again.

    >>> from torch import nn
    >>> class Mine(nn.Sequential):
    ...     def __init__(self, scale=4):
    ...         super().__init__(nn.Conv2d(3, 3 * scale**2, 3, padding=1), nn.PixelShuffle(scale))
    ...         self.scale = scale
    >>> Own(Mine(2)).name, Own(Mine(2)).config.settings
    ('own:Mine', {'scale': 2})
    """

    paper: ClassVar[str] = "a network of one's own"

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        name = type(module).__name__
        if not isinstance(module, Enlarging) or type(module.scale) is not int or module.scale < 1:
            raise RequestError(f"{name} has no scale: a network says by self.scale how many times larger SR is.")
        self.name = f"{PREFIX}{name}"
        self.config = OwnConfig(module.scale, settings_of(module))
        self.model = module
        _demand_same(module, self.config.settings)

    @property
    def bands(self) -> int:
        """What the module says by `bands`; 3 where it says nothing."""
        bands = getattr(self.model, "bands", 3)
        return bands if isinstance(bands, int) else 3

    @property
    def receptive_radius(self) -> int | None:
        """What the module says; None where it says nothing."""
        radius = getattr(self.model, "receptive_radius", None)
        return radius if isinstance(radius, int) else None

    def forward(self, lr: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c H W"]:
        """Return SR, `scale` times as high and wide as `lr`.

        Raises:
            RequestError: it is not.
        """
        sr = self.model(lr)
        wanted = (*lr.shape[:2], lr.shape[2] * self.scale, lr.shape[3] * self.scale)
        if not torch.onnx.is_in_onnx_export() and tuple(sr.shape) != wanted:
            raise RequestError(f"{self.name} makes {_size(sr)} of {_size(lr)}, where scale {self.scale} is {wanted}.")
        return sr


def network_of(module: nn.Module) -> Network:
    """Return a network as it is, and a module of one's own as a network."""
    return cast(Network, module) if isinstance(module, Network) else Own(module)


def is_own_name(name: str) -> bool:
    """Tell the name of such a module."""
    return name.startswith(PREFIX)


def settings_of(module: nn.Module) -> dict[str, Any]:
    """Return what the class of a module is to be called with to make it again, by name."""
    if isinstance(module, HasSettings):
        return dict(module.settings())
    takes = inspect.signature(type(module)).parameters
    return {"scale": vars(module)["scale"]} if "scale" in takes and "scale" in vars(module) else {}


@dataclass(frozen=True)
class Known:
    """A class of one's own that this process has run already, that of its config, and the program."""

    kind: type[nn.Module]
    config: type[Any]
    code: Code


KNOWN: dict[tuple[str, str], Known] = {}
"""Such classes by the checksum of the program and their name."""


def remember(network: Network, code: Code) -> None:
    """Say where a network of one's own came from; its class is then found without running the program again."""
    network.code = code
    kind = type(network.model) if isinstance(network, Own) else type(network)
    KNOWN[code.sha256, kind.__qualname__] = Known(kind, type(network.config), code)


def _demand_same(module: nn.Module, settings: Mapping[str, Any]) -> None:
    """Raise RequestError where the class does not make a module with the same tensors of these settings."""
    kind = type(module)
    try:
        with torch.random.fork_rng(devices=[]):
            again = kind(**settings)
    except Exception as error:  # whatever the constructor of a stranger does
        raise RequestError(
            f"{kind.__name__} is not made again by its settings, {_told(settings)} ({error}): give it a method "
            "settings() that returns what its class is called with, by name."
        ) from error
    shapes, others = ({key: each.shape for key, each in one.state_dict().items()} for one in (module, again))
    if shapes != others:
        first = min(key for key in {**shapes, **others} if shapes.get(key) != others.get(key))
        raise RequestError(
            f"{kind.__name__}({_told(settings)}) has other tensors than the network, such as {first}: its method "
            "settings() has to return all that its class is called with, by name."
        )


def _told(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in settings.items()) or "of which there are none"


def _size(image: Tensor) -> str:
    return "x".join(map(str, image.shape))
