"""`--for`: other networks for compressed pictures, with a hint that there are some, and one for crisp detail."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import acutance
from acutance.cli.main import main
from acutance.errors import RequestError
from acutance.upscaling.enlarger import Enlarger

PHOTO = Path(acutance.__file__).parent / "photos" / "test" / "chelsea.webp"


@pytest.fixture
def small() -> Image.Image:
    """A photograph at a quarter of its size."""
    picture = Image.open(PHOTO).convert("RGB").crop((100, 60, 300, 220))
    return picture.resize((50, 40), Image.Resampling.BICUBIC)


def saved(picture: Image.Image, path: Path, quality: int) -> Path:
    picture.save(path, quality=quality)
    return path


def test_the_hint_is_given_once_and_only_where_it_helps(
    small: Image.Image, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    paths = [saved(small, folder / f"{name}.jpg", quality) for name, quality in (("a", 95), ("b", 40), ("c", 30))]
    assert main(["upscale", *map(str, paths), "-o", str(tmp_path / "out"), "--device", "cpu"]) == 0
    told = capsys.readouterr().err
    assert told.count("--for photo") == 1
    assert "JPEG of quality" in told
    assert main(["upscale", *map(str, paths), "-o", str(tmp_path / "photo"), "--for", "photo", "--device", "cpu"]) == 0
    assert "--for photo" not in capsys.readouterr().err
    assert main(["upscale", str(paths[1]), "-o", str(tmp_path / "detail"), "--for", "detail", "--device", "cpu"]) == 0
    assert "--for photo takes them away" in capsys.readouterr().err


def test_it_is_nearer_to_the_original_of_a_compressed_picture(small: Image.Image, tmp_path: Path) -> None:
    original = np.asarray(Image.open(PHOTO).convert("RGB").crop((100, 60, 300, 220)), dtype=float)
    lr = Image.open(saved(small, tmp_path / "x.jpg", 30)).convert("RGB")
    errors = {
        name: np.abs(np.asarray(acutance.upscale(lr, name, device="cpu"), dtype=float) - original).mean()
        for name in (None, "for:photo")
    }
    assert errors["for:photo"] < 0.97 * errors[None]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--for", "foto"], "did you mean 'photo'"),
        (["--for", "details"], "did you mean 'detail'"),
        (["--for", "photo", "--network", "default-x4"], "leave out one"),
        (["--network", "photo"], "photo holds no"),
    ],
)
def test_a_use_is_no_name_of_a_network(
    words: list[str], said: str, small: Image.Image, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A run that is called as what networks are for is that run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photo").mkdir()
    saved(small, tmp_path / "x.jpg", 90)
    assert main(["upscale", "x.jpg", "--device", "cpu", *words]) == 2
    assert said in capsys.readouterr().err


def test_any_size_can_be_had(small: Image.Image) -> None:
    assert acutance.upscale(small, "for:photo", scale=3, device="cpu").size == (150, 120)
    assert Enlarger("for:photo").scales == (2, 4)


def test_they_have_no_branch_to_switch_off() -> None:
    with pytest.raises(RequestError, match="no gradient branch"):
        Enlarger("for:photo", branch_off=True)


def test_detail_is_crisper_than_the_default_and_keeps_colours() -> None:
    """Half as far from the original's spectrum, for 2 dB at most; made smaller it is LR again, to 1.6 levels."""
    metrics = ("psnr", "spectrum", "lr_psnr")
    soft, crisp = (
        acutance.evaluate(name, data=PHOTO.parents[1], sets="test", metrics=metrics, device="cpu")["test"]
        for name in ("default-x4", "sharp-x4")
    )
    assert crisp["spectrum"] < 0.5 * soft["spectrum"]
    assert crisp["psnr"] > soft["psnr"] - 2
    assert crisp["lr_psnr"] > 44


def test_detail_can_be_had_at_any_size(small: Image.Image) -> None:
    assert acutance.upscale(small, "for:detail", device="cpu").size == (200, 160)
    assert acutance.upscale(small, "for:detail", scale=2, device="cpu").size == (100, 80)
    assert Enlarger("for:detail").scales == (4,)


@pytest.mark.parametrize("name", ["real-x2", "real-x4", "sharp-x4"])
def test_a_flat_picture_keeps_its_value(name: str) -> None:
    for value in (0, 3, 64, 128, 200, 252, 255):
        flat = np.full((24, 24, 3), value / 255, dtype=np.float32)
        sr = acutance.upscale(flat, name, device="cpu")
        assert np.abs(sr * 255 - value).max() < 0.5, value
