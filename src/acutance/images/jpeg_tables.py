"""How strongly a JPEG was compressed, by the table that its brightness was quantised with.

    table(Q) = round(standard * s / 100), s = 5000 / Q below a quality of 50, 200 - 2 Q from there on

as libjpeg makes it of a quality Q from 1 to 100 (ITU-T T.81, table K.1 is the standard one).
"""

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

STANDARD = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)


def jpeg_quality(path: str | Path) -> int | None:
    """Return the quality, from 1 to 100, whose table of libjpeg is nearest to that of a JPEG file; None for others.

    Only the head of the file is read. What another program calls its quality may be another number: the table is what
    counts. A picture that was compressed strongly before, and then saved well, has the quality of the last time.
    """
    try:
        with Image.open(path, formats=["JPEG"]) as picture:
            tables: dict[int, list[int]] = getattr(picture, "quantization", {})
            found = np.sort(np.array(tables[0], dtype=np.float64))
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError, KeyError):
        return None
    # Sorted, as programs store the table in one of two orders.
    return 1 + int(np.abs(np.log(_tables()) - np.log(np.maximum(found, 1))).sum(axis=1).argmin())


@cache
def _tables() -> np.ndarray:
    """Return the sorted tables of all qualities, (100, 64)."""
    qualities = np.arange(1, 101)
    scales = np.where(qualities < 50, 5000 // qualities, 200 - 2 * qualities)
    tables = (np.array(STANDARD).reshape(1, 64) * scales[:, None] + 50) // 100
    return np.sort(np.clip(tables, 1, 255), axis=1).astype(np.float64)
