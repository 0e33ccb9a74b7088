"""Pictures drawn from a seed: smooth, with edges, so that bicubic gets them right in part."""

import cv2
import numpy as np


def photograph(seed: int, height: int = 48, width: int = 60) -> np.ndarray:
    """Return RGB or BGR pixels."""
    random = np.random.default_rng(seed)
    noise = cv2.resize(random.integers(0, 256, (height // 6, width // 6, 3), dtype=np.uint8), (width, height))
    noise[height // 3 : height // 2, width // 4 : width // 2] = random.integers(0, 256, 3)
    return noise
