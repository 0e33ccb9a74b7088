"""Crops of training pictures in one file of under 50 MB, for a machine that has no room and no decoder of ours.

    python studies/packed.py DIR... -o build/crops.zip

Of each picture those crops that have most gradient, in their natural size and in half of it; lossless WebP in a zip.
"""

import argparse
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

SIDE, MOST = 288, 48_000_000
"""Pixels of a crop's side; bytes of the file."""


def pack(folders: list[Path], out: Path, side: int = SIDE, most: int = MOST) -> int:
    """Write the crops, those with most gradient of every picture before the second of any; return how many."""
    pictures = sorted(
        path for folder in folders for path in folder.rglob("*") if path.suffix in (".webp", ".png", ".jpg")
    )
    ranked = [each for path in pictures for each in _ranked(path, side)]
    ranked.sort(key=lambda each: each[0])
    out.parent.mkdir(parents=True, exist_ok=True)
    written = count = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for _, content in ranked:
            if written + len(content) + 200 > most:
                break
            archive.writestr(f"{count:05}.webp", content)
            written, count = written + len(content) + 200, count + 1
    return count


def unpacked(file: Path) -> np.ndarray:
    """Return the crops, (n, 3, side, side) in uint8."""
    with zipfile.ZipFile(file) as archive:
        crops = [np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB")) for name in archive.namelist()]
    return np.stack(crops).transpose(0, 3, 1, 2)


def _ranked(path: Path, side: int) -> Iterator[tuple[int, bytes]]:
    """Yield the crops of a picture, each with its place among them by gradient."""
    whole = Image.open(path).convert("RGB")
    sizes = (whole, whole.resize((whole.width // 2, whole.height // 2), Image.Resampling.LANCZOS))
    crops = [crop for picture in sizes for crop in _grid(np.asarray(picture), side)]
    crops.sort(key=_gradient, reverse=True)
    for place, crop in enumerate(crops[: max(1, len(crops) // 2)]):
        encoded = io.BytesIO()
        Image.fromarray(crop).save(encoded, "WEBP", lossless=True, quality=50, method=2)
        yield place, encoded.getvalue()


def _grid(pixels: np.ndarray, side: int) -> list[np.ndarray]:
    rows, columns = (range(0, length - side + 1, side) for length in pixels.shape[:2])
    return [pixels[y : y + side, x : x + side] for y in rows for x in columns]


def _gradient(crop: np.ndarray) -> float:
    grey = crop.astype(np.float32).mean(2)
    return float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("folders", nargs="+", type=Path)
    words.add_argument("-o", "--out", type=Path, default=Path("build/crops.zip"))
    given = words.parse_args()
    print(f"{pack(given.folders, given.out)} crops, {given.out.stat().st_size / 1e6:.1f} MB")
