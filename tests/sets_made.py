"""Small real pictures for the tests of the evaluation."""

from pathlib import Path

import cv2
import pytest

from acutance.data import PictureSet, find_set
from photographs import photograph


@pytest.fixture
def pictures(tmp_path: Path) -> PictureSet:
    """A set of two pictures, one of a size that 4 does not divide."""
    folder = tmp_path / "sets" / "Pair"
    folder.mkdir(parents=True)
    cv2.imwrite(str(folder / "even.png"), photograph(1))
    cv2.imwrite(str(folder / "odd.png"), photograph(2, 51, 62))
    return find_set(tmp_path / "sets", "Pair", 4)
