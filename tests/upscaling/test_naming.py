"""What results are called: patterns, suffixes, and names that must not be."""

from pathlib import Path

import numpy as np
import pytest

from acutance import images
from acutance.errors import RequestError
from acutance.images import Output
from acutance.networks import create
from acutance.upscaling.enlarger import Enlarger
from acutance.upscaling.gathering import Given
from acutance.upscaling.jobs import plan
from acutance.upscaling.naming import Naming, Pattern
from acutance.upscaling.rules import Rules
from acutance.upscaling.size import Size

NETWORK = create("edsr", scale=2, blocks=1, channels=4)


def put(path: Path, height: int = 10, width: int = 20) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    images.write(path, np.zeros((height, width, 3), np.uint8))
    return path


def called(path: Path, pattern: str | None = None, size: Size | None = None, output: Output | None = None) -> str:
    rules = Rules(pattern, output or Output())
    naming = Naming.of(rules, Enlarger(NETWORK, size), "light", beside=True)
    return naming.target(Given(path), Path())[0].as_posix()


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{stem}_x{scale}", "photo_x2.jpg"),
        ("{stem}-{width}x{height}", "photo-40x20.jpg"),
        ("{parent}/{network}/{stem}", "trip/light/photo.jpg"),
        ("{stem}_{suffix}_big", "photo_jpg_big.jpg"),
        ("{stem}_big.png", "photo_big.png"),
        ("{stem}_big.{suffix}", "photo_big.jpg"),
        ("{stem}_big{suffix}", "photo_big.jpg"),
        ("{stem}.v2", "photo.v2.jpg"),
        ("{{{stem}}}", "{photo}.jpg"),
    ],
)
def test_patterns(tmp_path: Path, pattern: str, name: str) -> None:
    assert called(put(tmp_path / "trip/photo.jpg"), pattern) == name


@pytest.mark.parametrize(
    ("size", "name"),
    [
        (Size(), "photo_x2.jpg"), (Size(2.5), "photo_x2.5.jpg"), (Size(3.0), "photo_x3.jpg"),
        (Size(width=50), "photo_50w.jpg"), (Size(fit=(60, 60)), "photo_60x60.jpg"),
    ],
)  # fmt: skip
def test_names_beside_say_the_size(tmp_path: Path, size: Size, name: str) -> None:
    assert called(put(tmp_path / "photo.jpg"), size=size) == name


def test_the_scale_of_a_size_is_that_of_the_picture(tmp_path: Path) -> None:
    assert called(put(tmp_path / "photo.jpg"), "{stem}_x{scale}", Size(width=50)) == "photo_x2.5.jpg"


def test_suffixes_that_are_not_written_become_the_nearest(tmp_path: Path) -> None:
    assert called(put(tmp_path / "photo.JPEG")) == "photo_x2.JPEG"
    assert called(put(tmp_path / "photo.jpg"), output=Output("tiff")) == "photo_x2.tif"
    unnamed = put(tmp_path / "photo.webp").rename(tmp_path / "IMG.2024")
    assert called(unnamed) == "IMG.2024_x2.webp"


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("{stm}", "did you mean 'stem'"), ("{}", "no field for a name ''"), ("{stem", "cannot be read"),
        ("{stem:>9}", "a word in braces"), ("{stem!r}", "a word in braces"), ("{stem.__class__}", "no field"),
        ("/tmp/{stem}", "not in the folder"), ("../{stem}", "not in the folder"), ("a/../{stem}", "not in the folder"),
        ("a\0{stem}", "not in the folder"), ("", "no name"), ("{stem}/", "no name"), ("..", "not in the folder"),
    ],
)  # fmt: skip
def test_patterns_that_make_no_names(pattern: str, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        Pattern.parse(pattern)


def test_a_pattern_of_one_name_is_refused_for_several_pictures(tmp_path: Path) -> None:
    one, two = put(tmp_path / "a.jpg"), put(tmp_path / "b.jpg")
    for pattern in ("result", "{network}_x{scale}"):
        with pytest.raises(RequestError, match=r"put \{stem\} into it"):
            plan([one, two], tmp_path / "out", Enlarger(NETWORK), Rules(pattern))
    assert not plan([one], tmp_path / "out", Enlarger(NETWORK), Rules("result")).jobs[0].fault
    with pytest.raises(RequestError, match="stands for PNG"):
        plan([one], tmp_path / "out", Enlarger(NETWORK), Rules("{stem}.png", Output("jpg")))


def test_a_picture_that_is_too_large_already_has_no_name_and_costs_itself(tmp_path: Path) -> None:
    small, large = put(tmp_path / "small.jpg"), put(tmp_path / "large.jpg", 200, 400)
    jobs = plan([small, large], tmp_path / "out", Enlarger(NETWORK, Size(width=50)), Rules("{stem}_{width}")).jobs
    assert jobs[0].target == tmp_path / "out/small_50.jpg"
    assert str(large) in str(jobs[1].fault)
