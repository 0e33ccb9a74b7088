"""Folders of real picture files, as fixtures."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

SIZES = ((40, 56), (33, 47), (64, 32))


def noise(height: int, width: int, seed: int) -> np.ndarray:
    """A picture in which every patch differs from every other."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


@pytest.fixture
def save() -> Callable[[Path, np.ndarray], None]:
    def write(path: Path, rgb: np.ndarray) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(path), rgb[..., ::-1] if rgb.ndim == 3 else rgb)

    return write


@pytest.fixture
def photos(tmp_path: Path, save: Callable[[Path, np.ndarray], None]) -> Path:
    """Three pictures of different sizes, one in a subfolder; two are not multiples of 4."""
    folder = tmp_path / "photos"
    for number, (height, width) in enumerate(SIZES):
        save(folder / ("a.png", "b.png", "deeper/c.png")[number], noise(height, width, number))
    return folder
