"""Leaks from test pictures into training, made of the photographs that ship and met in the benchmark sets."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

import acutance
from acutance import images
from acutance.data import find_pictures
from acutance.errors import PictureError
from acutance.overlap.search import TestPictures

Save = Callable[[Path, np.ndarray], None]
PHOTOS = sorted((Path(acutance.__file__).parent / "photos").rglob("*.webp"))
KNOWN, OTHERS = PHOTOS[0], PHOTOS[1:]


@pytest.fixture(scope="module")
def held_out() -> TestPictures:
    return TestPictures([KNOWN])


def _original() -> np.ndarray:
    return images.read(KNOWN).pixels


def _crop() -> np.ndarray:
    return _original()[40:200, 60:260]


CHANGES: dict[str, Callable[[], np.ndarray]] = {
    "whole": _original,
    "crop": _crop,
    "mirrored": lambda: _crop()[:, ::-1],
    "upside down": lambda: _crop()[::-1],
    "turned": lambda: np.rot90(_crop()),
    "turned by ten degrees": lambda: cv2.warpAffine(_crop(), cv2.getRotationMatrix2D((100, 80), 10, 1), (200, 160)),
    "smaller": lambda: cv2.resize(_original(), None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA),
    "larger": lambda: cv2.resize(_crop(), None, fx=2.5, fy=2.5, interpolation=cv2.INTER_CUBIC),
    "brighter": lambda: np.clip(_crop().astype(float) * 1.3 + 20, 0, 255).astype(np.uint8),
    "as poor JPEG": lambda: np.asarray(
        cv2.imdecode(cv2.imencode(".jpg", _crop(), [cv2.IMWRITE_JPEG_QUALITY, 30])[1], 1)
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_part_of_a_test_picture_is_found(change: str, held_out: TestPictures, tmp_path: Path, save: Save) -> None:
    path = tmp_path / "train.png"
    save(path, np.ascontiguousarray(CHANGES[change]()))
    (found,) = held_out.overlaps(path)
    assert (found.train, found.test) == (path, KNOWN)
    assert found.similarity > 0.85
    assert found.mirrored == (change in ("mirrored", "upside down"))
    whole = _original().shape
    covered = 1.0 if change in ("whole", "smaller") else 160 * 200 / (whole[0] * whole[1])
    assert found.share == pytest.approx(covered, rel=0.12)


def test_a_test_picture_that_is_a_part_is_found(tmp_path: Path, save: Save) -> None:
    part = tmp_path / "part.png"
    save(part, _crop())
    (found,) = TestPictures([part]).overlaps(KNOWN)
    assert found.share == pytest.approx(1, abs=0.03)


def test_other_photographs_are_not_taken_for_it(held_out: TestPictures) -> None:
    assert [held_out.overlaps(path) for path in OTHERS] == [[]] * len(OTHERS)


def test_a_regular_pattern_is_not_a_photograph(tmp_path: Path, save: Save) -> None:
    """Each cell of a board looks like each cell of another, on pictures that have nothing else in common."""
    paths = [tmp_path / "one.png", tmp_path / "two.png"]
    board = np.kron(np.indices((16, 16)).sum(0) % 2 * 200, np.ones((12, 12))).astype(np.uint8)
    for path, photo in zip(paths, PHOTOS[:2], strict=True):
        pixels = images.read(photo).pixels.copy()
        pixels[:192, :192] = board[..., None]
        save(path, pixels)
    assert TestPictures(paths[:1]).overlaps(paths[1]) == []


def test_what_cannot_be_looked_for_is_named(tmp_path: Path, save: Save) -> None:
    save(tmp_path / "grey.png", np.full((64, 64, 3), 128, np.uint8))
    (tmp_path / "text.png").write_text("no picture")
    held_out = TestPictures([tmp_path / "grey.png", tmp_path / "text.png", KNOWN])
    assert held_out.known == [KNOWN]
    assert "grey.png: it shows too little detail" in held_out.unknown[0]
    assert "text.png" in held_out.unknown[1]
    with pytest.raises(PictureError, match=r"grey\.png"):
        held_out.overlaps(tmp_path / "grey.png")
    assert TestPictures([]).overlaps(KNOWN) == []


def test_what_the_benchmarks_have_in_common(shared_data: Path) -> None:
    """Set5's butterfly is a part of Set14's monarch, and its head is Set14's face; nothing else is in both."""
    five, fourteen = (find_pictures(shared_data / name, recursive=False) for name in ("Set5", "Set14"))
    held_out = TestPictures(five)
    found = {(each.train.stem, each.test.stem) for path in fourteen for each in held_out.overlaps(path)}
    assert found == {("monarch", "butterfly"), ("face", "head")}
