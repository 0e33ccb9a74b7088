"""A kept SR picture is, to the bit, what was made; or it is made again."""

import random
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from acutance import images
from acutance.scores.cache import Cached

LR = np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8)


class Doubled:
    """Upscales by repeating pixels, and counts."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, lr: np.ndarray) -> np.ndarray:
        self.made += 1
        return lr.repeat(2, 0).repeat(2, 1)


@pytest.fixture
def upscaler() -> Doubled:
    return Doubled()


@pytest.fixture
def cached(upscaler: Doubled, tmp_path: Path) -> Cached:
    return Cached(upscaler, tmp_path, "the weights")


def test_it_is_made_once_and_can_be_looked_at(cached: Cached, upscaler: Doubled) -> None:
    first, second = cached(LR), cached(LR)
    assert upscaler.made == 1
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(images.read(next(cached.folder.iterdir())).pixels, first)


def test_no_flipped_bit_is_let_in(cached: Cached, upscaler: Doubled) -> None:
    right = cached(LR)
    path = next(cached.folder.iterdir())
    whole, chance = path.read_bytes(), random.Random(0)
    for times, bit in enumerate(chance.sample(range(8 * len(whole)), 25), 2):
        content = bytearray(whole)
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        np.testing.assert_array_equal(cached(LR), right)
        assert upscaler.made == times


@pytest.mark.parametrize("keep", [0, 50, -1])
def test_what_is_cut_off_is_made_again(cached: Cached, upscaler: Doubled, keep: int) -> None:
    right = cached(LR)
    path = next(cached.folder.iterdir())
    path.write_bytes(path.read_bytes()[:keep])
    np.testing.assert_array_equal(cached(LR), right)
    assert upscaler.made == 2


def test_neither_another_picture_nor_one_of_another_name_is_taken(cached: Cached, upscaler: Doubled) -> None:
    right, _ = cached(LR), cached(255 - LR)
    path, other = cached.folder / f"{cached._name(LR)}.png", cached.folder / f"{cached._name(255 - LR)}.png"
    shutil.copy(other, path)
    np.testing.assert_array_equal(cached(LR), right)
    assert cv2.imwrite(str(path), np.zeros((18, 14, 3), np.uint8))
    np.testing.assert_array_equal(cached(LR), right)
    assert upscaler.made == 4
