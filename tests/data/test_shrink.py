from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from acutance import images
from acutance.data.decode import degrade
from acutance.data.shrink import Copies, plan, shrink
from acutance.degrade import Bicubic
from acutance.errors import PictureError, RequestError

Save = Callable[[Path, np.ndarray], None]
PICTURE = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)


def test_half_is_what_the_degradation_makes() -> None:
    np.testing.assert_array_equal(shrink(PICTURE, 0.5), degrade(PICTURE, Bicubic(2)))


@pytest.mark.parametrize(("factor", "size"), [(1, (40, 60)), (0.85, (34, 51)), (0.7, (28, 42)), (0.33, (14, 20))])
def test_sizes_and_values(factor: float, size: tuple[int, int]) -> None:
    small = shrink(PICTURE, factor)
    assert small.shape == (*size, 3)
    assert small.mean() == pytest.approx(PICTURE.mean(), abs=2)
    assert factor != 1 or (small == PICTURE).all()


def test_each_picture_is_written_at_each_factor(photos: Path, tmp_path: Path) -> None:
    for copies in plan([photos], [1, 0.5], tmp_path / "out"):
        assert isinstance(copies, Copies)
        copies.write()
    assert {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.png")} == {
        f"photos/{factor}/{name}.png" for factor in ("1", "0.5") for name in ("a", "b", "deeper/c")
    }
    original, half = (images.read(tmp_path / "out" / "photos" / factor / "b.png").pixels for factor in ("1", "0.5"))
    np.testing.assert_array_equal(original, images.read(photos / "b.png").pixels)
    assert half.shape == (17, 24, 3)


def test_a_second_picture_of_one_name_is_refused(photos: Path, tmp_path: Path, save: Save) -> None:
    save(photos / "a.bmp", PICTURE)
    planned = plan([photos], [0.5], tmp_path / "out")
    (refused,) = (each for each in planned if isinstance(each, PictureError))
    assert "a.png: its copies would have the name of those of a.bmp" in str(refused)
    assert len(planned) == 4


def test_wrong_requests(photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(RequestError, match=r"shrink to 1.5.*between 0.05 and 1"):
        plan([photos], [1.5], out)
    with pytest.raises(RequestError, match="two folders are named 'photos'"):
        plan([photos, photos / "." / ""], [0.5], out)
    for among in (photos / "small", photos.parent):
        with pytest.raises(RequestError, match=r"would lie in .*photos, among the originals"):
            plan([photos], [0.5], among)
    with pytest.raises(RequestError, match="there is no picture in"):
        plan([tmp_path / "photos" / "deeper", _empty(tmp_path)], [0.5], out)
    assert not out.exists()


def _empty(tmp_path: Path) -> Path:
    (tmp_path / "empty").mkdir()
    return tmp_path / "empty"
