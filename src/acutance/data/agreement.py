"""How well an LR file agrees with its HR: whether it shows the same picture, and in the same place."""

from dataclasses import dataclass
from math import inf, log10

import cv2
import numpy as np
from jaxtyping import Float, UInt8

Grey = Float[np.ndarray, "h w"]
LowPixels = UInt8[np.ndarray, "h w 3"]
LargerPixels = UInt8[np.ndarray, "h2 w2 3"]
REACH = 8
"""LR pixels by which LR may be shifted and still be found."""
ALIKE = 0.5
"""Correlation of details from which on two pictures show the same. On 32 of B100 and Set14 at x4, noise of 50 levels
leaves 0.87 and blur with noise and JPEG 0.92; two different ones have 0.33 at most."""
FLAT = 0.5
"""Levels of detail below which a picture has none that could be compared."""
FARTHEST = 40.0
"""Levels by which flat pictures that belong together differ at most in the mean."""
SWAPPED = 3.0
"""Decibels by which LR agrees better with red and blue exchanged where these are exchanged."""


@dataclass(frozen=True)
class Agreement:
    """How an LR compares with what bicubic reduction makes of its HR.

    Attributes:
        decibels: PSNR of the one against the other; infinite where they are equal.
        alike: correlation of their details, at the shift where it is largest; 1 where neither has details.
        shift: by how many LR pixels LR lies further right and further down.
        unsure: standard error of the shift.
        swapped: whether red and blue are exchanged.
    """

    decibels: float
    alike: float
    shift: tuple[float, float]
    unsure: float
    swapped: bool

    @property
    def belongs(self) -> bool:
        """Whether both show the same picture, whatever was done to LR besides."""
        return self.alike >= ALIKE

    def shifted(self, scale: int) -> bool:
        """Whether LR lies half an HR pixel or more beside its place, and that is no chance."""
        return max(map(abs, self.shift)) > max(0.4 / scale, 4 * self.unsure)


def agreement(lr: LowPixels, expected: LowPixels) -> Agreement:
    """Compare an LR with the bicubic reduction of its HR, which is of the same size."""
    decibels = _decibels(lr, expected)
    exchanged = _decibels(lr[..., ::-1], expected) > decibels + SWAPPED
    ours, theirs = (pixels.astype(np.float32).mean(axis=2) for pixels in (lr, expected))
    if min(ours.shape) < 8:
        return Agreement(decibels, 1.0, (0.0, 0.0), inf, exchanged)
    alike, start = max(
        (_found(_band(ours, fine), _band(theirs, fine)) for fine in (0.7, 1.5)), key=lambda each: each[0]
    )
    if theirs.std() < FLAT or _band(theirs, 0.7).std() < FLAT:
        near = abs(float(ours.mean() - theirs.mean())) < FARTHEST
        return Agreement(decibels, float(near), (0.0, 0.0), inf, exchanged)
    shift, unsure = _refined(ours, theirs, start) if alike >= ALIKE else (start, inf)
    return Agreement(decibels, alike, shift, unsure, exchanged)


def part_of(lr: LowPixels, reduced: LargerPixels) -> bool:
    """Whether an LR shows a part of a larger picture, as where it was cut from LR of another scale."""
    ours, theirs = (_band(pixels.astype(np.float32).mean(axis=2), 0.7) for pixels in (lr, reduced))
    if ours.shape[0] > theirs.shape[0] or ours.shape[1] > theirs.shape[1] or ours.std() < FLAT:
        return False
    return bool(cv2.matchTemplate(theirs, ours, cv2.TM_CCOEFF_NORMED).max() >= ALIKE)


def _decibels(one: LowPixels, other: LowPixels) -> float:
    error = float(np.mean((one.astype(np.float32) - other) ** 2))
    return 10 * log10(255**2 / error) if error else inf


def _band(image: Grey, fine: float) -> Grey:
    """Return the details between two sizes: no noise of single pixels, no brightness."""
    return cv2.GaussianBlur(image, (0, 0), fine) - cv2.GaussianBlur(image, (0, 0), 4 * fine)


def _found(ours: Grey, theirs: Grey) -> tuple[float, tuple[float, float]]:
    """Return the largest correlation over whole shifts, and where it is."""
    reach = max(1, min(REACH, min(ours.shape) // 8))
    inner = ours[reach:-reach, reach:-reach]
    if inner.std() < 1e-3 or theirs.std() < 1e-3:
        return 0.0, (0.0, 0.0)
    correlations = cv2.matchTemplate(theirs, np.ascontiguousarray(inner), cv2.TM_CCOEFF_NORMED)
    down, right = np.unravel_index(int(correlations.argmax()), correlations.shape)
    return float(correlations.max()), (float(reach - right), float(reach - down))


def _refined(ours: Grey, theirs: Grey, start: tuple[float, float]) -> tuple[tuple[float, float], float]:
    """Return the shift to parts of a pixel, and its standard error: least squares on the gradients (Lucas-Kanade)."""
    ours, (right, down), unsure = cv2.GaussianBlur(ours, (0, 0), 1), start, inf
    edge = max(1, min(REACH, min(ours.shape) // 8))
    inside = np.s_[edge:-edge, edge:-edge]
    theirs = cv2.GaussianBlur(theirs, (0, 0), 1)
    for _ in range(4):
        moved = _moved(theirs, right, down)
        slopes = [np.gradient(moved, axis=axis)[inside].ravel() for axis in (1, 0)]
        columns = np.stack([*slopes, moved[inside].ravel(), np.ones_like(slopes[0])], axis=1)
        solution, *_ = np.linalg.lstsq(columns, ours[inside].ravel(), rcond=None)
        gain = solution[2] if solution[2] > 0.1 else 1.0
        right, down = right - float(solution[0] / gain), down - float(solution[1] / gain)
        residual = ours[inside].ravel() - columns @ solution
        # Neighbours share their noise after the blur: some ten pixels count as one.
        spread = [float(residual.std() / (gain * np.sqrt((slope**2).sum() / 10) + 1e-6)) for slope in slopes]
        unsure = max(spread)
    return (right, down), unsure


def _moved(image: Grey, right: float, down: float) -> Grey:
    matrix = np.array([[1, 0, right], [0, 1, down]], np.float32)
    size = image.shape[1], image.shape[0]
    return cv2.warpAffine(image, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
