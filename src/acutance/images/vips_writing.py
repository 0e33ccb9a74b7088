"""PNG, JPEG, WebP, TIFF, AVIF and GIF through libvips, and what it does not write beside the pixels."""

import shutil
import struct
from collections.abc import Callable, Sequence
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import pyvips
from PIL import Image
from PIL.TiffImagePlugin import AppendingTiffWriter, ImageFileDirectory_v2

from acutance.files import passing_folder
from acutance.images import (
    exif,
    jpeg_segments,
    photoshop,
    pillow_writing,
    png_chunks,
    tiff_reading,
    tiff_tags,
    webp_chunks,
)
from acutance.images.colours import fits
from acutance.images.formats import AVIF, GIF, JPEG, PNG, TIFF, WEBP, Format
from acutance.images.metadata import Metadata
from acutance.images.raster import Raster, native
from acutance.images.settings import Settings

MILLIMETRES = 25.4
"""In an inch."""
BIG = 3 << 30
"""Bytes of pixels above which a TIFF file is written as BigTIFF."""
UNSAID = (72.0, 72.0)
"""Pixels an inch that EXIF means where it says nothing."""
HELD = 1 << 25
"""Pixels of a picture that may be held as a whole."""
BLOBS = {"icc": "icc-profile-data", "xmp": "xmp-data"}


def write(known: Format, path: Path, frames: Sequence[Raster], said: Metadata, settings: Settings) -> None:
    """Write frames to a file that nobody else sees yet; raise pyvips.Error or ValueError where they cannot be."""
    _WRITERS[known.name](path, frames, said, settings)


def _dressed(raster: Raster, said: Metadata) -> Any:
    """Return the image with the profile, where it fits the pixels, XMP and resolution."""
    image = raster.tagged()
    image = image.copy(xres=1.0, yres=1.0) if said.resolution is None else _with_resolution(image, said.resolution)
    for name, field in BLOBS.items():
        value = getattr(said, name)
        if value is not None and (name != "icc" or fits(value, grey=raster.grey)):
            image.set_type(pyvips.GValue.blob_type, field, value)
    return image


def _with_resolution(image: Any, resolution: tuple[float, float]) -> Any:
    across, down = (each / MILLIMETRES for each in resolution)
    return image.copy(xres=across, yres=down)


def _png(path: Path, frames: Sequence[Raster], said: Metadata, settings: Settings) -> None:
    if len(frames) > 1:
        pillow_writing.animated_png(path, frames, settings)
    else:
        _dressed(frames[0], Metadata(icc=said.icc)).pngsave(native(path), compression=4, keep="icc")
    added = {"pHYs": [png_chunks.resolution_chunk(said.resolution)] if said.resolution else []}
    added |= {name: [png_chunks.built(name, data)] for name, data in said.png.items()}
    added["eXIf"] = [png_chunks.built("eXIf", said.exif)] if said.exif else []
    xmp = [(png_chunks.XMP, said.xmp.decode("utf-8", "replace"))] if said.xmp else []
    added["tEXt"] = [png_chunks.text_chunk(*pair) for pair in said.text]
    added["iTXt"] = [png_chunks.text_chunk(*pair, unicode=True) for pair in xmp]
    if len(frames) > 1 and said.icc:
        added["iCCP"] = [png_chunks.profile_chunk(said.icc)]

    def rewrite(source: BufferedIOBase, target: BufferedIOBase) -> None:
        png_chunks.rewrite(source, target, added)

    _rewritten(path, rewrite)


def _jpeg(path: Path, frames: Sequence[Raster], said: Metadata, settings: Settings) -> None:
    image = _dressed(frames[0], Metadata(said.icc, xmp=said.xmp))
    # The best codes take a second pass, for which all of the picture is held.
    small = image.width * image.height <= HELD
    image.jpegsave(native(path), Q=settings.quality, subsample_mode="off", optimize_coding=small, keep="icc|xmp")

    def rewrite(source: BufferedIOBase, target: BufferedIOBase) -> None:
        jpeg_segments.rewrite(source, target, said)

    _rewritten(path, rewrite)


def _webp(path: Path, frames: Sequence[Raster], said: Metadata, settings: Settings) -> None:
    _joined(frames, said, settings).webpsave(
        native(path), Q=settings.quality, lossless=settings.lossless, exact=True, keep="icc|xmp"
    )
    if said.exif:
        size = frames[0].width, frames[0].height

        def rewrite(source: BufferedIOBase, target: BufferedIOBase) -> None:
            webp_chunks.rewrite(source, target, said, size)

        _rewritten(path, rewrite)


def _avif(path: Path, frames: Sequence[Raster], said: Metadata, settings: Settings) -> None:
    image = _dressed(frames[0], said)
    if said.exif:
        image.set_type(pyvips.GValue.blob_type, "exif-data", exif.PREFIX + said.exif)
        # libvips writes the resolution of the image over that of the block.
        image = _with_resolution(image, exif.resolution(said.exif) or UNSAID)
    image.heifsave(
        native(path),
        compression="av1",
        Q=settings.quality,
        lossless=settings.quality == 100,
        bitdepth=12 if frames[0].dtype.itemsize > 1 else 8,
        subsample_mode="off",
        effort=4,
        keep="icc|xmp|exif" if said.exif else "icc|xmp",
    )


def _gif(path: Path, frames: Sequence[Raster], said: Metadata, settings: Settings) -> None:
    _joined(frames, said, settings).gifsave(native(path), keep="none")


def _joined(frames: Sequence[Raster], said: Metadata, settings: Settings) -> Any:
    """Return one image of all frames, one below the other, as libvips takes animations."""
    image = _dressed(frames[0], said)
    if len(frames) == 1:
        return image
    tall = pyvips.Image.arrayjoin([image, *(frame.tagged() for frame in frames[1:])], across=1)
    tall.set_type(pyvips.GValue.gint_type, "page-height", frames[0].height)
    delays = settings.delays if len(settings.delays) == len(frames) else (100,) * len(frames)
    tall.set_type(pyvips.GValue.array_int_type, "delay", list(delays))
    tall.set_type(pyvips.GValue.gint_type, "loop", settings.loop)
    return tall


def _tiff(path: Path, frames: Sequence[Raster], said: Metadata, settings: Settings) -> None:
    if len(frames) == 1:
        _tiff_page(path, frames[0], said)
        return
    with passing_folder(path.parent, "pages") as folder, AppendingTiffWriter(str(path), True) as file:
        for number, frame in enumerate(frames):
            page = folder / f"{number}.tif"
            _tiff_page(page, frame, said)
            with page.open("rb") as source:
                shutil.copyfileobj(source, file)
            page.unlink()
            file.newFrame()


def _tiff_page(path: Path, frame: Raster, said: Metadata) -> None:
    size = frame.height * frame.width * frame.channels * frame.dtype.itemsize
    _dressed(frame, said).tiffsave(
        native(path),
        compression="deflate",
        predictor="none" if frame.dtype.kind == "f" else "horizontal",
        bigtiff=size > BIG,
        resunit="inch",
        keep="icc|xmp",
    )
    with path.open("rb+") as file:
        entries = _descriptive(said.exif, file) if said.exif and size <= BIG else {}
        if said.iptc:
            blocks = {tiff_tags.PHOTOSHOP: said.iptc, tiff_tags.IPTC: photoshop.iptc(said.iptc)}
            entries |= {tag: tiff_tags.appended(file, tag, block) for tag, block in blocks.items() if block}
        tiff_tags.add(file, entries, without=frozenset() if said.resolution else tiff_tags.RESOLUTION)


def _descriptive(block: bytes, file: BufferedIOBase) -> dict[int, bytes]:
    """Append what EXIF says to a classic TIFF file, and return the entries for its directory that point there."""
    said = Image.Exif()
    said.load(block)
    directory = ImageFileDirectory_v2(b"II*\0\x08\0\0\0")
    for tag in tiff_reading.DESCRIPTIVE:
        if tag in said and tag not in tiff_tags.RESOLUTION:
            directory[tag] = said.get_ifd(tag) if tag in (exif.EXIF_DIRECTORY, tiff_reading.GPS) else said[tag]
    if not len(directory):
        return {}
    encoded = directory.tobytes(tiff_tags.end(file))
    file.write(encoded)
    (count,) = struct.unpack_from("<H", encoded)
    entries = (encoded[place : place + 12] for place in range(2, 2 + 12 * count, 12))
    return {struct.unpack_from("<H", entry)[0]: entry for entry in entries}


def _rewritten(path: Path, rewrite: Callable[[BufferedIOBase, BufferedIOBase], None]) -> None:
    """Let `rewrite` copy the head of a file, and copy the rest."""
    other = path.with_name(f"{path.name}.head")
    try:
        with path.open("rb") as source, other.open("wb") as target:
            rewrite(source, target)
            shutil.copyfileobj(source, target, 1 << 20)
        other.replace(path)
    finally:
        other.unlink(missing_ok=True)


_WRITERS = {PNG.name: _png, JPEG.name: _jpeg, WEBP.name: _webp, AVIF.name: _avif, GIF.name: _gif, TIFF.name: _tiff}
