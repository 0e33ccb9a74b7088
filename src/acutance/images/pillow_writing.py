"""BMP, PNM, TGA, ICO, JPEG 2000 and QOI through Pillow, and animated PNG."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from acutance.images.convert import to_pil
from acutance.images.formats import BMP, ICO, JPEG2000, PNM, QOI, TGA, Format
from acutance.images.metadata import Metadata
from acutance.images.raster import Raster
from acutance.images.settings import Settings

NAMES = {BMP.name: "BMP", TGA.name: "TGA", ICO.name: "ICO", JPEG2000.name: "JPEG2000", QOI.name: "QOI"}


def write(known: Format, path: Path, frames: Sequence[Raster], said: Metadata, settings: Settings) -> None:
    """Write a picture to a file that nobody else sees yet; raise ValueError where it cannot be."""
    planes = frames[0].planes()
    if known == PNM:
        _pnm(path, planes)
        return
    if not known.grey and planes.shape[2] < 3:
        planes = np.concatenate([np.repeat(planes[..., :1], 3, axis=2), planes[..., 1:]], axis=2)
    options: dict[str, Any] = {}
    if said.resolution:
        options["dpi"] = said.resolution
    if known == JPEG2000:
        options |= {"irreversible": not settings.lossless}
        if not settings.lossless:
            options |= {"quality_mode": "dB", "quality_layers": [30 + settings.quality * 0.3]}
    if known == ICO:
        options["sizes"] = [(planes.shape[1], planes.shape[0])]
    if known == TGA:
        options["compression"] = "tga_rle"
    to_pil(planes).save(path, NAMES[known.name], **options)


def animated_png(path: Path, frames: Sequence[Raster], settings: Settings) -> None:
    """Write frames as an animated PNG, of 8 bits."""
    first, *others = (to_pil(frame.in_depth(8).planes()) for frame in frames)
    delays = list(settings.delays) if len(settings.delays) == len(frames) else 100
    first.save(
        path, "PNG", save_all=True, append_images=others, duration=delays, loop=settings.loop, blend=0, disposal=0
    )


def _pnm(path: Path, planes: np.ndarray) -> None:
    height, width, channels = planes.shape
    white = 255 if planes.itemsize == 1 else 65535
    with path.open("wb") as file:
        file.write(f"P{6 if channels == 3 else 5}\n{width} {height}\n{white}\n".encode())
        file.write(planes.astype(planes.dtype.newbyteorder(">")).tobytes())
