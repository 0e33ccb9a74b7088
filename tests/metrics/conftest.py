"""The released weights, and pictures that scikit-image ships."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def weights(shared_data: Path) -> Path:
    folder = shared_data / "weights"
    if not (folder / "lpips_v0.1_squeeze.safetensors").is_file():
        pytest.skip(f"there are no weights of metrics in {folder}")
    return folder


@pytest.fixture
def skimage_picture() -> Callable[[str], np.ndarray]:
    """Returns a picture of scikit-image by its name, grey repeated to three channels."""
    data = pytest.importorskip("skimage.data", reason="scikit-image, whose pictures these are, is not installed")

    def read(name: str) -> np.ndarray:
        picture = data.stereo_motorcycle()[0] if name == "motorcycle_left" else getattr(data, name)()
        return np.ascontiguousarray(picture if picture.ndim == 3 else np.dstack([picture] * 3))

    return read
