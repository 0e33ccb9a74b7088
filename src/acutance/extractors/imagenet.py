"""What the networks that were trained on ImageNet share: the range of their images, and the files of their weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from acutance import files, tensors
from acutance.errors import RequestError
from acutance.types import Image

N = TypeVar("N", bound=nn.Module)

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Normalise(nn.Module):
    """Bring images in [0, 1] to ImageNet's mean and deviation a channel. It has no state."""

    mean: Tensor
    deviation: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(MEAN)[:, None, None], persistent=False)
        self.register_buffer("deviation", torch.tensor(DEVIATION)[:, None, None], persistent=False)

    def forward(self, image: Image) -> Image:
        """Return (image - mean) / deviation."""
        return (image - self.mean) / self.deviation


@dataclass(frozen=True)
class Released:
    """A file of weights that torchvision's authors released, and the option that names it here."""

    network: str
    file: str
    option: str

    @property
    def url(self) -> str:
        """Where it can be had."""
        return f"https://download.pytorch.org/models/{self.file}"

    def fill(self, network: N, path: str | Path | None, sha256: str | None) -> N:
        """Load what `network` has of the weights at `path`, in its own precision; return it, set to evaluation.

        Raises:
            RequestError: there is no file, its checksum does not begin with `sha256`, or it lacks some of the weights.
        """
        if path is None or not Path(path).is_file():
            found = "" if path is None else f"; there is no file {path}"
            raise RequestError(
                f"{self.network} needs its weights, {self.file} from {self.url}: "
                f"name that file by --{self.option} FILE{found}."
            )
        if sha256 is not None and not (checksum := files.sha256(path)).startswith(sha256.lower()):
            raise RequestError(
                f"{path} is not the {self.file} of torchvision: its SHA-256 begins with {checksum[:8]}, not {sha256}."
            )
        own = network.eval().state_dict()
        weights = {key: tensor for key, tensor in tensors.read_weights(path).items() if key in own}
        tensors.fill(network, weights, name=self.network, path=path)
        return network


def taken(layers: nn.Sequential, x: Tensor, numbers: Sequence[int]) -> list[Tensor]:
    """Return what comes out of the layers of these numbers, in this order."""
    found: dict[int, Tensor] = {}
    for number, layer in enumerate(layers):
        x = layer(x)
        if number in numbers:
            found[number] = x
    return [found[number] for number in numbers]


def demand(image: Image, pixels: int, what: str) -> None:
    """Refuse images that are not RGB, or of fewer pixels a side than `what` needs.

    Raises:
        RequestError: the image has other channels, or is too small.
    """
    if image.shape[1] != 3:
        raise RequestError(f"{what} looks at RGB images, of 3 channels, not {image.shape[1]}.")
    if min(image.shape[-2:]) < pixels:
        size = "x".join(map(str, image.shape[-2:]))
        raise RequestError(f"{what} needs {pixels} pixels or more, not {size}.")
