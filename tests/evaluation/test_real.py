"""Pictures without originals: what is scored, and what is said where that cannot be."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from acutance.cli.main import main
from acutance.errors import RequestError
from acutance.evaluation import evaluate_real
from acutance.metrics.no_reference import blocking, noise, sharpness
from photographs import photograph


@pytest.fixture
def real(tmp_path: Path) -> Path:
    folder = tmp_path / "phone"
    folder.mkdir()
    for seed in (1, 2):
        cv2.imwrite(str(folder / f"{seed}.jpg"), photograph(seed, 60, 52))
    return folder


def test_the_command_scores_and_draws(real: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, sheet = real.parent / "scores.json", real.parent / "sheet.png"
    words = ["evaluate", "edsr-light-x4", "--real", str(real), "--json", str(out), "--figure", str(sheet)]
    assert main([*words, "--weights", str(real), "--save", str(real.parent / "sr")]) == 0
    told = capsys.readouterr()
    assert "NIQE is left out" in told.err
    assert "bicubic" in told.out
    scores = json.loads(out.read_text())
    assert set(scores["sets"]["phone"]["images"]) == {"1", "2"}
    assert scores["sets"]["phone"]["sharpness"] > scores["baseline"]["sets"]["phone"]["sharpness"]
    drawn = cv2.imread(str(sheet))
    assert drawn.shape[1] > 2 * 208
    assert cv2.imread(str(real.parent / "sr" / "1.png")).shape == (240, 208, 3)


def test_a_broken_picture_costs_itself_alone(real: Path) -> None:
    (real / "3.png").write_bytes(b"no picture")
    results = evaluate_real("bicubic", real, metrics="noise")
    assert len(results["phone"].images) == 2
    assert [*results["phone"].failed] == ["3"]


@pytest.mark.parametrize(
    ("metrics", "words"), [("psnr", "psnr compares with an original"), ("nois", "noise"), ("", "at least one metric")]
)
def test_a_metric_that_needs_an_original_is_refused(metrics: str, words: str, real: Path) -> None:
    with pytest.raises(RequestError, match=words):
        evaluate_real("bicubic", real, metrics=metrics)


def test_a_folder_without_pictures_is_told(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="there is no picture in"):
        evaluate_real("bicubic", tmp_path)


@pytest.mark.parametrize("sigma", [5, 15, 30])
def test_noise_is_found_as_strong_as_it_was_made(sigma: int) -> None:
    """Of the luma of grey noise; Immerkaer's estimate is within a tenth where there is no texture."""
    flat = np.full((200, 200, 1), 128) + np.random.default_rng(1).normal(0, sigma, (200, 200, 1))
    picture = flat.clip(0, 255).round().astype(np.uint8).repeat(3, axis=2)
    assert noise(picture, border=4) == pytest.approx(sigma * 219 / 255, rel=0.1)  # BT.601 has 219 levels of Y


def test_blur_is_less_sharp_and_jpeg_has_blocks() -> None:
    picture = cv2.resize(photograph(5, 96, 96), (192, 192), interpolation=cv2.INTER_CUBIC)
    blurred = cv2.GaussianBlur(picture, (0, 0), 2)
    assert sharpness(blurred, border=0) < sharpness(picture, border=0)
    packed = cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 8])[1], cv2.IMREAD_COLOR)
    assert packed is not None
    assert blocking(packed, scale=1) > 0.3 > abs(blocking(blurred, scale=1))
    assert blocking(packed.repeat(2, 0).repeat(2, 1), scale=2) > 0.3
