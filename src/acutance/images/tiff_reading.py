"""What the tags of a TIFF file say of its pages before they are decoded: which are pictures, and how to take them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BufferedIOBase
from typing import IO, Any, cast

import numpy as np
from PIL import Image

from acutance.images import exif, photoshop, sniff, tiff_tags
from acutance.images.raster import Raster
from acutance.images.tiff_tags import Directory

GPS = 34853
DESCRIPTIVE = (270, 271, 272, 282, 283, 296, 305, 306, 315, 33432, exif.EXIF_DIRECTORY, GPS)
"""The tags that say something of the photograph: description, camera, resolution, date, author, EXIF and GPS."""
UNSIGNED, SIGNED, FLOAT = 1, 2, 3
SAMPLES = {2: "signed integers", 4: "of an undefined type", 5: "complex integers", 6: "complex floats"}
CMYK, YCBCR, CFA, LINEAR_RAW = 5, 6, 32803, 34892
WHITE_IS_ZERO, BLACK_IS_ZERO, LAB = 0, 1, 8
JPEG_COMPRESSION = 7
COLOURS = {0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, 8: 3}
"""Channels that the colours of each photometric interpretation take."""
REFUSED = {9: "ICC LAB", 10: "ITU LAB", 32844: "LogL", 32845: "LogLuv"}
ASSOCIATED, UNASSOCIATED = 1, 2
BITS = {UNSIGNED: (1, 2, 4, 8, 16), FLOAT: (32,)}
NO_UNIT, CENTIMETRE = 1, 3
APART = 2
"""How bands lie that are each kept as a whole."""
RAW = f"it is {sniff.RAW}"
STRIP = 64
"""Rows that are looked at together."""


@dataclass(frozen=True)
class Page:
    """A page: its number in the file, size, orientation, and how its numbers are to be taken."""

    number: int
    width: int
    height: int
    orientation: int
    resolution: tuple[float, float] | None
    floats: bool
    negative: bool
    """Whether its floats are 0 where it is white, of which libvips does not know."""
    white: int | None
    """The largest value, where the file declares one that is less than its bits allow."""
    lab: bool
    """Whether it is LAB in 8 bits, which libvips does not read."""


@dataclass(frozen=True)
class Pages:
    """The pages that are pictures of their own, and what is to be said of the others."""

    taken: tuple[Page, ...]
    notes: tuple[str, ...]


def pages(file: BufferedIOBase, size: int) -> Pages:
    """Return the pages of a TIFF file of `size` bytes.

    Raises:
        ValueError: it is broken, truncated, or its first page is of a kind that is not read.
    """
    every = tiff_tags.directories(file)
    if _is_smaller_copy(every[0]) and tiff_tags.SUB_DIRECTORIES in every[0]:
        raise ValueError(RAW)
    full = _full(every)
    left = len(every) - len(full)
    notes = (f"{left} of its {len(every)} pages are smaller copies or masks and are left out",) if left else ()
    return Pages(tuple(_page(number, tags, size) for number, tags in full), notes)


def orientation_of_bands(file: BufferedIOBase, size: int) -> int:
    """Return the orientation of the one picture in a TIFF file of `size` bytes, whatever its bands are.

    Raises:
        ValueError: it is broken, truncated, holds several pictures, or keeps its bands in a way that is not read.
    """
    full = _full(tiff_tags.directories(file))
    if len(full) > 1:
        raise ValueError(f"it holds {len(full)} pictures, and a file of bands is one: take them apart first")
    (_, tags) = full[0]
    _demand_whole(tags, size)
    _demand_together(tags)
    return _orientation(tags)


def exif_of(file: BufferedIOBase) -> bytes | None:
    """Return what a TIFF file says of its photograph as an EXIF block; None where it says nothing, or is a BigTIFF."""
    file.seek(0)
    laid = tiff_tags.layout(file.read(16))
    if laid is None or laid.big:
        return None
    block, kept = Image.Exif(), Image.Exif()
    file.seek(0)
    block.load_from_fp(cast("IO[bytes]", file))
    for tag in DESCRIPTIVE:
        if tag in block:
            kept[tag] = block.get_ifd(tag) if tag in (exif.EXIF_DIRECTORY, GPS) else block[tag]
    return kept.tobytes().removeprefix(exif.PREFIX) if len(kept) else None


def iptc_of(file: BufferedIOBase) -> bytes | None:
    """Return the IPTC records of a TIFF file's first page, in a resource of Photoshop."""
    tags = tiff_tags.directories(file)[0]
    records, resources = (bytes(map(int, tags.get(tag, ()))) for tag in (tiff_tags.IPTC, tiff_tags.PHOTOSHOP))
    kept = photoshop.lasting(resources)
    if kept and photoshop.iptc(kept):
        return kept
    return (photoshop.holding(records) if records else b"") + (kept or b"") or None


def xmp_of(file: BufferedIOBase) -> bytes | None:
    """Return the XMP packet of a TIFF file's first page."""
    return bytes(map(int, tiff_tags.directories(file)[0].get(tiff_tags.XMP, ()))) or None


def in_range(image: Any, page: Page, again: Callable[[], Any]) -> Any:
    """Return the pixels of a page with white at the end of their range and alpha straight.

    `again` opens the page another time, as floats have to be looked at before they are taken.

    Raises:
        ValueError: floats are not within [0, 1].
    """
    if page.floats:
        _demand_unit_range(Raster(again().cast("float")))
        image = image.cast("float").copy(interpretation="b-w" if image.bands < 3 else "scrgb")
    if page.negative:
        shade = 1 - image[0]
        image = shade.bandjoin(image[1]) if image.bands > 1 else shade
    if page.white:
        full = 255 if image.format == "uchar" else 65535
        image = (image * (full / page.white)).rint().cast(image.format)
    return image


def _demand_unit_range(raster: Raster) -> None:
    for start in range(0, raster.height, STRIP):
        rows = raster.rows(start, min(raster.height, start + STRIP))
        low, high = float(rows.min()), float(rows.max())
        if not (low >= 0 and high <= 1):
            said = "not numbers in places" if np.isnan(low + high) else f"from {low:g} to {high:g}"
            raise ValueError(f"its floats are {said}; those in [0, 1] are read")


def _full(every: Sequence[Directory]) -> list[tuple[int, Directory]]:
    """Return the pages that are pictures of their own, with their numbers."""
    return [(number, tags) for number, tags in enumerate(every) if not _is_smaller_copy(tags)] or [(0, every[0])]


def _orientation(tags: Directory) -> int:
    return int(tags.get(exif.ORIENTATION, (1,))[0])


def _is_smaller_copy(tags: Directory) -> bool:
    kind = int(tags.get(tiff_tags.REDUCED, (0,))[0])
    return bool(kind & 0b101)


def _page(number: int, tags: Directory, size: int) -> Page:
    width, height = (int(tags.get(tag, (0,))[0]) for tag in (tiff_tags.WIDTH, tiff_tags.HEIGHT))
    if width < 1 or height < 1:
        raise ValueError("it names no size")
    photometric = int(tags.get(tiff_tags.PHOTOMETRIC, (1,))[0])
    _demand_colours(photometric, tags)
    bits, kind = _demand_samples(photometric, tags)
    _demand_bands(photometric, tags)
    _demand_together(tags)
    _demand_whole(tags, size)
    declared = int(tags.get(tiff_tags.MAX_SAMPLE, (0,))[0])
    return Page(
        number,
        width,
        height,
        orientation=_orientation(tags),
        resolution=_resolution(tags),
        floats=kind == FLOAT and photometric != LAB,
        negative=kind == FLOAT and photometric == WHITE_IS_ZERO,
        white=declared if bits in (8, 16) and kind == UNSIGNED and 0 < declared < 2**bits - 1 else None,
        lab=photometric == LAB and bits == 8,
    )


def _demand_colours(photometric: int, tags: Directory) -> None:
    if photometric in (CFA, LINEAR_RAW) or tiff_tags.DNG in tags:
        raise ValueError(RAW)
    if photometric not in COLOURS:
        raise ValueError(f"its colours are {REFUSED.get(photometric, f'of kind {photometric}')}, which is not read")
    if photometric == YCBCR and int(tags.get(tiff_tags.COMPRESSION, (1,))[0]) != JPEG_COMPRESSION:
        raise ValueError("its colours are YCbCr without JPEG compression, which is not read: convert it to RGB first")
    if photometric == CMYK and int(tags.get(tiff_tags.INK_SET, (1,))[0]) != 1:
        raise ValueError("its inks are not cyan, magenta, yellow and black")


def _demand_samples(photometric: int, tags: Directory) -> tuple[int, int]:
    """Return the bits a sample and what they are."""
    every = {int(each) for each in tags.get(tiff_tags.BITS, (1,))}
    kinds = {int(each) for each in tags.get(tiff_tags.SAMPLE_FORMAT, (UNSIGNED,))}
    if len(every) > 1 or len(kinds) > 1:
        raise ValueError(f"its channels have different bits ({', '.join(map(str, sorted(every)))})")
    (bits,), (kind,) = every, kinds
    if photometric == LAB and bits in (8, 16):
        # A and b are signed, whatever the file says of all three.
        return bits, UNSIGNED
    if kind in SAMPLES:
        raise ValueError(f"its samples are {SAMPLES[kind]} ({bits} bits); unsigned ones and floats are read")
    if bits not in BITS.get(kind, ()):
        what = "floats" if kind == FLOAT else "integers"
        raise ValueError(f"its samples are {what} of {bits} bits; integers of 8 and 16 bits and floats of 32 are read")
    return bits, kind


def _demand_bands(photometric: int, tags: Directory) -> None:
    """Raise ValueError where there are bands that are neither colours nor transparency."""
    samples = int(tags.get(tiff_tags.SAMPLES, (1,))[0])
    extra = tuple(int(each) for each in tags.get(tiff_tags.EXTRA_SAMPLES, ()))
    beyond = samples - COLOURS[photometric]
    if beyond < 0:
        raise ValueError(f"it has {samples} channels, too few for its colours")
    if beyond == 0 or (beyond == 1 and extra in ((ASSOCIATED,), (UNASSOCIATED,))):
        return
    which = "last is" if beyond == 1 else "others are"
    raise ValueError(
        f"it has {samples} bands, and the file does not say that the {which} transparency: take the bands that are"
        " colours out first (gdal_translate -b 1 -b 2 -b 3)"
    )


def _demand_together(tags: Directory) -> None:
    """Raise ValueError where bands of grey lie one behind the other, which libvips 8.18 mixes up without a word."""
    grey = int(tags.get(tiff_tags.PHOTOMETRIC, (1,))[0]) in (WHITE_IS_ZERO, BLACK_IS_ZERO)
    if grey and int(tags.get(tiff_tags.SAMPLES, (1,))[0]) > 1 and tags.get(tiff_tags.PLANAR, (1,))[0] == APART:
        raise ValueError(
            "its bands lie one behind the other, which is not read: put them together first"
            " (gdal_translate -co INTERLEAVE=PIXEL)"
        )


def _demand_whole(tags: Directory, size: int) -> None:
    for starts, counts in (
        (tiff_tags.STRIP_OFFSETS, tiff_tags.STRIP_BYTES),
        (tiff_tags.TILE_OFFSETS, tiff_tags.TILE_BYTES),
    ):
        ends = [int(a + b) for a, b in zip(tags.get(starts, ()), tags.get(counts, ()), strict=False)]
        if max(ends, default=0) > size:
            raise ValueError(f"the file is truncated ({max(ends) - size} bytes are missing)")


def _resolution(tags: Directory) -> tuple[float, float] | None:
    across, down = (float(tags.get(tag, (0,))[0]) for tag in (tiff_tags.X_RESOLUTION, tiff_tags.Y_RESOLUTION))
    unit = int(tags.get(tiff_tags.RESOLUTION_UNIT, (2,))[0])
    if unit == NO_UNIT or not across or not down:
        return None
    inches = 2.54 if unit == CENTIMETRE else 1.0
    return across * inches, down * inches
