"""What makes rows of pixels, as they are, a TIFF file: a header before them and a directory behind.

libvips maps raw files as a whole, and what is mapped counts as memory; TIFF it reads a strip at a time.
"""

import struct
import sys
from collections.abc import Iterable

import numpy as np

HEADER = 16
"""Bytes before the pixels."""
ROWS = 8
"""Rows of a strip."""
SHORT, LONG, LONG8 = 3, 4, 16
GREY, RGB, UNASSOCIATED_ALPHA = 1, 2, 2
_FORMATS = {SHORT: "H", LONG: "I", LONG8: "Q"}
_ORDER = "<" if sys.byteorder == "little" else ">"


def header(pixels: int) -> bytes:
    """Return what stands before so many bytes of pixels: BigTIFF, with its directory behind them."""
    return struct.pack(f"{_ORDER}2sHHHQ", b"II" if _ORDER == "<" else b"MM", 43, 8, 0, HEADER + pixels)


def directory(shape: tuple[int, int, int], dtype: np.dtype) -> bytes:
    """Return what stands behind pixels of (h, w, channels)."""
    height, width, channels = shape
    line = width * channels * dtype.itemsize
    starts = range(0, height, ROWS)
    colours = 1 if channels < 3 else 3
    tags: list[tuple[int, int, list[int]]] = [
        (256, LONG, [width]),
        (257, LONG, [height]),
        (258, SHORT, [8 * dtype.itemsize] * channels),
        (259, SHORT, [1]),  # not compressed
        (262, SHORT, [GREY if colours == 1 else RGB]),
        (273, LONG8, [HEADER + start * line for start in starts]),
        (277, SHORT, [channels]),
        (278, LONG, [ROWS]),
        (279, LONG8, [min(ROWS, height - start) * line for start in starts]),
        (284, SHORT, [1]),  # the channels of a pixel lie together
        *([(338, SHORT, [UNASSOCIATED_ALPHA] * (channels - colours))] if channels > colours else []),
        (339, SHORT, [3 if dtype.kind == "f" else 1] * channels),
    ]
    return _packed(tags, HEADER + height * line)


def _packed(tags: Iterable[tuple[int, int, list[int]]], start: int) -> bytes:
    entries, behind = list(tags), b""
    after = start + 8 + 20 * len(entries) + 8
    packed = struct.pack(f"{_ORDER}Q", len(entries))
    for tag, kind, values in entries:
        value = struct.pack(f"{_ORDER}{len(values)}{_FORMATS[kind]}", *values)
        if len(value) > 8:
            place, behind = struct.pack(f"{_ORDER}Q", after + len(behind)), behind + value
        else:
            place = value.ljust(8, b"\0")
        packed += struct.pack(f"{_ORDER}HHQ", tag, kind, len(values)) + place
    return packed + struct.pack(f"{_ORDER}Q", 0) + behind
