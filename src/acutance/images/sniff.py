"""Which format a file is in, by its first bytes, and what it is where nothing here reads it."""

from io import BufferedIOBase

from acutance.images.formats import (
    AVIF,
    BMP,
    FORMATS,
    GIF,
    HEIC,
    ICO,
    JPEG,
    JPEG2000,
    OTHERS,
    PNG,
    PNM,
    QOI,
    TGA,
    TIFF,
    WEBP,
    Format,
)
from acutance.images.png_chunks import SIGNATURE

HEAD = 512
"""Bytes that tell."""
KNOWN: tuple[tuple[bytes, Format], ...] = (
    (SIGNATURE, PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
    (b"BM", BMP),
    (b"\0\0\1\0", ICO),
    (b"\0\0\0\x0cjP  \r\n\x87\n", JPEG2000),
    (b"\xff\x4f\xff\x51", JPEG2000),
    (b"qoif", QOI),
    (b"8BPS", OTHERS),
    (b"DDS ", OTHERS),
    (b"icns", OTHERS),
)
NETPBM = b"123456f"
PREMULTIPLIED = b"\0\0\0\x0eprem"
"""A reference of one picture, the colours, to another, their alpha."""
AVIF_BRANDS = {b"avif", b"avis"}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
RAW = "a camera's raw file: develop it first (darktable, RawTherapee, or rawpy), to TIFF of 16 bits"
HDR = "convert it to a TIFF of floats in [0, 1] or to one of 16 bits first"
NAMED: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\x0a", "JPEG XL, which is not read: convert it to PNG first (djxl of libjxl)"),
    (0, b"\0\0\0\x0cJXL ", "JPEG XL, which is not read: convert it to PNG first (djxl of libjxl)"),
    (0, b"v/1\x01", f"OpenEXR, which is not read: {HDR}"),
    (0, b"#?RADIANCE", f"Radiance HDR, which is not read: {HDR}"),
    (0, b"#?RGBE", f"Radiance HDR, which is not read: {HDR}"),
    (0, b"PF\n", f"a PFM of colours, which is not read: {HDR}"),
    (0, b"P7\n", "PAM, which is not read: convert it to PNG first"),
    (0, b"II\xbc", "JPEG XR, which is not read: convert it to PNG first"),
    (0, b"BPG\xfb", "BPG, which is not read: convert it to PNG first"),
    (0, b"FLIF", "FLIF, which is not read: convert it to PNG first"),
    (8, b"CR", RAW),
    (0, b"IIU\0", RAW),
    (0, b"IIRO", RAW),
    (0, b"IIRS", RAW),
    (0, b"MMOR", RAW),
    (0, b"FUJIFILMCCD-RAW", RAW),
    (4, b"ftypcrx ", RAW),
    (0, b"%PDF", "a PDF: extract its pictures first (pdfimages)"),
    (0, b"%!PS", "PostScript, which is not read: convert it to PNG first"),
    (0, b"<svg", "an SVG, which has no pixels and can be drawn at any size"),
    (0, b"SIMPLE  =", "FITS, which is not read: convert it to TIFF first"),
    (128, b"DICM", "DICOM, which is not read: convert it to TIFF first"),
    (0, b"\x89HDF", "HDF5, which is not a picture"),
    (0, b"\x93NUMPY", "a NumPy array: load it and give it to acutance.upscale"),
    (0, b"version https://git-lfs", "a pointer of Git LFS in place of the picture: fetch that with git lfs pull"),
    (0, b"PK\x03\x04", "a ZIP archive: unpack it first"),
    (0, b"\x1f\x8b", "a gzip file: unpack it first"),
    (0, b"\x1aE\xdf\xa3", "a video: pictures are read"),
    (4, b"ftyp", "a video: pictures are read"),
)


def identify(head: bytes, suffix: str = "") -> Format:
    """Return the format of a file that begins with `head`; `suffix` decides where a format has no mark of its own.

    Raises:
        ValueError: it is empty, of a format that is not read, or no picture at all; the message names it.
    """
    if not head:
        raise ValueError("the file is empty")
    if (found := _known(head)) is not None:
        return found
    for place, mark, name in NAMED:
        if head[place : place + len(mark)] == mark:
            raise ValueError(f"it is {name}")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html")):
        raise ValueError("it is a web page, perhaps the answer of a failed download")
    if text.startswith(b"<?xml") or b"<svg" in text:
        raise ValueError("it is XML or SVG, which has no pixels")
    for each in (TGA, OTHERS):
        if suffix.lower() in each.suffixes:
            return each
    raise ValueError(f"this is not a picture in {', '.join(each.name for each in FORMATS if each is not OTHERS)}")


def is_sequence(file: BufferedIOBase) -> bool:
    """Tell whether an AVIF file is one that moves."""
    file.seek(8)
    return file.read(4) == b"avis"


def is_premultiplied(file: BufferedIOBase) -> bool:
    """Tell whether the colours of an AVIF file have alpha multiplied into them, by the reference that says so."""
    file.seek(0)
    return PREMULTIPLIED in file.read(1 << 16)


def _known(head: bytes) -> Format | None:
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[:1] == b"P" and head[1:2] in {bytes([each]) for each in NETPBM} and head[2:3].isspace():
        return PNM
    if head[8:10] == b"CR" and head[:2] in (b"II", b"MM"):
        return None
    return next((each for mark, each in KNOWN if head.startswith(mark)), None)


def _by_brand(head: bytes) -> Format | None:
    size = int.from_bytes(head[:4], "big")
    brands = {head[8:12]} | {head[place : place + 4] for place in range(16, min(size, len(head)) - 3, 4)}
    if head[8:12] in AVIF_BRANDS or (brands & AVIF_BRANDS and not brands & (HEIC_BRANDS - {b"mif1", b"msf1"})):
        return AVIF
    return HEIC if brands & HEIC_BRANDS else None
