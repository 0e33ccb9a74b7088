"""How large a result is to be, and by which steps a picture gets there: networks up, Lanczos down."""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement, count

from acutance.errors import RequestError

LARGEST = 1000
"""Times as high and wide, at most: beyond, even one pixel makes a picture of a million."""


@dataclass(frozen=True)
class Plan:
    """The way from one picture to its result.

    Attributes:
        passes: scales of the networks that the picture goes through, one after the other.
        width: of the result, to which Lanczos takes what the networks have made.
        height: of the result.
    """

    passes: tuple[int, ...]
    width: int
    height: int

    @property
    def scale(self) -> int:
        """How many times as high and wide the networks make it, before Lanczos."""
        return math.prod(self.passes)


@dataclass(frozen=True)
class Size:
    """The size that is asked for, in one of these ways; in none, what the network does.

        >>> Size(scale=2.5).of(100, 80, (2, 3, 4))
        Plan(passes=(3,), width=250, height=200)
        >>> Size(scale=8).of(100, 80, (2, 3, 4)).passes, Size(scale=2).of(100, 80, (4,)).passes
        ((4, 2), (4,))
        >>> Size(fit=(3840, 2160)).of(1500, 1000, (2, 3, 4))
        Plan(passes=(3,), width=3240, height=2160)

    Attributes:
        scale: times as high and wide, above 1.
        width: pixels across; the height follows, or is given too, where it keeps the aspect to a pixel.
        height: pixels down.
        fit: width and height of the box that the result is to fill as far as its aspect allows.

    Raises:
        RequestError: a value is impossible, or several ways are asked for at once.
    """

    scale: float | None = None
    width: int | None = None
    height: int | None = None
    fit: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        sides = self.width is not None or self.height is not None
        if (self.scale is not None) + sides + (self.fit is not None) > 1:
            raise RequestError("say how large in one way: a scale, a width or a height or both, or a box to fit into.")
        if self.scale is not None and not 1 < self.scale <= LARGEST:
            raise RequestError(f"a scale must be above 1 and at most {LARGEST}, not {self.scale:g}.")
        for length in (self.width, self.height, *(self.fit or ())):
            if length is not None and length < 1:
                raise RequestError(f"a width or a height must be at least 1 pixel, not {length}.")

    @property
    def label(self) -> str:
        """The size in a few letters, for names of files: x2.5, 1920w, 1080h or 3840x2160; empty for none asked for."""
        if self.scale is not None:
            return f"x{self.scale:g}"
        if self.fit or (self.width and self.height):
            return "{}x{}".format(*(self.fit or (self.width, self.height)))
        return f"{self.width}w" if self.width else f"{self.height}h" if self.height else ""

    def of(self, width: int, height: int, scales: Collection[int]) -> Plan:
        """Return the plan for a picture of this size with networks of these scales.

        The passes are as few as reach the size, then those that go the least beyond it.

        Raises:
            RequestError: the result would not be larger than the picture, or not have its aspect.
        """
        if self == Size():
            return Plan((max(scales),), width * max(scales), height * max(scales))
        new = self._result(width, height)
        if new[0] < width or new[1] < height or new == (width, height):
            raise RequestError(f"it has {width}x{height} pixels already, which {new[0]}x{new[1]} would not enlarge.")
        needed = max(Fraction(new[0], width), Fraction(new[1], height))
        if needed > LARGEST:
            raise RequestError(
                f"{new[0]}x{new[1]} is more than {LARGEST} times as large as its {width}x{height} pixels."
            )
        return Plan(_passes(needed, scales), *new)

    def _result(self, width: int, height: int) -> tuple[int, int]:
        if self.scale is not None:
            factor = Fraction(self.scale).limit_denominator(10**6)
            return _times(width, factor), _times(height, factor)
        if self.fit is not None:
            factor = min(Fraction(self.fit[0], width), Fraction(self.fit[1], height))
            return _times(width, factor), _times(height, factor)
        if self.width is None:
            return _times(width, Fraction(self.height or 0, height)), self.height or 0
        follows = _times(height, Fraction(self.width, width))
        if self.height is not None and not self._keeps_aspect(width, height, follows):
            asked, box = f"{self.width}x{self.height}", f"--fit {self.width}x{self.height}"
            raise RequestError(f"{asked} would distort its {width}x{height} pixels; {box} keeps the aspect.")
        return self.width, self.height or follows

    def _keeps_aspect(self, width: int, height: int, follows: int) -> bool:
        assert self.width is not None
        assert self.height is not None
        across = _times(width, Fraction(self.height, height))
        return abs(self.height - follows) <= 1 or abs(self.width - across) <= 1


def box(text: str) -> tuple[int, int]:
    """Return the width and height in a word such as 3840x2160; raise RequestError where it is no such word."""
    found = re.fullmatch(r"(\d{1,9})[xX](\d{1,9})", text.strip())
    if not found:
        raise RequestError(f"{text!r} is no size: write it as 3840x2160, width before height.")
    return int(found[1]), int(found[2])


def _times(length: int, factor: Fraction) -> int:
    """Return the length times the factor, rounded to the nearest pixel, halves up."""
    return max(1, math.floor(length * factor + Fraction(1, 2)))


def _passes(needed: Fraction, scales: Collection[int]) -> tuple[int, ...]:
    if max(scales) < 2:
        raise RequestError("a network of scale 1 restores pictures and makes none larger: leave the size out.")
    falling = sorted(scales, reverse=True)
    for passes in count(1):
        enough = [way for way in combinations_with_replacement(falling, passes) if math.prod(way) >= needed]
        if enough:
            return min(enough, key=math.prod)
    raise AssertionError("scales of 2 and more reach any size")
