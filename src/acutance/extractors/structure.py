"""SPSR's neural structure extractor: a small network that learnt what belongs beside what (arXiv 2109.12530, 4.1).

Its features are the space of the structure losses (Eq. 14-17). It learns by itself, from pictures alone: predicting a
feature from its neighbours, or telling in which order four of them stand (`acutance.pretext`).
"""

import math
from collections.abc import Mapping
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor, nn

from acutance import tensors
from acutance.errors import RequestError, unknown
from acutance.extractors.imagenet import demand
from acutance.extractors.kernels import LAYOUTS, Convolution, Residual, View
from acutance.run_folder import RunFolder
from acutance.types import HighRes

CHANNELS = 32
FORMAT = 1
BUNDLED = Path(__file__).parent / "weights"
PREFIX = "structure-"

Features = Float[Tensor, "b 32 h w"]


class StructureExtractor(nn.Module):
    """Image in [0, 1] to 32 features for each cell of 4x4 pixels. A fresh one is random and can be trained.

    Args:
        layout: a key of `LAYOUTS`: the kernels, and with them what a cell sees.
        final_relu: the last convolution too is followed by ReLU, as in the paper; without, no channel can die.

    Attributes:
        receptive_field: pixels a side that one cell sees.
        stride: pixels from one cell to the next.
        offset: cells between two that see no pixel in common, ceil(receptive_field / stride).
        feature_scale: the mean L2 norm of a cell over the training pictures, 1 before it was measured. The cosine of
            Eq. 12 leaves the size of features open: losses divide by it.

    Raises:
        RequestError: there is no such layout.
    """

    def __init__(self, layout: str = "tiles16", *, final_relu: bool = True) -> None:
        super().__init__()
        if layout not in LAYOUTS:
            raise unknown("layout", layout, LAYOUTS)
        self.layout, self.final_relu, self.feature_scale = layout, final_relu, 1.0
        self.view = View.of(LAYOUTS[layout])
        self.receptive_field, self.stride, self.offset = self.view.field, self.view.stride, self.view.offset
        self.layers = nn.Sequential()
        for each in LAYOUTS[layout]:
            before = CHANNELS if len(self.layers) else 3
            self.layers.append(Skip(each) if isinstance(each, Residual) else _convolution(each, before))
            self.layers.append(nn.ReLU())
        if not final_relu:
            self.layers.pop(-1)

    def settings(self) -> Mapping[str, object]:
        """Return the layout, what a cell of it sees, and the scale of the features."""
        return {
            "layout": self.layout,
            "final_relu": self.final_relu,
            "feature_scale": self.feature_scale,
            "view": self.view,
            "receptive_field": self.receptive_field,
            "stride": self.stride,
            "offset": self.offset,
        }

    def forward(self, image: HighRes) -> Features:
        """Return F(image), a quarter as high and as wide, not divided by the feature scale.

        Raises:
            RequestError: the image is smaller than one cell.
        """
        demand(image, self.stride, "a structure extractor")
        return self.layers(image)

    def interior(self, image: HighRes) -> Features:
        """Return the features of the cells that see no padding, which would tell them where they lie.

        Raises:
            RequestError: there is no such cell.
        """
        rows, columns = (self.view.inside(size) for size in image.shape[-2:])
        features = self(image)[..., rows, columns]
        if not features.numel():
            raise RequestError(f"no cell of a structure extractor sees nothing but the image of {_size(image)} pixels.")
        return features

    def save(self, path: str | Path, card: Mapping[str, object] | None = None) -> None:
        """Write it as safetensors, with what rebuilds it, its range and scale, and a card of plain values.

        Raises:
            AcutanceError: the file cannot be written.
        """
        settings = {"layout": self.layout, "final_relu": self.final_relu}
        header = {"format": FORMAT, "extractor": settings, "input": "RGB in [0, 1]"}
        header |= {"feature_scale": self.feature_scale, "card": dict(card or {})}
        tensors.write_weights(path, self.state_dict(), header)

    @classmethod
    def from_file(cls, source: str | Path) -> "StructureExtractor":
        """Return a trained extractor, frozen, from a file, the folder of a run or a name in `bundled()`.

        Raises:
            RequestError: there is no such file or name, or it holds something else.
        """
        path = locate(source)
        content = tensors.read(path)
        header = content.header
        if header is None or "extractor" not in header:
            raise RequestError(
                f"{path} holds no structure extractor of Acutance; runs keep theirs as {RunFolder('').extractor}."
            )
        layout, final_relu, feature_scale = _described(header, path)
        extractor = cls(layout, final_relu=final_relu)
        tensors.fill(extractor, content.weights(), name="the extractor of its own header", path=path)
        extractor.feature_scale = feature_scale
        return extractor.eval().requires_grad_(False)

    @classmethod
    def random(cls, seed: int = 0, layout: str = "tiles16", *, final_relu: bool = True) -> "StructureExtractor":
        """Return one that never learnt, frozen: SPSR-R of Table VI.

        Its scale is measured on noise in [0, 1], which is within a fifth of what photographs give.
        """
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            extractor = cls(layout, final_relu=final_relu).eval().requires_grad_(False)
            extractor.feature_scale = float(extractor.interior(torch.rand(1, 3, 128, 128)).norm(dim=1).mean())
        return extractor


class Skip(nn.Module):
    """x + convolution(relu(convolution(x))); what follows it is the ReLU after the addition."""

    def __init__(self, residual: Residual) -> None:
        super().__init__()
        self.first, self.second = (_convolution(each, CHANNELS) for each in residual.convolutions)

    def forward(self, x: Features) -> Features:
        """Return the sum."""
        return x + self.second(self.first(x).relu())


def _described(header: Mapping[str, object], path: Path) -> tuple[str, bool, float]:
    """Return the layout, whether it ends in ReLU, and the feature scale of a header.

    Raises:
        RequestError: it says something else.
    """
    match header:
        case {
            "extractor": {"layout": str(layout), "final_relu": bool(final_relu)},
            "feature_scale": int() | float() as scale,
        } if 0 < scale < math.inf:
            return layout, final_relu, float(scale)
        case _:
            raise RequestError(f"{path} has a header that describes no structure extractor: it is damaged.")


def bundled() -> dict[str, Path]:
    """Return the extractors that ship in the package, name -> file."""
    return {file.stem.removeprefix(PREFIX): file for file in sorted(BUNDLED.glob(f"{PREFIX}*.safetensors"))}


def _convolution(layer: Convolution, before: int) -> nn.Conv2d:
    convolution = nn.Conv2d(before, CHANNELS, layer.kernel, layer.stride, layer.padding)
    # With the channels last, in the features too then, a training step takes three quarters of the time.
    convolution.weight.data = convolution.weight.data.contiguous(memory_format=torch.channels_last)
    return convolution


def locate(source: str | Path) -> Path:
    """Return the file of an extractor: a file itself, that in the folder of a run, or one of `bundled()` by its name.

    Raises:
        RequestError: there is none; the nearest name is said.
    """
    path = RunFolder(source).extractor if Path(source).is_dir() else Path(source)
    if path.is_file():
        return path
    if str(source) in bundled():
        return bundled()[str(source)]
    if path.suffix == ".safetensors" or len(path.parts) > 1:
        raise RequestError(f"there is no file {path}.")
    raise unknown("structure extractor", str(source), bundled())


def _size(image: Tensor) -> str:
    return "x".join(map(str, image.shape[-2:]))
