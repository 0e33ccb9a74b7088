"""`upscale`: whatever holds a picture, to the same kind of thing, larger."""

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Any, Protocol, TypedDict, TypeVar, Unpack, overload, runtime_checkable

import numpy as np
from PIL import Image
from torch import Tensor

from acutance import images
from acutance.engines import Way
from acutance.errors import RequestError
from acutance.images import Picture, Source
from acutance.images.source import reported
from acutance.networks import Network
from acutance.upscaling.arrays import planes_of, planes_of_tensor, tensor_of
from acutance.upscaling.border import BORDER
from acutance.upscaling.enlarged import enlarged_planes
from acutance.upscaling.enlarger import Enlarger
from acutance.upscaling.pillow import upscale_image
from acutance.upscaling.side import GRADIENT
from acutance.upscaling.size import Size


@runtime_checkable
class File(Protocol):
    """A file that is open for reading bytes; it need not be seekable."""

    def read(self) -> bytes:
        """Return all that is left."""
        ...


Stored = str | PathLike[str] | bytes | bytearray | memoryview | File
"""A picture file: where it is, what is in it, or itself opened."""
STORED = (str, PathLike, bytes, bytearray, memoryview, File)
Kind = TypeVar("Kind", Picture, Image.Image, np.ndarray, Tensor)
Weights = Network | str | Path | None


class Options(TypedDict, total=False):
    """What `upscale` may be told beside the network; it explains each."""

    scale: float | None
    width: int | None
    height: int | None
    fit: tuple[int, int] | None
    tile: int | None
    overlap: int | None
    ensemble: bool
    border: int
    device: str | None
    engine: str
    precision: str
    trust: bool


@overload
def upscale(image: Stored, network: Weights = None, **options: Unpack[Options]) -> Picture: ...
@overload
def upscale(image: Kind, network: Weights = None, **options: Unpack[Options]) -> Kind: ...
@overload
def upscale(image: Iterable[Any], network: Weights = None, **options: Unpack[Options]) -> list[Any]: ...
def upscale(
    image: Any,
    network: Weights = None,
    *,
    scale: float | None = None,
    width: int | None = None,
    height: int | None = None,
    fit: tuple[int, int] | None = None,
    tile: int | None = None,
    overlap: int | None = None,
    ensemble: bool = False,
    border: int = BORDER,
    device: str | None = None,
    engine: str = "auto",
    precision: str = "auto",
    trust: bool = False,
) -> Any:
    """Return a picture in a larger size, of the kind, depth and channels of `image`; of several pictures, a list.

        >>> lr = np.zeros((20, 30, 3), np.uint8)
        >>> upscale(lr).shape, upscale(lr, "edsr-light-x4", tile=16).shape, upscale(lr, scale=2.5).shape
        ((80, 120, 3), (80, 120, 3), (50, 75, 3))
        >>> upscale(Image.new("RGBA", (30, 20)), width=90).size  # Pillow's sizes are (width, height)
        (90, 60)

    Options are those of `acutance upscale`, which does many files, of any size, in bounded memory
    (`acutance.upscaling.upscale_files`); here the result lies in memory. Only tiles become floating-point and go to
    the device.

    Args:
        image: the path, the bytes or the open file of a picture, which give a `Picture` (for `images.write`); a
            `Picture`; a Pillow image (`pillow.upscale_image`); an array of (h, w) or (h, w, 1 to 4), grey or RGB and
            alpha last, or of the network's bands, in uint8, uint16 or floats in [0, 1]; a tensor of these, also with
            channels first and several pictures (`arrays.Layout`); or several. Colours are RGB, not as OpenCV reads.
        network: a network, whatever `acutance.load` takes, or an .onnx or .xml file; None for those in the package.
        scale: how many times as high and wide, above 1: 2, 2.5, 8. The next larger network is followed by Lanczos
            down; what is beyond goes through networks more than once. None for what the network does, 4 without one.
        width, height: pixels across, pixels down; the other follows.
        fit: (width, height) of a box that the result fills as far as its aspect allows.
        tile: longest side of a tile in LR pixels; None for what the free memory allows. What does not fit is halved.
        overlap: LR pixels that a tile sees beyond its own part; None for as many as leave no seam.
        ensemble: average over the eight symmetries: eight times the work, a little better.
        border: LR pixels by which the network sees the picture continued, as in a mirror; 0 as in papers.
        device: "cpu", "cuda", ... or "auto"; None for where the network is, or the best where it has yet to be loaded.
        engine: "torch", "openvino", "onnxruntime"; or "auto" for the fastest that is there, once its start pays.
        precision: "32", "16" (bf16), "int8"; or "auto": 16 with OpenVINO where it costs under 0.01 dB, else 32.
        trust: run the program of a network of somebody's own, as `acutance.load`.

    Raises:
        PictureError: the file cannot be read.
        RequestError: there is no such network or device, the size is none or not larger, `image` is no picture or
            holds values outside its range, or the result would not fit into the memory.
    """
    size = Size(scale, width, height, fit)
    way, many = Way(engine, precision), len(image) if isinstance(image, list | tuple) else 1
    enlarger = Enlarger(
        network, size, tile=tile, overlap=overlap, ensemble=ensemble, border=border, device=device, way=way, many=many,
        trust=trust,
    )  # fmt: skip
    return _upscaled(image, enlarger)


def _upscaled(image: Any, enlarger: Enlarger) -> Any:
    if isinstance(image, STORED):
        return _picture(_read(image), enlarger)
    if isinstance(image, Picture):
        return _picture(image, enlarger)
    if isinstance(image, Image.Image):
        return upscale_image(image, enlarger)
    if isinstance(image, np.ndarray):
        return _array(image, enlarger)
    if isinstance(image, Tensor):
        return tensor_of([enlarged_planes(each, enlarger)[0] for each in planes_of_tensor(image)], image)
    if isinstance(image, Iterable):
        return [_upscaled(each, enlarger) for each in image]
    wanted = "a path, bytes, a file, a Picture, a Pillow image, an array or a tensor, or several in a list"
    raise RequestError(f"upscale takes {wanted}, not {type(image).__name__}.")


def _read(stored: Stored) -> Picture:
    if isinstance(stored, str | PathLike):
        return images.read(Path(stored))
    data = stored if isinstance(stored, bytes | bytearray | memoryview) else stored.read()
    name = str(getattr(stored, "name", "-"))
    if isinstance(data, str):
        raise RequestError(f"{name} is open as text; a picture is read from a file opened with 'rb'.")
    source = Source.open(bytes(data), first_frame=True, name=name)
    with reported(name):
        return Picture.of(source.frames[0].planes(), metadata=source.metadata)


def _picture(picture: Picture, enlarger: Enlarger) -> Picture:
    sr = enlarged_planes(picture.planes, enlarger)[0]
    return Picture.of(sr, metadata=picture.metadata.resized(sr.shape[1], sr.shape[0]))


def _array(array: np.ndarray, enlarger: Enlarger) -> np.ndarray:
    sr = enlarged_planes(planes_of(array, enlarger.bands), enlarger)[0].astype(array.dtype, copy=False)
    return sr[..., 0] if array.ndim == 2 else sr


def upscale_with_gradients(
    pixels: np.ndarray,
    network: Network | str | Path,
    *,
    tile: int | None = None,
    overlap: int | None = None,
    border: int = BORDER,
    device: str | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return `upscale` of an array of (h, w, 3), and the gradient map of HR that the network predicts (`side.py`).

    Raises:
        RequestError: as `upscale`, or the network predicts no gradient map, as all but those of SPSR.
    """
    enlarger = Enlarger(network, tile=tile, overlap=overlap, side=GRADIENT, border=border, device=device)
    sr, gradients = enlarged_planes(planes_of(pixels), enlarger)
    return sr, gradients
