"""ONNX files as upscalers. The two in golden/onnx take the mean of 3x3 pixels (zeros outside), then repeat it twice."""

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from acutance.cli.evaluate import evaluate
from acutance.data import PictureSet
from acutance.engines.onnx_file import OnnxUpscaler
from acutance.errors import RequestError
from photographs import photograph


def by_hand(lr: np.ndarray) -> np.ndarray:
    mean = cv2.blur(lr.astype(np.float64), (3, 3), borderType=cv2.BORDER_CONSTANT)
    return mean.repeat(2, 0).repeat(2, 1)


@pytest.fixture
def files(golden: Path) -> Path:
    pytest.importorskip("onnxruntime")
    return golden / "onnx"


def test_any_size(files: Path) -> None:
    upscaler = OnnxUpscaler(files / "mean_x2.onnx")
    assert upscaler.scale == 2
    for height, width in ((7, 9), (48, 60)):
        lr = photograph(1, 48, 60)[:height, :width]
        assert np.abs(upscaler(lr) - by_hand(lr)).max() <= 0.501


@pytest.mark.parametrize(("height", "width"), [(20, 24), (21, 24), (48, 60), (100, 25), (61, 119)])
def test_one_size_is_tiled_without_a_seam(files: Path, height: int, width: int) -> None:
    upscaler = OnnxUpscaler(files / "mean_x2_20x24.onnx")
    lr = photograph(2, 132, 120)[:height, :width]
    assert np.abs(upscaler(lr) - by_hand(lr)).max() <= 0.501


def test_a_picture_smaller_than_the_one_size_is_mirrored(files: Path) -> None:
    lr = photograph(3)[:6, :7]
    mirrored = np.pad(lr, [(0, 14), (0, 17), (0, 0)], mode="symmetric")
    assert np.abs(OnnxUpscaler(files / "mean_x2_20x24.onnx")(lr) - by_hand(mirrored)[:12, :14]).max() <= 0.501


def test_the_command_scores_an_onnx_file(files: Path, pictures: PictureSet) -> None:
    app = typer.Typer()
    app.command()(evaluate)
    given = ["--data", str(pictures.pairs[0].hr.parents[1]), "--sets", "Pair", "--device", "cpu"]
    done = CliRunner().invoke(app, [str(files / "mean_x2.onnx"), *given])
    assert done.exit_code == 0
    assert "Protocol pcl at x2" in done.stdout


def test_what_is_no_onnx_file_is_named(files: Path, tmp_path: Path) -> None:
    (tmp_path / "a.onnx").write_text("words")
    with pytest.raises(RequestError, match=r"a\.onnx cannot be read as ONNX"):
        OnnxUpscaler(tmp_path / "a.onnx")
    with pytest.raises(RequestError, match=r"there is no file .*b\.onnx"):
        OnnxUpscaler(tmp_path / "b.onnx")


def test_without_onnxruntime_one_sentence_says_what_to_install(golden: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(RequestError, match=r"mean_x2\.onnx needs onnxruntime: pip install 'acutance\[onnx\]'"):
        OnnxUpscaler(golden / "onnx" / "mean_x2.onnx")
