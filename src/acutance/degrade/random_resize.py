"""Resizing by a factor that is drawn, in a manner that is drawn: how a picture travels through programs and pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np

from acutance.degrade.step import Picture, Range, demand_range
from acutance.errors import RequestError, unknown

MANNERS: Mapping[str, int] = MappingProxyType(
    {
        "area": cv2.INTER_AREA,
        "bilinear": cv2.INTER_LINEAR,
        "bicubic": cv2.INTER_CUBIC,
        "nearest": cv2.INTER_NEAREST_EXACT,
    }
)
"""Of OpenCV: bilinear and bicubic do not smooth before they shrink, which makes the stairs that pictures have."""


@dataclass(frozen=True)
class Resize:
    """Resize by a factor: with the given probabilities up, down or not at all.

    Attributes:
        factor: smallest and largest; what is above 1 is drawn where it goes up, what is below where it goes down.
        up, down: their probabilities; what is left to 1 keeps the size.
        manners: of `MANNERS`, each as likely as the others.

    Raises:
        RequestError: a range, a probability or a manner is impossible.
    """

    factor: Range = (0.15, 1.5)
    up: float = 0.2
    down: float = 0.7
    manners: tuple[str, ...] = ("area", "bilinear", "bicubic")

    def __post_init__(self) -> None:
        demand_range("the factor of resizing", self.factor, 0.01, 16)
        if min(self.up, self.down) < 0 or self.up + self.down > 1:
            raise RequestError(f"resizing goes up with {self.up} and down with {self.down}: together at most 1.")
        if (self.up and self.factor[1] < 1) or (self.down and self.factor[0] > 1):
            raise RequestError(f"factors {self.factor} do not reach both sides of 1, where resizing is to go.")
        demand_manners(self.manners)

    def __call__(self, picture: Picture, random: np.random.Generator) -> Picture:
        """Return the picture, larger or smaller."""
        return self.near(picture, picture.shape[:2], random)

    def near(self, picture: Picture, size: tuple[int, ...], random: np.random.Generator) -> Picture:
        """Resize the picture to the drawn factor of another size, (height, width)."""
        which, low, high = random.random(), *self.factor
        wanted = random.uniform(*((1, high) if which < self.up else (low, 1)))
        factor = wanted if which < self.up + self.down else 1.0
        return resized(picture, (round(size[0] * factor), round(size[1] * factor)), drawn(self.manners, random))


@dataclass(frozen=True)
class Fit:
    """Resize to a size, (height, width) in pixels, in a manner that is drawn from `manners`."""

    size: tuple[int, int]
    manners: tuple[str, ...] = ("area", "bilinear", "bicubic")

    def __post_init__(self) -> None:
        demand_manners(self.manners)

    def __call__(self, picture: Picture, random: np.random.Generator) -> Picture:
        """Return the picture in that size."""
        return resized(picture, self.size, drawn(self.manners, random))


def resized(picture: Picture, size: tuple[int, int], manner: str) -> Picture:
    """Return the picture in another size, (height, width), at least one pixel each; clamped to [0, 1]."""
    height, width = max(1, size[0]), max(1, size[1])
    if picture.shape[:2] == (height, width):
        return picture
    # OpenCV resizes four channels at most.
    parts = [picture[..., first : first + 4] for first in range(0, picture.shape[2], 4)]
    results = [cv2.resize(part, (width, height), interpolation=MANNERS[manner]) for part in parts]
    return np.clip(np.concatenate([each.reshape(height, width, -1) for each in results], axis=2), 0, 1)


def drawn(manners: tuple[str, ...], random: np.random.Generator) -> str:
    """Draw one of several."""
    return manners[int(random.integers(len(manners)))]


def demand_manners(manners: tuple[str, ...]) -> None:
    """Raise RequestError where there is none, or one that is not known."""
    if not manners:
        raise RequestError(f"there is no manner of resizing; known are {', '.join(MANNERS)}.")
    for manner in manners:
        if manner not in MANNERS:
            raise unknown("manner of resizing", manner, tuple(MANNERS))
