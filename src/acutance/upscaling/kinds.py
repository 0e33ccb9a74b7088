"""`upscale`: whatever holds a picture, to the same kind of thing, larger."""

from collections.abc import Collection
from pathlib import Path
from typing import TypeVar, overload

import numpy as np
from PIL import Image

from acutance import images
from acutance.errors import RequestError
from acutance.images import Picture
from acutance.networks import Network
from acutance.upscaling.engine import Engine
from acutance.upscaling.enlarge import Note
from acutance.upscaling.planes import upscale_planes
from acutance.upscaling.side import GRADIENT

DEFAULT = "default-x"
"""Name of the network that ships for a scale, but for the scale."""

Kind = TypeVar("Kind", Picture, Image.Image, np.ndarray)


@overload
def upscale(
    image: str | Path,
    network: Network | str | Path | None = None,
    *,
    scale: int | None = None,
    tile: int | None = None,
    overlap: int | None = None,
    ensemble: bool = False,
    device: str | None = None,
) -> Picture: ...
@overload
def upscale(
    image: Kind,
    network: Network | str | Path | None = None,
    *,
    scale: int | None = None,
    tile: int | None = None,
    overlap: int | None = None,
    ensemble: bool = False,
    device: str | None = None,
) -> Kind: ...
def upscale(
    image: str | Path | Picture | Image.Image | np.ndarray,
    network: Network | str | Path | None = None,
    *,
    scale: int | None = None,
    tile: int | None = None,
    overlap: int | None = None,
    ensemble: bool = False,
    device: str | None = None,
) -> Picture | Image.Image | np.ndarray:
    """Return a picture `network.scale` times as high and wide, of the kind, depth and channels of `image`.

        >>> lr = np.zeros((20, 30, 3), np.uint8)
        >>> upscale(lr).shape, upscale(lr, "edsr-light-x4", tile=16).shape, upscale(lr, scale=2).shape
        ((80, 120, 3), (80, 120, 3), (40, 60, 3))
        >>> upscale(Image.new("RGBA", (30, 20)), scale=3).size  # Pillow's sizes are (width, height)
        (90, 60)

    Options are those of `acutance upscale`, which does many files at once (`acutance.upscaling.upscale_files`).

    The picture stays on the CPU as it is; only tiles become floating-point and go to the device. With the overlap
    left alone, a network of limited reach makes of the tiles what it would have made of the whole picture.

    Args:
        image: the path of a picture file (a `Picture` comes back, for `images.write`), a `Picture`, a Pillow image,
            or an array of (h, w) or (h, w, 1 to 4), grey or RGB and alpha last, in uint8, uint16 or floats in [0, 1].
        network: a network, or whatever `acutance.load` takes; None for the one in the package for `scale`.
        scale: how many times as high and wide; None for what the network does, 4 without one.
        tile: longest side of a tile in LR pixels; None for what a share of the free memory allows. Where a tile does
            not fit all the same, it is halved and done again.
        overlap: LR pixels that a tile sees beyond its own part; None for the network's receptive radius.
        ensemble: average over the eight symmetries: eight times the work, a little better.
        device: "cpu", "cuda", ... or "auto"; None for where the network is, or the best where it has yet to be loaded.

    Raises:
        PictureError: the file cannot be read.
        RequestError: there is no such network or device, none for that scale, `image` is nothing of the above, or the
            result would not fit into the memory.
    """
    engine = start(network, scale=scale, tile=tile, overlap=overlap, ensemble=ensemble, device=device)
    if isinstance(image, str | Path):
        return upscale_picture(images.read(image), engine)[0]
    if isinstance(image, Picture):
        return upscale_picture(image, engine)[0]
    if isinstance(image, Image.Image):
        return _upscale_pil(image, engine)
    return _upscale_array(image, engine)


def upscale_array(
    pixels: np.ndarray,
    network: Network | str | Path | None = None,
    *,
    scale: int | None = None,
    tile: int | None = None,
    overlap: int | None = None,
    ensemble: bool = False,
    device: str | None = None,
) -> np.ndarray:
    """Return `upscale` of an array."""
    return upscale(pixels, network, scale=scale, tile=tile, overlap=overlap, ensemble=ensemble, device=device)


def upscale_with_gradients(
    pixels: np.ndarray,
    network: Network | str | Path,
    *,
    tile: int | None = None,
    overlap: int | None = None,
    device: str | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return `upscale` of an array of (h, w, 3), and the gradient map of HR that the network predicts (`side.py`).

    Raises:
        RequestError: as `upscale`, or the network predicts no gradient map, as all but those of SPSR.
    """
    engine = start(network, tile=tile, overlap=overlap, ensemble=False, side=GRADIENT, device=device)
    sr, gradients = upscale_planes(pixels, engine)
    return sr, gradients


def start(
    network: Network | str | Path | None,
    *,
    tile: int | None,
    overlap: int | None,
    ensemble: bool,
    device: str | None,
    scale: int | None = None,
    side: str | None = None,
) -> Engine:
    """Return the engine of a network that may have to be loaded first.

    Raises:
        RequestError: there is no such network, none ships for that scale, or the network has another.
    """
    if not isinstance(network, Network):
        from acutance import checkpoints

        network, device = checkpoints.load(network or _default(scale or 4, checkpoints.bundled())), device or "auto"
    if scale not in (None, network.scale):
        raise RequestError(f"the network {network.name} makes pictures {network.scale} times as large, not {scale}.")
    return Engine(network, tile=tile, overlap=overlap, ensemble=ensemble, side=side, device=device)


def _default(scale: int, bundled: Collection[str]) -> str:
    if f"{DEFAULT}{scale}" not in bundled:
        known = ", ".join(name.removeprefix(DEFAULT) for name in sorted(bundled) if name.startswith(DEFAULT))
        raise RequestError(f"no network ships for scale {scale}; there are for {known}. Name one of your own.")
    return f"{DEFAULT}{scale}"


def upscale_picture(picture: Picture, engine: Engine, note: Note | None = None) -> tuple[Picture, ...]:
    """Return a picture upscaled, with its profile and EXIF; and what the engine makes beside, which has no colours."""
    sr, *side = upscale_planes(picture.planes, engine, note)
    return Picture.of(sr, icc=picture.icc, exif=picture.exif), *map(Picture.of, side)


def _upscale_array(array: np.ndarray, engine: Engine) -> np.ndarray:
    planes = array[..., None] if array.ndim == 2 else array
    known = planes.dtype.name in ("uint8", "uint16") or np.issubdtype(planes.dtype, np.floating)
    if planes.ndim != 3 or planes.shape[2] not in (1, 2, 3, 4) or not known or not planes.size:
        wanted = "an array of (h, w) or (h, w, 1 to 4) in uint8, uint16 or floats in [0, 1]"
        raise RequestError(f"upscale takes {wanted}, not {array.dtype} of {array.shape}.")
    return upscale_planes(planes, engine)[0].reshape(-1, array.shape[1] * engine.scale, *array.shape[2:])


def _upscale_pil(image: Image.Image, engine: Engine) -> Image.Image:
    try:
        planes = images.from_pil(image)
    except ValueError as error:
        raise RequestError(f"cannot upscale this Pillow image: {error}.") from error
    result = images.to_pil(upscale_planes(planes, engine)[0])
    result.info = {key: value for key, value in image.info.items() if key in ("icc_profile", "exif", "dpi")}
    return result
