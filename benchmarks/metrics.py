"""What PSNR and SSIM of B100's bicubic enlargements cost here, and by the algorithm of BasicSR's metric functions.

BasicSR itself cannot be installed beside Acutance (it imports parts of torchvision that are gone), so the peer is
written here from its documented formulas: a Y conversion for each metric, 64-bit floats, five two-dimensional filters
of 11x11 with cv2.filter2D for SSIM. Both see the same pictures, decoded beforehand, in turns; medians.

One run on two cores that other work shared (21 November 2026): 2.95 s here, 14.13 s there, 4.8 times; with reading,
shrinking and enlarging 4.11 s against 13.43 s, 3.3 times.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median

import cv2
import numpy as np

from acutance.data import PictureSet, decode, find_set
from acutance.degrade import Bicubic
from acutance.errors import RequestError
from acutance.metrics import PROTOCOLS
from acutance.scores.benchmark import bicubic_upscaler

SCALE, ROUNDS = 4, 3
Score = Callable[[np.ndarray, np.ndarray], dict[str, float]]


def peer(sr: np.ndarray, hr: np.ndarray) -> dict[str, float]:
    """PSNR and SSIM on Y, each from the pictures, as two calls of BasicSR's functions take them."""
    planes = luma(sr), luma(hr)
    error = np.mean((planes[0] - planes[1]) ** 2)
    return {"psnr": float(20 * np.log10(255 / np.sqrt(error))), "ssim": peer_ssim(luma(sr), luma(hr))}


def luma(picture: np.ndarray) -> np.ndarray:
    """Y of BT.601 without the border, by way of single precision in [0, 1]."""
    shaved = picture.astype(np.float64)[SCALE:-SCALE, SCALE:-SCALE].astype(np.float32) / 255
    return ((np.dot(shaved, [65.481, 128.553, 24.966]) + 16) / 255 * 255).astype(np.float64)


def peer_ssim(a: np.ndarray, b: np.ndarray) -> float:
    """SSIM with a two-dimensional window, filtered five times."""
    kernel = cv2.getGaussianKernel(11, 1.5)
    window = np.outer(kernel, kernel.T)

    def mean(plane: np.ndarray) -> np.ndarray:
        return cv2.filter2D(plane, -1, window)[5:-5, 5:-5]

    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mean_a, mean_b = mean(a), mean(b)
    square_a, square_b, product = mean_a**2, mean_b**2, mean_a * mean_b
    variance_a, variance_b = mean(a**2) - square_a, mean(b**2) - square_b
    covariance = mean(a * b) - product
    above = (2 * product + c1) * (2 * covariance + c2)
    return float((above / ((square_a + square_b + c1) * (variance_a + variance_b + c2))).mean())


def pictures(found: PictureSet) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield SR and HR."""
    upscaler = bicubic_upscaler(SCALE)
    for pair in found.pairs:
        hr, lr = decode(pair, Bicubic(SCALE))
        yield upscaler(lr), hr


def seconds(score: Score, pairs: Iterable[tuple[np.ndarray, np.ndarray]]) -> float:
    """Return the time of scoring all pictures, and of making them where they are not made yet."""
    started = time.perf_counter()
    for sr, hr in pairs:
        score(sr, hr)
    return time.perf_counter() - started


def report(name: str, times: list[list[float]]) -> None:
    """Print the medians of both columns and their ratio."""
    ours, theirs = (median(column) for column in zip(*times, strict=True))
    print(f"{name}: here {ours:.2f} s, BasicSR's algorithm {theirs:.2f} s, {theirs / ours:.1f} times", flush=True)


def main() -> None:
    """Print the medians, their ratio, and how far the values are apart."""
    shared = Path(__file__).parents[2] / "shared" / "data"
    try:
        found = find_set(Path(os.environ.get("ACUTANCE_TEST_DATA", shared)), "B100", SCALE)
    except RequestError as error:
        print(f"skipped: {error} ACUTANCE_TEST_DATA names the folder of the sets.")
        return
    scorer, pairs = PROTOCOLS["pcl"].scorer(), list(pictures(found))
    scores: list[Score] = [lambda sr, hr: scorer(sr, hr, SCALE), peer]
    report("PSNR and SSIM of B100", [[seconds(score, pairs) for score in scores] for _ in range(ROUNDS)])
    whole = [[seconds(score, pictures(found)) for score in scores] for _ in range(ROUNDS)]
    report("with reading, shrinking and enlarging the pictures", whole)
    apart = [abs(a[key] - b[key]) for sr, hr in pairs[:10] for a, b in [[s(sr, hr) for s in scores]] for key in a]
    print(f"values differ by at most {max(apart):.1e}")


if __name__ == "__main__":
    main()
