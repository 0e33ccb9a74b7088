"""The keypoints of a picture: what it can be known by when it was cropped, enlarged, turned or compressed."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Float32, UInt8

from acutance.data.decode import read
from acutance.errors import PictureError

LONGEST = 2048
"""Pixels of the longer side at which a picture is looked at; a larger one is made smaller."""
FAINTEST = 0.01
"""Contrast of the faintest keypoint; lower than usual (0.04), as a hazy picture has no others."""
FEWEST = 10
"""Keypoints without which a picture cannot be told from others."""

Grey = UInt8[np.ndarray, "h w"]
Places = Float32[np.ndarray, "n 2"]
Descriptions = Float32[np.ndarray, "n 128"]


@dataclass(frozen=True, eq=False)
class Keypoints:
    """A grey picture, where its keypoints lie in it (x, y), and what each looks like, as a vector of length one."""

    picture: Grey
    places: Places
    descriptions: Descriptions

    @staticmethod
    def of(path: Path, most: int) -> "Keypoints":
        """Find the `most` clearest keypoints of a picture file.

        They are SIFT's (Lowe, 2004), described by the roots of its histograms (Arandjelovic and Zisserman, 2012).

        Raises:
            PictureError: the file cannot be read, or shows too little to be known by.
        """
        found = _find(_reduced(cv2.cvtColor(read(path), cv2.COLOR_RGB2GRAY)), most)
        if len(found.places) < FEWEST:
            raise PictureError(path, "it shows too little detail to be told from others.")
        return found

    def mirrored(self) -> "Keypoints":
        """Find as many in the mirror image; they look different there."""
        return _find(np.ascontiguousarray(self.picture[:, ::-1]), len(self.places))


def _find(grey: Grey, most: int) -> Keypoints:
    sift = cv2.SIFT.create(nfeatures=most, contrastThreshold=FAINTEST)
    points, histograms = sift.detectAndCompute(grey, None)  # pyright: ignore[reportCallIssue, reportArgumentType]
    described = histograms if points else np.zeros((0, 128), np.float32)
    shares = described / described.sum(axis=1, keepdims=True).clip(min=1e-7)
    places = np.array([point.pt for point in points], np.float32).reshape(-1, 2)
    return Keypoints(grey, places, np.sqrt(shares))


def _reduced(grey: Grey) -> Grey:
    longer = max(grey.shape)
    if longer <= LONGEST:
        return grey
    factor = LONGEST / longer
    return np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
