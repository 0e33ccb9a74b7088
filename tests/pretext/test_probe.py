"""Probing an extractor: fresh heads, questions about pictures they never saw, all pairings."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from acutance.data import Store, find_sets
from acutance.degrade import Bicubic
from acutance.errors import RequestError
from acutance.extractors import StructureExtractor
from acutance.pretext.probe import Accuracy, ProbeConfig, probe_by

QUICK = ProbeConfig(repetitions=3, steps=4, batch=2, patch=80, anchors=4)


def save(folder: Path, sizes: list[tuple[int, int]], seed: int) -> Path:
    folder.mkdir()
    random = np.random.default_rng(seed)
    for number, (height, width) in enumerate(sizes):
        noise = random.random((height // 4, width // 4, 3))
        picture = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(folder / f"{number}.png"), (picture * 255).clip(0, 255).astype(np.uint8))
    return folder


@pytest.fixture
def store(tmp_path):
    photos = save(tmp_path / "photos", [(100, 120), (88, 160)], 1)
    return Store.open(photos, cache=tmp_path / "store", degradation=Bicubic(4), minimum=80)


@pytest.fixture
def sets(tmp_path):
    save(tmp_path / "faces", [(100, 170), (80, 80)], 2)
    return find_sets(tmp_path, "faces", 4)


@pytest.mark.parametrize(("task", "chance"), [("contrastive", None), ("jigsaw", 1 / 24)])
def test_every_patch_asks_every_head_once(task, chance, store, sets):
    accuracies = probe_by(task, StructureExtractor.random(), store, sets, QUICK)["faces"]
    assert accuracies.patches == 2 * 3 + 1
    assert len(accuracies.right) == 3
    assert all((share * 7) == pytest.approx(round(share * 7), abs=1e-5) for share in accuracies.right)
    # 80 pixels have 16x16 inner cells; the window around target and context is 15x7 where it is whole, 15x4 at least.
    low, high = (1 / (256 - 60 + 1), 1 / (256 - 105 + 1)) if chance is None else (chance, chance)
    assert low - 1e-6 <= accuracies.chance <= high + 1e-6


def test_the_extractor_stays_and_the_seed_decides(store, sets):
    extractor = StructureExtractor.random()
    before = {key: weight.clone() for key, weight in extractor.state_dict().items()}
    torch.manual_seed(9)
    expected = torch.rand(2)
    torch.manual_seed(9)
    one, again = (probe_by("jigsaw", extractor, store, sets, QUICK)["faces"] for _ in range(2))
    assert torch.equal(torch.rand(2), expected)
    assert one == again
    assert all(torch.equal(weight, before[key]) for key, weight in extractor.state_dict().items())


def test_heads_learn(tmp_path):
    """Where colours tell the place, what lies between two neighbours is known, also on a picture not seen before."""
    for name, height in (("learn", 100), ("ask", 120)):
        rows, columns = np.mgrid[0:height, 0:160] / 160
        waves = np.stack([rows, columns, np.sin(20 * rows) / 2 + 0.5], 2)
        (tmp_path / name).mkdir()
        cv2.imwrite(str(tmp_path / name / "waves.png"), (waves * 255).astype(np.uint8))
    store = Store.open(tmp_path / "learn", cache=tmp_path / "store", degradation=Bicubic(4), minimum=80)
    config = ProbeConfig(repetitions=2, steps=80, batch=4, patch=80, anchors=32, learning_rate=3e-3)
    extractor = StructureExtractor.random(final_relu=False)
    accuracies = probe_by("contrastive", extractor, store, find_sets(tmp_path, "ask", 4), config)["ask"]
    assert accuracies.mean > 10 * accuracies.chance


def test_a_picture_smaller_than_a_patch_is_named(store, tmp_path):
    save(tmp_path / "mixed", [(100, 100), (60, 200)], 3)
    accuracies = probe_by("jigsaw", StructureExtractor.random(), store, find_sets(tmp_path, "mixed", 4), QUICK)["mixed"]
    assert accuracies.patches == 4
    assert accuracies.failed == (f"{tmp_path / 'mixed' / '1.png'}: 200x60 pixels are fewer than the patch of 80.",)


def test_a_set_without_a_usable_picture_is_refused(store, tmp_path):
    save(tmp_path / "small", [(60, 200)], 3)
    with pytest.raises(RequestError, match="no picture of small can be used"):
        probe_by("jigsaw", StructureExtractor.random(), store, find_sets(tmp_path, "small", 4), QUICK)


def test_accuracies_are_told_with_chance():
    told = Accuracy((0.1, 0.3), 0.05, 40).to_json()
    assert told["right"] == pytest.approx(0.2)
    assert told["spread"] == pytest.approx(0.1 * 2**0.5)
    assert told["times_chance"] == pytest.approx(4)
    assert Accuracy((0.1,), 0.05, 40).spread == 0
    with pytest.raises(RequestError, match="repetitions must be 1 or more, not 0"):
        ProbeConfig(repetitions=0)
