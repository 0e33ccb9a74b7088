"""Values of 10 and 12 bits in files of 16 are asked about; a set judges which of its pictures are dark."""

from pathlib import Path

import numpy as np
import pytest

from acutance import images
from acutance.cli.main import main
from acutance.data import Declared, Store, verify
from acutance.data.depth import eight_bit, read
from acutance.degrade import Bicubic
from acutance.errors import PictureError, RequestError

SHADES = np.random.default_rng(0).integers(0, 256, (40, 48, 3)).astype(np.uint16)


def opened(folder: Path, cache: Path, white_level: int | None = None) -> Store:
    return Store.open(folder, cache=cache, degradation=Bicubic(2), declared=Declared.of(None, white_level))


@pytest.mark.parametrize(("factor", "white"), [(4, 1023), (16, 4095)])
def test_a_set_of_fewer_bits_is_asked_about_and_scaled_by_the_answer(factor: int, white: int, tmp_path: Path) -> None:
    images.write(tmp_path / "set" / "a.png", SHADES * factor)
    with pytest.raises(RequestError, match=rf"a\.png: its largest value is {255 * factor} of 65535.*{white}"):
        opened(tmp_path / "set", tmp_path / "cache")
    store = opened(tmp_path / "set", tmp_path / "cache", 255 * factor)
    np.testing.assert_array_equal(store.hr(0), SHADES.astype(np.uint8))


def test_a_dark_picture_among_bright_ones_is_dark(tmp_path: Path) -> None:
    for name, factor in (("bright", 257), ("dark", 4)):
        images.write(tmp_path / "set" / f"{name}.png", SHADES * factor)
    store = opened(tmp_path / "set", tmp_path / "cache")
    assert store.hr(store.names.index("dark.png")).max() == 4


def test_lr_is_judged_by_itself(tmp_path: Path) -> None:
    images.write(tmp_path / "HR" / "a.png", SHADES.astype(np.uint8))
    images.write(tmp_path / "LR" / "a.png", SHADES[:20, :24] * 16)
    with pytest.raises(RequestError, match=r"LR.a\.png: its largest value"):
        opened(tmp_path, tmp_path / "cache")


def test_hr_of_16_bits_and_lr_of_8_go_together(tmp_path: Path) -> None:
    images.write(tmp_path / "HR" / "a.png", SHADES * 257)
    images.write(tmp_path / "LR" / "a.png", np.ascontiguousarray(SHADES[::2, ::2].astype(np.uint8)))
    store = opened(tmp_path, tmp_path / "cache")
    np.testing.assert_array_equal(store.hr(0), SHADES.astype(np.uint8))
    np.testing.assert_array_equal(store.lr(0), SHADES[::2, ::2].astype(np.uint8))


def test_verify_names_it_and_takes_the_answer(tmp_path: Path) -> None:
    images.write(tmp_path / "a.png", SHADES * 16)
    (fault,) = verify(tmp_path, Bicubic(2)).faults
    assert "--white-level 4095" in str(fault)
    assert verify(tmp_path, Bicubic(2), declared=Declared.of(None, 4095)).faults == ()


def test_evaluate_scores_16_bits_where_white_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images.write(tmp_path / "set" / "a.png", SHADES * 16)
    words = ["evaluate", "bicubic", "--data", str(tmp_path), "--sets", "set", "--scale", "2"]
    assert main(words) == 1
    assert "a.png: it has 16 bits a channel" in capsys.readouterr().err
    assert main([*words, "--white-level", "4080"]) == 0


def test_a_single_picture_and_impossible_levels(tmp_path: Path) -> None:
    images.write(tmp_path / "a.png", SHADES * 16)
    with pytest.raises(PictureError, match="its largest value is 4080"):
        read(tmp_path / "a.png")
    with pytest.raises(PictureError, match="it has the value 4080, beyond a white level of 1023"):
        read(tmp_path / "a.png", 1023)
    for level in (0, 65536):
        with pytest.raises(RequestError, match=f"--white-level is {level}"):
            Declared.of(None, level)


def test_every_value_of_16_bits_is_rounded_to_the_nearest_of_8() -> None:
    values = np.arange(65536, dtype=np.uint16)[:, None, None].repeat(3, axis=2)
    np.testing.assert_array_equal(eight_bit(values, None, Path("a"))[:, 0, 0], np.round(np.arange(65536) / 257))
