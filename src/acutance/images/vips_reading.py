"""PNG, JPEG, WebP, TIFF, AVIF and GIF through libvips."""

import os
import struct
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BufferedIOBase
from typing import Any

import pyvips

from acutance.images import bombs, exif, jpeg_segments, photoshop, png_chunks, sniff, tiff_reading
from acutance.images.colours import Colours, to_rgb
from acutance.images.formats import AVIF, GIF, JPEG, PNG, TIFF, WEBP, Format
from acutance.images.metadata import Metadata
from acutance.images.planes import FULL
from acutance.images.raster import Raster, native
from acutance.images.source import Limits, Source, Where, stream

LOADERS = {PNG: "pngload", JPEG: "jpegload", WEBP: "webpload", TIFF: "tiffload", AVIF: "heifload", GIF: "gifload"}
MOVING = "it is a sequence of pictures; the first is taken"
UPRIGHT = (1, 2)
"""Orientations whose rows come as they are stored."""


def opened(known: Format, where: Where, limits: Limits) -> Source:
    """Return the source of a file in one of these formats; raise ValueError or pyvips.Error where it is broken."""
    with stream(where) as file:
        return _OPENERS[known.name](file, where, limits)


def load(known: Format, where: Where, **options: Any) -> Any:
    """Return the image of a file as libvips decodes it, row by row unless told `access="random"`."""
    options = {"access": "sequential", "fail_on": "error", **options}
    if isinstance(where, bytes):
        return getattr(pyvips.Image, f"{LOADERS[known]}_buffer")(where, **options)
    return getattr(pyvips.Image, LOADERS[known])(native(where), **options)


def upright(image: Any, turned: int) -> Any:
    """Return an image that is stored with an EXIF orientation as it is to be looked at."""
    copy = image.copy()
    copy.set_type(pyvips.GValue.gint_type, "orientation", turned)
    return copy.autorot()


def _still(
    known: Format, file: BufferedIOBase, where: Where, limits: Limits, said: Metadata, turned: int = 1
) -> Source:
    """Return the source of the one picture in a file."""
    image = load(known, where)
    bombs.check(known, image.width, image.height, 1, _size(file), limits.pixels)
    if turned not in UPRIGHT:
        image = load(known, where, access="random")
    colours = to_rgb(image, said.icc)
    raster = Raster(upright(colours.image, turned) if turned != 1 else colours.image)
    return Source(known, (raster,), _coloured(said, colours), colours.notes)


def _coloured(said: Metadata, colours: Colours) -> Metadata:
    return Metadata(
        colours.icc, said.exif, said.xmp, said.iptc, said.text, said.resolution, {} if colours.converted else said.png
    )


def _blob(image: Any, name: str) -> bytes | None:
    return bytes(image.get(name)) if image.get_typeof(name) else None


def _exif(image: Any) -> tuple[bytes | None, int]:
    """Return the EXIF block with the orientation set to 1, and the one that it had."""
    block = (_blob(image, "exif-data") or b"").removeprefix(exif.PREFIX)
    return (exif.made_upright(block), exif.orientation(block)) if block else (None, 1)


def _size(file: BufferedIOBase) -> int:
    return file.seek(0, os.SEEK_END)


def _png(file: BufferedIOBase, where: Where, limits: Limits) -> Source:
    every = list(png_chunks.chunks(file))
    if any(each.name == "acTL" for each in every) and not limits.first_frame:
        from acutance.images import pillow_reading

        said, turned = _png_metadata(file, every)
        if (animation := pillow_reading.animated_png(where, limits, said)) is not None:
            return _turned(animation, turned)
    if any(each.name == "CgBI" for each in every[:1]):
        raise ValueError(
            "it is a PNG as only Apple's Xcode makes them: convert it with pngcrush -revert-iphone-optimizations"
        )
    said, turned = _png_metadata(file, every)
    return _still(PNG, file, where, limits, said, turned)


def _png_metadata(file: BufferedIOBase, every: list[png_chunks.Chunk]) -> tuple[Metadata, int]:
    """Return what the chunks say, and the orientation."""
    text: list[tuple[str, str]] = []
    xmp = block = icc = resolution = None
    colours: dict[str, bytes] = {}
    for chunk in every:
        data = png_chunks.content(file, chunk) if chunk.name not in ("IDAT", "fdAT") else b""
        if chunk.name == "eXIf":
            block = data.removeprefix(exif.PREFIX)
        elif chunk.name == "pHYs":
            resolution = png_chunks.resolution(data)
        elif chunk.name == "iCCP":
            icc = png_chunks.profile(data)
        elif chunk.name in png_chunks.COLOURS:
            colours[chunk.name] = data
        elif chunk.name in ("tEXt", "zTXt", "iTXt") and (pair := png_chunks.words(chunk.name, data)):
            text.append(pair)
    for keyword, value in text:
        raw = png_chunks.raw_profile(value) if keyword.startswith(png_chunks.RAW_PROFILE) else None
        if keyword == png_chunks.XMP:
            xmp = value.encode()
        elif raw and keyword.endswith(("exif", "APP1")) and raw.startswith(exif.PREFIX):
            block = block or raw.removeprefix(exif.PREFIX)
        elif raw and keyword.endswith("xmp"):
            xmp = xmp or raw
        elif raw and keyword.endswith("icc"):
            icc = icc or raw
    plain = tuple(pair for pair in text if pair[0] not in png_chunks.ELSEWHERE)
    turned = exif.orientation(block) if block else 1
    made = exif.made_upright(block) if block else None
    return Metadata(icc, made, xmp, None, plain, resolution, {} if icc else colours), turned


def _jpeg(file: BufferedIOBase, where: Where, limits: Limits) -> Source:
    header = jpeg_segments.header(file)
    if header.precision != 8:
        raise ValueError(f"its samples have {header.precision} bits, which JPEG files are not read with here")
    if header.kind in jpeg_segments.LOSSLESS:
        raise ValueError("it is a lossless JPEG, which is not read: convert it to PNG first")
    image = load(JPEG, where)
    block, turned = _exif(image)
    resolution = header.resolution or (exif.resolution(block) if block else None)
    icc, xmp = _blob(image, "icc-profile-data"), _blob(image, "xmp-data")
    iptc = photoshop.lasting(header.photoshop)
    text = tuple((jpeg_segments.COMMENT, words) for words in header.comments)
    source = _still(JPEG, file, where, limits, Metadata(icc, block, xmp, iptc, text, resolution), turned)
    notes = [f"it holds {header.pictures} pictures; the first is taken"] if header.pictures > 1 else []
    if image.get_typeof("gainmap-data"):
        notes = ["its map of highlights (HDR) is left out"]
    return Source(source.format, source.frames, source.metadata, (*source.notes, *notes), lossy=True)


def _webp(file: BufferedIOBase, where: Where, limits: Limits) -> Source:
    image = load(WEBP, where)
    frames = image.get("n-pages") if image.get_typeof("n-pages") else 1
    block, turned = _exif(image)
    said = Metadata(_blob(image, "icc-profile-data"), block, _blob(image, "xmp-data"))
    lossy = _is_lossy_webp(file)
    if frames == 1 or limits.first_frame:
        source = _still(WEBP, file, where, limits, said, turned)
        return Source(source.format, source.frames, source.metadata, source.notes, lossy)
    source = _turned(_animation(WEBP, file, where, limits, image, said, turned), turned)
    return Source(WEBP, source.frames, source.metadata, source.notes, lossy, source.delays, source.loop)


def _is_lossy_webp(file: BufferedIOBase) -> bool:
    """Tell whether the first picture in a WebP file is a lossy one."""
    place, end = 12, _size(file)
    while place + 8 <= end:
        file.seek(place)
        name, length = struct.unpack("<4sI", file.read(8))
        if name in (b"VP8 ", b"VP8L"):
            return name == b"VP8 "
        # What a frame of an animation holds comes after sixteen bytes of its own.
        place += 8 + 16 if name == b"ANMF" else 8 + length + length % 2
    return False


def _gif(file: BufferedIOBase, where: Where, limits: Limits) -> Source:
    file.seek(6)
    head = file.read(4)
    if len(head) < 4:
        raise ValueError("the file is truncated")
    bombs.check(GIF, *struct.unpack("<HH", head), 1, _size(file), limits.pixels)
    image = load(GIF, where)
    frames = image.get("n-pages") if image.get_typeof("n-pages") else 1
    if frames == 1 or limits.first_frame:
        return _still(GIF, file, where, limits, Metadata())
    return _animation(GIF, file, where, limits, image, Metadata())


def _turned(animation: Source, turned: int) -> Source:
    """Return an animation whose frames are stored with an EXIF orientation as it is to be looked at."""
    return replace(animation, frames=tuple(Raster(upright(frame.image, turned)) for frame in animation.frames))


def _animation(
    known: Format, file: BufferedIOBase, where: Where, limits: Limits, first: Any, said: Metadata, turned: int = 1
) -> Source:
    count = first.get("n-pages")
    bombs.check(known, first.width, first.height, count, _size(file), limits.pixels)
    tall = load(known, where, n=-1, access="sequential" if turned in UPRIGHT else "random")
    height = tall.get("page-height")
    colours = to_rgb(tall, said.icc)
    frames = tuple(Raster(colours.image.crop(0, each * height, tall.width, height)) for each in range(count))
    delays = tuple(tall.get("delay")) if tall.get_typeof("delay") else (100,) * count
    loop = tall.get("loop") if tall.get_typeof("loop") else 0
    return Source(known, frames, _coloured(said, colours), colours.notes, delays=delays, loop=loop)


def _avif(file: BufferedIOBase, where: Where, limits: Limits) -> Source:
    image = load(AVIF, where)
    # libheif turns the picture as the file says, which EXIF only repeats.
    block, _ = _exif(image)
    said = Metadata(_blob(image, "icc-profile-data"), block, _blob(image, "xmp-data"))
    pages = image.get("n-pages") if image.get_typeof("n-pages") else 1
    source = _still(AVIF, file, where, limits, said)
    frames = tuple(map(_straight, source.frames)) if sniff.is_premultiplied(file) else source.frames
    moving = sniff.is_sequence(file)
    notes = (MOVING,) if moving else (f"it holds {pages} pictures; the first is taken",) if pages > 1 else ()
    return Source(AVIF, frames, source.metadata, (*source.notes, *notes), lossy=True)


def _straight(raster: Raster) -> Raster:
    """Return a raster whose colours had alpha multiplied into them."""
    if not raster.transparent:
        return raster
    image = raster.tagged().unpremultiply(max_alpha=FULL[raster.dtype.name])
    return Raster(image.rint().cast(raster.image.format))


def _tiff(file: BufferedIOBase, where: Where, limits: Limits) -> Source:
    pages = tiff_reading.pages(file, _size(file))
    wanted = pages.taken[:1] if limits.first_frame else pages.taken
    for page in wanted:
        bombs.check(TIFF, page.width, page.height, 1, _size(file), limits.pixels)
    bombs.check_total(sum(page.width * page.height for page in wanted), f"{len(wanted)} pages", limits.pixels)
    frames, colours = zip(*(_tiff_page(where, page) for page in wanted), strict=True)
    _demand_one_profile(frames, colours)
    block, iptc, xmp = tiff_reading.exif_of(file), tiff_reading.iptc_of(file), tiff_reading.xmp_of(file)
    said = Metadata(colours[0].icc, block, xmp, iptc, (), wanted[0].resolution)
    notes = dict.fromkeys([*pages.notes, *(note for each in colours for note in each.notes)])
    return Source(TIFF, frames, said, tuple(notes))


def _tiff_page(where: Where, page: tiff_reading.Page) -> tuple[Raster, Colours]:
    def image(**options: Any) -> Any:
        return load(TIFF, where, page=page.number, **options)

    if page.lab:
        from acutance.images import pillow_reading

        raster = pillow_reading.lab_page(where, page.number)
        return raster, Colours(raster.image, None, ("LAB became sRGB",), converted=True)
    stored = image() if page.orientation in UPRIGHT else image(access="random")
    colours = to_rgb(tiff_reading.in_range(stored, page, image), _blob(stored, "icc-profile-data"))
    return Raster(upright(colours.image, page.orientation)), colours


def _demand_one_profile(frames: Sequence[Raster], colours: Sequence[Colours]) -> None:
    """Raise ValueError where pages that could share a profile have different ones, as only one goes on."""
    profiles: dict[bool, bytes | None] = {}
    for frame, each in zip(frames, colours, strict=True):
        if profiles.setdefault(frame.grey, each.icc) != each.icc:
            raise ValueError("its pages have different colour profiles; --first-frame takes the first page")


_OPENERS: dict[str, Callable[[BufferedIOBase, Where, Limits], Source]] = {
    PNG.name: _png,
    JPEG.name: _jpeg,
    WEBP.name: _webp,
    GIF.name: _gif,
    AVIF.name: _avif,
    TIFF.name: _tiff,
}
