"""A recipe of one's own, small enough for a test, and pictures to train it on."""

from pathlib import Path

import cv2
import numpy as np
import pytest

RECIPE = """
from acutance.experiment import Adam, CosineRestarts, Experiment, Term
from acutance.losses import Pixel
from acutance.networks import create
from acutance.recipes.pcl import with_pcl


def pixel(scale):
    return Experiment(
        network=create("edsr", scale=scale, blocks=1, channels=8),
        objective={"pixel": Term(1.0, Pixel())},
        steps=12, batch=2, patch=32,
        optimizer=Adam(learning_rate=1e-3), schedule=CosineRestarts((1.0, 0.5)), average=0.9,
    )


def pcl(scale):
    return with_pcl(pixel(scale), alpha=0.01)
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(RECIPE)
    return path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Three pictures with structure at every scale."""
    folder = tmp_path / "photos"
    folder.mkdir()
    random = np.random.default_rng(0)
    for number, (height, width) in enumerate([(72, 64), (50, 81), (64, 64)]):
        coarse, fine = random.random((9, 9, 3)), random.random((height, width, 3))
        picture = 0.7 * cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) + 0.3 * fine
        cv2.imwrite(str(folder / f"{number}.png"), (picture * 255).clip(0, 255).astype(np.uint8))
    return folder
