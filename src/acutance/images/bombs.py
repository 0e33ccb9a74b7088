"""Bombs: a file that claims more pixels than anyone wants, or than its bytes can hold, is refused before decoding."""

from acutance.images.formats import AVIF, BMP, GIF, JPEG, JPEG2000, PNG, PNM, QOI, TGA, TIFF, WEBP, Format

PIXELS_A_BYTE = {
    PNG.name: 8 * 1032,  # one bit a pixel, and deflate's best
    JPEG.name: 64 * 1024,  # a progressive file says that thousands of blocks are empty in a few bits
    GIF.name: 2731,  # the longest strings of LZW, in codes of 12 bits
    TIFF.name: 8 * 10_000,
    WEBP.name: 1 << 28,  # one colour costs nothing at all; its sides are short
    AVIF.name: 1 << 20,
    BMP.name: 128,  # run lengths of 255 in two bytes
    PNM.name: 8,
    TGA.name: 128,
    JPEG2000.name: 1 << 20,
    QOI.name: 62,
}
"""The most pixels that a byte of a file can stand for."""


def check(known: Format, width: int, height: int, frames: int, size: int, most: int) -> None:
    """Raise ValueError where pictures of this size are too many pixels, or more than `size` bytes can hold."""
    pixels = width * height * frames
    claimed = f"{width}x{height} pixels" + (f" in {frames} frames" if frames > 1 else "")
    check_total(pixels, claimed, most)
    if pixels > PIXELS_A_BYTE.get(known.name, 1 << 20) * size:
        raise ValueError(f"it claims {claimed}, which its {size:,} bytes cannot hold")


def check_total(pixels: int, claimed: str, most: int) -> None:
    """Raise ValueError where a file that claims so many pixels, in words too, has more than are wanted."""
    if pixels > most:
        raise ValueError(
            f"it claims {claimed}, {pixels / 1e6:,.0f} million in all, and {most / 1e6:,.0f} million are the limit"
            " (--max-pixels)"
        )
