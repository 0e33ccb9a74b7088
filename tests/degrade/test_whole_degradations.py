"""A whole degradation gives LR of the right size from a seed, and the command writes what it gives."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from acutance import images
from acutance.cli.main import main
from acutance.degrade import Bicubic, LowResolution, SecondOrder, Shuffle, named
from acutance.errors import RequestError

NAMES = ["bicubic", "real", "bsrgan", "camera", "noise:25", "jpeg:40", "webp:40", "blur:1.6"]


def picture(height: int = 96, width: int = 72, seed: int = 0) -> np.ndarray:
    """Smooth colours with edges, in [0, 1]."""
    coarse = np.random.default_rng(seed).random((height // 12, width // 12, 3), np.float32)
    return coarse.repeat(12, 0).repeat(12, 1)


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
@pytest.mark.parametrize("name", NAMES)
def test_lr_is_scale_times_smaller_of_eight_bits_and_of_its_seed(name: str, scale: int) -> None:
    degradation = named(name, scale)
    hr = picture()
    first, again, other = (degradation(hr, seed) for seed in ([3, 1], [3, 1], [3, 2]))
    assert first.shape == (96 // scale, 72 // scale, 3)
    assert first.dtype == np.float32
    np.testing.assert_array_equal(first, again)
    levels = first * 255
    assert np.abs(levels - levels.round()).max() < 1e-4
    assert 0 <= levels.min() <= levels.max() <= 255
    if name in ("real", "bsrgan", "camera", "noise:25"):
        assert (first != other).any()


@pytest.mark.parametrize("name", NAMES)
def test_settings_are_all_of_it(name: str) -> None:
    assert named(name, 2) == named(name, 2)
    assert repr(named(name, 2)) == repr(named(name, 2))
    assert repr(named(name, 2)) != repr(named(name, 3))
    assert "0x" not in repr(named(name, 2))  # of an address in memory


def test_bicubic_alone_is_the_benchmarks() -> None:
    hr = picture()
    expected = Bicubic(4)(torch.from_numpy(hr).permute(2, 0, 1)[None])[0].permute(1, 2, 0).numpy()
    assert np.abs(named("bicubic", 4)(hr, 0) - expected).max() < 1.01 / 255
    assert (named("bicubic", 4)(hr, 0) != expected).mean() < 0.01


@pytest.mark.parametrize("make", [SecondOrder, Shuffle])
def test_real_degradations_differ_widely_and_keep_the_mean(make: type[LowResolution]) -> None:
    hr = cv2.GaussianBlur(picture(), (0, 0), 8)
    lrs = np.stack([make(4)(hr, seed) for seed in range(60)])
    small = hr.reshape(24, 4, 18, 4, 3).mean((1, 3))
    errors = np.sqrt(((lrs - small) ** 2).mean((1, 2, 3)))
    assert errors.min() < 0.06
    assert errors.max() > 0.1
    assert np.abs(lrs.mean((0, 1, 2)) - hr.mean((0, 1))).max() < 0.05


def test_what_does_not_exist_is_named() -> None:
    with pytest.raises(RequestError, match="did you mean 'real'"):
        named("reel", 4)
    with pytest.raises(RequestError, match="needs a number"):
        named("noise:", 4)
    with pytest.raises(RequestError, match="quality of JPEG"):
        named("jpeg:400", 4)
    for none in ("blur:nan", "jpeg:inf", "noise:-inf"):
        with pytest.raises(RequestError, match="needs a number"):
            named(none, 4)
    with pytest.raises(RequestError, match=r"a quality is a whole number, not 40\.5"):
        named("webp:40.5", 4)
    with pytest.raises(RequestError, match="scale must be at least 1"):
        named("real", 0)
    with pytest.raises(RequestError, match="no multiple of the scale"):
        named("real", 5)(picture(), 0)


def test_the_command_writes_lr_that_does_not_depend_on_what_else_is_there(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    for number in range(3):
        images.write(photos / f"{number}.png", np.rint(picture(108, 84, number) * 255).astype(np.uint8))
    (photos / "3.png").write_bytes(b"no picture")
    command = ["data", "degrade", "--with", "real", "--scale", "5"]
    assert main([*command, str(photos), "-o", str(tmp_path / "all"), "--show"]) == 1
    assert main([*command, str(photos / "1.png"), "-o", str(tmp_path / "one")]) == 0
    assert main([*command, str(photos / "1.png"), "-o", str(tmp_path / "other"), "--seed", "1"]) == 0
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == ["0.png", "1.png", "2.png", "show.png"]
    first, alone, other = (images.read(tmp_path / each / "1.png").pixels for each in ("all", "one", "other"))
    assert first.shape == (21, 16, 3)
    np.testing.assert_array_equal(first, alone)
    assert (first != other).any()
    assert images.read(tmp_path / "all" / "show.png").pixels.shape == (3 * 256, 4 * 256, 3)


def test_the_command_refuses_what_would_overwrite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photos = tmp_path / "photos"
    for name in ("a/x.png", "b/x.png"):
        images.write(photos / name, np.zeros((8, 8, 3), np.uint8))
    command = ["data", "degrade", "--with", "bicubic"]
    assert main([*command, str(photos), "-o", str(photos / "lr")]) != 0
    assert "among the originals" in capsys.readouterr().err
    assert main([*command, str(photos / "a/x.png"), str(photos / "b/x.png"), "-o", str(tmp_path / "lr")]) != 0
    assert "would have the name" in capsys.readouterr().err
    assert main([*command, str(photos), "-o", str(tmp_path / "lr")]) == 0
    assert (tmp_path / "lr/a/x.png").is_file()
    assert (tmp_path / "lr/b/x.png").is_file()


@pytest.mark.parametrize("given", ["x.png", "link.png", "."])
def test_an_original_is_never_written_over(given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    original = tmp_path / "x.png"
    images.write(original, np.zeros((8, 8, 3), np.uint8))
    (tmp_path / "link.png").symlink_to(original)
    before = original.read_bytes()
    out = tmp_path / "beside" / ".." if given == "x.png" else tmp_path
    (tmp_path / "beside").mkdir()
    assert main(["data", "degrade", str(tmp_path / given), "--with", "bicubic", "-o", str(out)]) != 0
    assert "original" in capsys.readouterr().err
    assert original.read_bytes() == before


def test_a_picture_named_as_the_sheet_is_refused_with_the_sheet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images.write(tmp_path / "in" / "show.png", np.zeros((8, 8, 3), np.uint8))
    words = ["data", "degrade", str(tmp_path / "in"), "--with", "bicubic", "-o", str(tmp_path / "out")]
    assert main([*words, "--show"]) != 0
    assert "the name of the sheet" in capsys.readouterr().err
    assert main(words) == 0


@pytest.mark.parametrize("size", [(1, 1), (1, 8), (8, 1), (2, 3)])
@pytest.mark.parametrize("name", NAMES)
def test_the_smallest_pictures_stay_numbers(name: str, size: tuple[int, int]) -> None:
    for seed in range(4):
        lr = named(name, 1)(np.full((*size, 3), 0.5, np.float32), seed)
        assert lr.shape == (*size, 3)
        assert np.isfinite(lr).all()
