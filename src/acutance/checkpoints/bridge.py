"""Networks that Acutance has not, through spandrel: more than forty architectures of others, told by their keys.

spandrel is optional (`pip install "acutance[spandrel]"`). It imports torchvision, which fails in ways of its own where
the versions do not fit: whatever goes wrong there is one sentence here, and only for files that need it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from torch import nn
from torch.nn.functional import pad

from acutance.errors import RequestError
from acutance.networks import Network, Recognised
from acutance.tensors import Weights, at_most, some
from acutance.types import HighRes, LowRes

if TYPE_CHECKING:
    from acutance.checkpoints.identity import Checkpoint

PREFIX = "spandrel:"
"""Of the names of such networks."""
INNER = "model."
"""Of their keys: the network of spandrel's is one module within ours."""


@dataclass(frozen=True)
class BridgedConfig:
    """What is known of such a network; the rest is in its weights."""

    scale: int
    architecture: str


class Bridged(Network[BridgedConfig]):
    """A network of spandrel's, as one of ours: RGB in [0, 1] in and out, of any size, unclamped, and trainable."""

    paper: ClassVar[str] = "a network that spandrel reads"

    def __init__(self, descriptor: Any) -> None:
        super().__init__()
        self.config = BridgedConfig(int(descriptor.scale), str(descriptor.architecture.id))
        self.name = f"{PREFIX}{self.config.architecture}"
        self.model: nn.Module = descriptor.model
        self._call: Callable[[nn.Module, LowRes], HighRes] = descriptor._call_fn
        self._missing: Callable[[int, int], tuple[int, int]] = descriptor.size_requirements.get_padding

    @property
    def receptive_radius(self) -> None:
        """None: spandrel does not tell, so that tiles are blended."""
        return

    def forward(self, lr: LowRes) -> HighRes:
        """Return SR, `scale` times as high and wide as `lr`, which is continued to a size that the network takes."""
        height, width = lr.shape[-2:]
        right, below = self._missing(width, height)
        larger = pad(lr, (0, right, 0, below), mode="replicate") if right or below else lr
        return self._call(self.model, larger)[..., : height * self.scale, : width * self.scale]


def is_bridged(name: str) -> bool:
    """Tell the name of such a network."""
    return name.startswith(PREFIX)


def describes_bridged(header: Mapping[str, Any], path: Path) -> Recognised:
    """Return what the header of a file of ours says of such a network.

    Raises:
        RequestError: it says too little.
    """
    scale, architecture = (header["config"].get(key) for key in ("scale", "architecture"))
    if type(scale) is not int or not isinstance(architecture, str):
        raise RequestError(f"{path} has a header without scale and architecture: it is damaged.")
    return Recognised(header["network"], BridgedConfig(scale, architecture))


def bridged(checkpoint: "Checkpoint") -> Bridged:
    """Return the network in a file that Acutance has not itself.

    Raises:
        RequestError: spandrel is missing, cannot be used, or does not know it either; or it is not for RGB.
    """
    path, weights = checkpoint.path, unwrapped(checkpoint.weights) if checkpoint.header else checkpoint.weights
    holds, strange = f"{path} holds {_what(checkpoint)}", checkpoint.strange
    if strange is not None and not strange.makes_pictures:
        raise RequestError(f"{holds}.")
    spandrel = _spandrel(holds, checkpoint)
    try:
        with at_most(weights):
            descriptor = spandrel.MAIN_REGISTRY.load(dict(weights))
    except spandrel.UnsupportedModelError:
        raise RequestError(f"{holds}; spandrel does not know it either.") from None
    except Exception as error:  # many architectures, each with faults of its own on weights that are not quite its own
        raise RequestError(f"{holds}; spandrel fails on it: {_line(error)}.") from error
    channels = (descriptor.input_channels, descriptor.output_channels)
    if channels != (3, 3) or not hasattr(descriptor, "_call_fn"):
        name, (seen, made) = descriptor.architecture.name, channels
        raise RequestError(
            f"{path} holds a network of {name} from {seen} channels to {made}, while Acutance takes RGB."
        )
    return Bridged(descriptor)


def _what(checkpoint: "Checkpoint") -> str:
    if checkpoint.strange is not None:
        return checkpoint.strange.what
    if checkpoint.network is not None:
        return f"a network of {checkpoint.network.name}"
    return f"weights of no network that Acutance knows; its first keys are {some(checkpoint.weights)}"


def unwrapped(weights: Weights) -> Weights:
    """Return weights of a `Bridged` under the names that its own code uses."""
    return {key.removeprefix(INNER): tensor for key, tensor in weights.items()}


def _spandrel(holds: str, checkpoint: "Checkpoint") -> Any:
    try:
        return import_module("spandrel")
    except Exception as error:  # torchvision in another version than torch raises RuntimeError, OSError, AttributeError
        strange = checkpoint.strange
        if strange is not None and not strange.in_spandrel:
            raise RequestError(f"{holds}; Acutance cannot run it.") from None
        if isinstance(error, ModuleNotFoundError) and error.name == "spandrel":
            reads = "reads it" if strange or checkpoint.network else "reads many that Acutance has not"
            raise RequestError(f"{holds}; `pip install 'acutance[spandrel]'` {reads}.") from None
        raise RequestError(
            f"{holds}; spandrel, which might read it, cannot be imported here ({_line(error)}): torchvision must be of "
            "the version that belongs to torch, and for the CPU or CUDA as torch is."
        ) from error


def _line(error: Exception) -> str:
    first = (str(error).strip() or "no message").splitlines()[0].rstrip(".")
    return f"{type(error).__name__}: {first[:200]}"
