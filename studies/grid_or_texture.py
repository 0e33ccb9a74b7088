"""Whether what a network adds on smooth parts is a grid or texture: amplitudes at a grid's frequencies and beside them.

    python studies/grid_or_texture.py --data DIR --sets Set5,Set14 L1=RUN PCL=RUN ...

The metric `grid` is the amplitude at periods of two and four pixels together, which any texture raises. Here both stand
beside the amplitude at the frequencies between, two steps of a sixteenth of a cycle away in each direction, on the same
smooth blocks, in levels: a grid raises one of them and not what is between. A network that is a number stands for a
filter of that factor over the first one's pictures.
"""

import argparse
from pathlib import Path
from statistics import fmean

import numpy as np

import acutance
from acutance.data import decode, find_sets
from acutance.degrade import Bicubic
from acutance.losses.samples import sharpen
from acutance.metrics.grid import BLOCK, SMOOTH, WINDOW, _blocks
from acutance.metrics.luma import luma, shaved
from acutance.ops import image_of, pixels_of

SCALE = 4
KINDS = {
    "period 2": [(0, 8), (8, 0), (8, 8)],
    "period 4": [(y, x) for y in (0, 4, 8) for x in (0, 4, 8, 12) if y == 4 or x in (4, 12)],
    "between": [(y, x) for y in (2, 6) for x in (2, 6, 10, 14)],
}
"""Of the transform of a block; the window leaks one step to each side."""


def main() -> None:
    """Print a line a network."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("networks", nargs="+", help="LABEL=NETWORK, or LABEL=FACTOR")
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--sets", default="Set5,Set14")
    given = words.parse_args()
    named = [each.partition("=")[::2] for each in given.networks]
    found: dict[str, list[list[float]]] = {label: [] for label in ("HR", *(label for label, _ in named))}
    loaded = {place: acutance.load(place) for _, place in named if not _is_factor(place)}
    for each in find_sets(given.data, given.sets, SCALE):
        for pair in each.pairs:
            hr, lr = decode(pair, Bicubic(SCALE))
            made: dict[str, np.ndarray] = {}
            found["HR"].append(amplitudes(hr, hr))
            for label, place in named:
                sr = _sharpened(made[named[0][0]], float(place)) if _is_factor(place) else None
                made[label] = acutance.upscale(lr, loaded[place], device="cpu") if sr is None else sr
                found[label].append(amplitudes(made[label], hr))
    for label, rows in found.items():
        means = [fmean(column) for column in zip(*rows, strict=True)]
        print(f"{label:24}" + "".join(f"{kind} {mean:.3f}  " for kind, mean in zip(KINDS, means, strict=True)))


def amplitudes(sr: np.ndarray, hr: np.ndarray) -> list[float]:
    """Return the root mean square amplitude of each kind of frequency, on the parts where HR is smooth."""
    first, second = (_blocks(luma(picture, rounded=False)) for picture in shaved(sr, hr, SCALE))
    smooth = np.argsort(second.std(axis=(1, 2)), kind="stable")[: max(1, round(SMOOTH * len(second)))]
    blocks = first[smooth]
    windowed = (blocks - blocks.mean(axis=(1, 2), keepdims=True)) * WINDOW / WINDOW.sum()
    power = (np.abs(np.fft.fft2(windowed, s=(BLOCK, BLOCK))) ** 2).mean(axis=0)
    return [float(np.sqrt(np.mean([power[place] for place in each]))) for each in KINDS.values()]


def _is_factor(place: str) -> bool:
    return place.replace(".", "", 1).isdigit()


def _sharpened(sr: np.ndarray, factor: float) -> np.ndarray:
    return pixels_of(sharpen(image_of(sr), factor).clamp(0, 1))


if __name__ == "__main__":
    main()
