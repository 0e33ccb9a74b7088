"""Does a picture that trains also test? The same photograph, or a part of it: enlarged, turned, mirrored, compressed.

Keypoints that look alike propose how one picture might lie in the other; whether it does is decided by the pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Bool, Float, Int

from acutance.errors import PictureError, shown
from acutance.overlap.keypoints import Keypoints

TEST_KEYPOINTS, TRAIN_KEYPOINTS = 500, 4000
ALIKE = 0.92
"""Cosine from which two keypoints may be the same."""
AGREEING = 8
"""Keypoints that must agree on how one picture lies in the other."""
NEAR = 3.0
"""Pixels between the places of a keypoint that count as the same."""
SIMILARITY = 0.8
"""Correlation of the pixels from which it is the same photograph; no two others of Set5 and Set14 reached 0.2."""
FURTHEST = 32
"""Times that a picture may be enlarged or made smaller; all keypoints on one point would be endlessly smaller."""
SMALLEST = 24 * 24
"""Pixels of the test picture that must be covered."""

Similarity = Float[np.ndarray, "2 3"]


@dataclass(frozen=True)
class Overlap:
    """A test picture of which a training picture shows a part.

    Attributes:
        train, test: the two files.
        similarity: correlation of their grey values where they overlap, at most 1.
        share: how much of the test picture the training picture shows.
        mirrored: whether it shows it as in a mirror.
    """

    train: Path
    test: Path
    similarity: float
    share: float
    mirrored: bool

    @property
    def sentence(self) -> str:
        """Such as "a.png shows 42% of b.png, mirrored (correlation 0.93)."."""
        mirror = ", mirrored" if self.mirrored else ""
        train, test = shown(self.train), shown(self.test)
        return f"{train} shows {self.share:.0%} of {test}{mirror} (correlation {self.similarity:.2f})."


class TestPictures:
    """The pictures to be kept out of training, by their keypoints.

    Attributes:
        known: the files that can be looked for.
        unknown: a sentence for each that cannot: it is no picture, or shows too little.
    """

    __test__ = False  # pytest would take it for tests by its name

    def __init__(self, paths: Sequence[Path]) -> None:
        self.known: list[Path] = []
        self.unknown: list[str] = []
        self._found: list[tuple[Keypoints, Keypoints]] = []
        for path in paths:
            self._add(path)
        every = [each for pair in self._found for each in pair]
        self._descriptions = np.concatenate([each.descriptions for each in every]) if every else np.zeros((0, 128))
        self._owners = np.repeat(np.arange(len(every)), [len(each.places) for each in every])

    def _add(self, path: Path) -> None:
        try:
            upright = Keypoints.of(path, TEST_KEYPOINTS)
        except PictureError as error:
            self.unknown.append(str(error))
            return
        self.known.append(path)
        self._found.append((upright, upright.mirrored()))

    def overlaps(self, path: Path) -> list[Overlap]:
        """Return which of the pictures a training picture shows a part of.

        Raises:
            PictureError: the file cannot be read, or shows too little to be looked for.
        """
        train = Keypoints.of(path, TRAIN_KEYPOINTS)
        pairs, partners = self._alike(train)
        found: dict[Path, Overlap] = {}
        for owner in np.flatnonzero(np.bincount(self._owners[pairs], minlength=1) >= AGREEING).tolist():
            number, mirrored = divmod(owner, 2)
            chosen = self._owners[pairs] == owner
            first = int(np.searchsorted(self._owners, owner))
            proof = _compare(train, self._found[number][mirrored], partners[chosen], pairs[chosen] - first)
            test = self.known[number]
            if proof is not None and (test not in found or proof[0] > found[test].similarity):
                found[test] = Overlap(path, test, *proof, mirrored=bool(mirrored))
        return list(found.values())

    def _alike(self, train: Keypoints) -> tuple[Int[np.ndarray, " m"], Int[np.ndarray, " m"]]:
        """Return the numbers of the test keypoints that match one of a training picture, and of their matches."""
        cosines = self._descriptions @ train.descriptions.T
        best = cosines.argmax(axis=1) if len(cosines) else np.zeros(0, int)
        alike = np.flatnonzero(np.take_along_axis(cosines, best[:, None], 1)[:, 0] >= ALIKE)
        return alike, best[alike]


def _compare(
    train: Keypoints, test: Keypoints, ours: Int[np.ndarray, " m"], theirs: Int[np.ndarray, " m"]
) -> tuple[float, float] | None:
    """Return similarity and share where keypoints `ours` of `train` and `theirs` of `test` are one photograph's."""
    once = np.unique(ours, return_index=True)[1]  # a regular pattern would have all of its cells look like one
    if len(once) < AGREEING:
        return None
    places = train.places[ours[once]], test.places[theirs[once]]
    motion, agreeing = cv2.estimateAffinePartial2D(*places, ransacReprojThreshold=NEAR)
    # No motion at all is None, which OpenCV's stubs do not know; it has no keypoints that agree.
    return _proof(train, test, np.asarray(motion)) if np.sum(agreeing) >= AGREEING else None


def _proof(train: Keypoints, test: Keypoints, motion: Similarity) -> tuple[float, float] | None:
    height, width = test.picture.shape
    factor = float(np.hypot(motion[0, 0], motion[1, 0]))
    if not 1 / FURTHEST <= factor <= FURTHEST:
        return None
    blurred = _as_coarse(train.picture, factor)
    laid = cv2.warpAffine(blurred, motion, (width, height), flags=cv2.INTER_LINEAR)
    covered = cv2.warpAffine(np.ones_like(train.picture), motion, (width, height), flags=cv2.INTER_NEAREST) > 0
    if covered.sum() < SMALLEST:
        return None
    similarity = _correlation(np.asarray(laid), test.picture, covered)
    return (similarity, float(covered.mean())) if similarity >= SIMILARITY else None


def _as_coarse(picture: np.ndarray, factor: float) -> np.ndarray:
    """Return a picture without what is too fine to be seen when it is made smaller by `factor`."""
    return picture if factor >= 1 else np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.5 / factor))


def _correlation(one: np.ndarray, other: np.ndarray, where: Bool[np.ndarray, "h w"]) -> float:
    first, second = (each[where].astype(np.float64) for each in (one, other))
    first, second = first - first.mean(), second - second.mean()
    norms = np.linalg.norm(first) * np.linalg.norm(second)
    return float(first @ second / norms) if norms else 0.0
