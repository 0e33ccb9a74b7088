"""How far is a network behind another, on pictures that it learned from and on others, at several sizes?

    python studies/gap.py default-x4 rlfn_x4.pth ../shared/data

Prints for each set and size the mean gain over bicubic of both networks, in dB on Y at x4, SR not rounded.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

import torch
from torch import Tensor

import acutance
from acutance.data import find_pictures
from acutance.data.decode import read
from acutance.data.shrink import shrink
from acutance.degrade import Bicubic
from acutance.ops import bicubic, luma

SETS = [("CLIC2025_valid", 1), ("CLIC2025_valid", 0.5), ("CLIC2025_valid", 0.35), ("CID22", 1), ("CID22", 0.5)]
SETS += [("GB82", 1), ("BSD200", 1), ("Kodak24", 1), ("B100", 1)]
MANY, SIDE, BORDER = 100, 512, 4


def middles(folder: Path, size: float) -> Iterator[Tensor]:
    """Yield the middle of each picture of a set, of every fourth where there are many."""
    paths = find_pictures(folder, recursive=False)
    for path in paths[:: 4 if len(paths) >= MANY else 1]:
        pixels = shrink(read(path), size)
        height, width = (min(side, SIDE) // 4 * 4 for side in pixels.shape[:2])
        top, left = ((side - kept) // 2 for side, kept in zip(pixels.shape[:2], (height, width), strict=True))
        crop = pixels[top : top + height, left : left + width].copy()
        yield torch.from_numpy(crop).permute(2, 0, 1)[None] / 255


def psnr(sr: Tensor, hr: Tensor) -> float:
    difference = (luma(sr.clamp(0, 1)) - luma(hr))[..., BORDER:-BORDER, BORDER:-BORDER]
    return -10 * difference.square().mean().log10().item()


@torch.inference_mode()
def main(one: str, other: str, data: Path) -> None:
    networks = [acutance.load(source).eval() for source in (one, other)]
    for name, size in SETS:
        gains: list[tuple[float, float]] = []
        for hr in middles(data / name, size):
            lr = Bicubic(4)(hr)
            before = psnr(bicubic(lr, 4), hr)
            gains.append((psnr(networks[0](lr), hr) - before, psnr(networks[1](lr), hr) - before))
        ours, theirs = (fmean(column) for column in zip(*gains, strict=True))
        print(f"{name} at {size}: {ours:+.2f} {theirs:+.2f}, {theirs - ours:+.2f} behind", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
