"""BMP, PNM, TGA, ICO, JPEG 2000, QOI and rarer formats through Pillow; animated PNG; HEIC through pillow-heif."""

import importlib
import io
import os
import re
import struct
from collections.abc import Generator
from contextlib import contextmanager
from io import BufferedIOBase
from threading import Lock
from typing import IO, Any, cast

import numpy as np
from PIL import Image

from acutance.images import bombs, exif
from acutance.images.colours import fits
from acutance.images.convert import GREY, from_pil
from acutance.images.formats import BMP, HEIC, ICO, JPEG2000, OTHERS, PNG, PNM, QOI, TGA, Format
from acutance.images.metadata import Metadata
from acutance.images.raster import Raster
from acutance.images.source import Limits, Source, Where, stream

PLUGINS = {
    BMP.name: ("BMP", "DIB"),
    PNM.name: ("PPM",),
    TGA.name: ("TGA",),
    ICO.name: ("ICO",),
    JPEG2000.name: ("JPEG2000",),
    QOI.name: ("QOI",),
    OTHERS.name: ("PSD", "DDS", "ICNS", "CUR", "PCX", "SGI", "SUN", "XBM", "XPM"),
}
"""Pillow's names of its readers; none of them starts another program."""
DEEP_PNM = re.compile(rb"P([2356])(?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+(\d+)\s")
CODESTREAM, CODING_STYLE, REVERSIBLE = b"\xff\x4f\xff\x51", b"\xff\x52", b"\1"
_LIMIT = Lock()


def opened(known: Format, where: Where, limits: Limits) -> Source:
    """Return the source of a file in one of these formats, decoded."""
    if known == HEIC:
        return _heic(where, limits)
    with stream(where) as file:
        if known == PNM and (deep := _deep_pnm(file, limits)) is not None:
            return deep
        lossy = known == JPEG2000 and _is_lossy_jpeg2000(file)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        with _open(file, PLUGINS[known.name]) as image:
            bombs.check(known, *image.size, 1, size, limits.pixels)
            return _source(known, image, lossy=lossy)


def animated_png(where: Where, limits: Limits, said: Metadata) -> Source | None:
    """Return the frames of an animated PNG; None where it has but one."""
    with stream(where) as file, _open(file, ("PNG",)) as image:
        count = getattr(image, "n_frames", 1)
        first = 1 if image.info.get("default_image") else 0
        if count - first < 2:
            return None
        bombs.check(PNG, *image.size, count, file.seek(0, os.SEEK_END), limits.pixels)
        frames, delays = [], []
        for number in range(first, count):
            image.seek(number)
            frames.append(np.asarray(image.convert("RGBA" if image.has_transparency_data else "RGB")))
            delays.append(round(image.info.get("duration", 100)))
        channels = max(each.shape[2] for each in frames)
        rasters = tuple(Raster.of(each if each.shape[2] == channels else _opaque(each)) for each in frames)
        notes = ("16 bits became 8, as those of animations are not read deeper",) if _is_deep_png(file) else ()
        return Source(PNG, rasters, said, notes, delays=tuple(delays), loop=int(image.info.get("loop", 0)))


def _is_deep_png(file: BufferedIOBase) -> bool:
    file.seek(24)
    return file.read(1) == b"\x10"


def lab_page(where: Where, number: int) -> Raster:
    """Return a page of a TIFF file in LAB of 8 bits, upright, in sRGB."""
    with stream(where) as file, _open(file, ("TIFF",)) as image:
        image.seek(number)
        if image.mode != "LAB":
            raise ValueError("its colours are LAB with transparency, which is not read: convert it to RGB first")
        image.load()
        return Raster.of(from_pil(image))


def _opaque(planes: np.ndarray) -> np.ndarray:
    return np.dstack([planes, np.full(planes.shape[:2], 255, np.uint8)])


@contextmanager
def _open(file: BufferedIOBase, plugins: tuple[str, ...]) -> Generator[Image.Image]:
    # Pillow refuses pictures over 179 million pixels, for everyone or for no one.
    with _LIMIT:
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            image = Image.open(cast("IO[bytes]", file), formats=plugins)
        finally:
            Image.MAX_IMAGE_PIXELS = limit
    with image:
        yield image


def _source(known: Format, image: Image.Image, *, lossy: bool) -> Source:
    notes: list[str] = []
    if known == ICO and len(sizes := image.info.get("sizes", ())) > 1:
        notes.append(f"it holds {len(sizes)} sizes; the largest is taken")
    if image.mode == "CMYK":
        notes.append("CMYK became sRGB")
    icc = image.info.get("icc_profile")
    grey = image.mode in GREY
    if icc and image.mode != "CMYK" and not fits(icc, grey=grey):
        notes.append("its colour profile does not fit its pixels and is left out")
    fitting = icc if icc and image.mode != "CMYK" and fits(icc, grey=grey) else None
    block = (image.info.get("exif") or b"").removeprefix(exif.PREFIX)
    dpi = image.info.get("dpi")
    resolution = (float(dpi[0]), float(dpi[1])) if dpi and min(dpi) > 0 else None
    metadata = Metadata(fitting, exif.made_upright(block) if block else None, resolution=resolution)
    return Source(known, (Raster.of(from_pil(image)),), metadata, tuple(notes), lossy)


def _deep_pnm(file: BufferedIOBase, limits: Limits) -> Source | None:
    """Return a PGM or PPM of more than 8 bits, of which Pillow keeps 8; None where it is none such."""
    head = file.read(512)
    found = DEEP_PNM.match(head)
    if found is None or int(found[4]) < 256:
        return None
    channels = 1 if found[1] in b"25" else 3
    width, height, white = (int(found[each]) for each in (2, 3, 4))
    if white > 65535:
        raise ValueError(f"its values go to {white}; at most 65535 is read")
    size = file.seek(0, os.SEEK_END) - found.end()
    bombs.check(PNM, width, height, 1, size, limits.pixels)
    file.seek(found.end())
    if found[1] in b"56":
        data = file.read(2 * width * height * channels)
        values = np.frombuffer(data[: len(data) // 2 * 2], ">u2")
    else:
        values = np.array(re.sub(rb"#[^\n]*", b"", file.read()).split(), np.int64)
    if values.size < width * height * channels:
        raise ValueError("the file is truncated")
    values = values[: width * height * channels].reshape(height, width, channels)
    if values.size and not 0 <= int(values.min()) <= int(values.max()) <= white:
        raise ValueError(f"it holds values beyond the {white} that it declares")
    scaled = (values.astype(np.uint32) * 65535 + white // 2) // white
    return Source(PNM, (Raster.of(scaled.astype(np.uint16)),))


def _is_lossy_jpeg2000(file: BufferedIOBase) -> bool:
    """Tell whether a JPEG 2000 file was made by the wavelet that loses detail.

    Raises:
        ValueError: it has colours of more than 8 bits, of which Pillow keeps 8 without a word, or signed samples.
    """
    head = file.read(1 << 16)
    place = head.find(CODESTREAM)
    file.seek(0)
    if place < 0 or len(head) < place + 43:
        return True
    (channels,) = struct.unpack_from(">H", head, place + 40)
    bits = (head[place + 42] & 0x7F) + 1
    if head[place + 42] & 0x80:
        raise ValueError(f"its samples are signed integers of {bits} bits; unsigned ones are read")
    if channels > 1 and bits > 8:
        raise ValueError(
            f"its colours have {bits} bits, of which only 8 could be read: convert it to TIFF or PNG of 16 bits first"
            " (opj_decompress)"
        )
    style = head.find(CODING_STYLE, place)
    return style < 0 or head[style + 13 : style + 14] != REVERSIBLE


def _heic(where: Where, limits: Limits) -> Source:
    try:
        reader: Any = importlib.import_module("pillow_heif")
    except ImportError:
        raise ValueError(
            "it is HEIC, which is read with pillow-heif: pip install 'acutance[heif]' (LGPL; HEVC is under patents)"
        ) from None
    with stream(where) as file:
        data = file.read()
    container = reader.open_heif(io.BytesIO(data), convert_hdr_to_8bit=False)
    width, height = container.size
    bombs.check(HEIC, width, height, 1, len(data), limits.pixels)
    block = (container.info.get("exif") or b"").removeprefix(exif.PREFIX)
    icc = container.info.get("icc_profile")
    xmp = container.info.get("xmp")
    planes = np.asarray(container)
    planes = planes[..., None] if planes.ndim == 2 else planes
    notes = (f"it holds {len(container)} pictures; the main one is taken",) if len(container) > 1 else ()
    metadata = Metadata(icc, exif.made_upright(block) if block else None, bytes(xmp) if xmp else None)
    return Source(HEIC, (Raster.of(planes),), metadata, notes, lossy=True)
