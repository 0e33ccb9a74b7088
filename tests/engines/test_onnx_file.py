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
from acutance.errors import RequestError
from acutance.scores.candidate import load_upscaler
from acutance.scores.scorer import Upscaler
from photographs import photograph


def by_hand(lr: np.ndarray) -> np.ndarray:
    mean = cv2.blur(lr.astype(np.float64), (3, 3), borderType=cv2.BORDER_CONSTANT)
    return mean.repeat(2, 0).repeat(2, 1)


@pytest.fixture
def files(golden: Path) -> Path:
    pytest.importorskip("onnxruntime")
    return golden / "onnx"


@pytest.fixture(params=["openvino", "onnxruntime"])
def engine(request: pytest.FixtureRequest) -> str:
    pytest.importorskip(request.param)
    return request.param


def loaded(path: Path, engine: str = "auto") -> Upscaler:
    return load_upscaler(path, scale=2, tile=None, device="cpu", engine=engine)[0]


def test_any_size(files: Path, engine: str) -> None:
    upscaler = loaded(files / "mean_x2.onnx", engine)
    for height, width in ((7, 9), (48, 60), (48, 60)):
        lr = photograph(1, 48, 60)[:height, :width]
        assert np.abs(upscaler(lr) - by_hand(lr)).max() <= 0.501


@pytest.mark.parametrize(("height", "width"), [(20, 24), (21, 24), (48, 60), (100, 25), (61, 119)])
def test_one_size_is_tiled_without_a_seam(files: Path, engine: str, height: int, width: int) -> None:
    lr = photograph(2, 132, 120)[:height, :width]
    made = loaded(files / "mean_x2_20x24.onnx", engine)(lr)
    assert np.abs(made - by_hand(lr)).max() <= 0.501


def test_a_picture_smaller_than_the_one_size_is_mirrored(files: Path, engine: str) -> None:
    lr = photograph(3)[:6, :7]
    mirrored = np.pad(lr, [(0, 14), (0, 17), (0, 0)], mode="symmetric")
    made = loaded(files / "mean_x2_20x24.onnx", engine)(lr)
    assert np.abs(made - by_hand(mirrored)[:12, :14]).max() <= 0.501


def test_the_command_scores_an_onnx_file(files: Path, pictures: PictureSet) -> None:
    app = typer.Typer()
    app.command()(evaluate)
    given = ["--data", str(pictures.pairs[0].hr.parents[1]), "--sets", "Pair", "--device", "cpu"]
    done = CliRunner().invoke(app, [str(files / "mean_x2.onnx"), *given])
    assert done.exit_code == 0
    assert "Protocol pcl at x2" in done.stdout


@pytest.mark.parametrize(
    ("engine", "words"), [("openvino", "OpenVINO cannot read it"), ("onnxruntime", "it cannot be read as ONNX")]
)
def test_what_is_no_onnx_file_is_named(tmp_path: Path, engine: str, words: str) -> None:
    pytest.importorskip(engine)
    (tmp_path / "a.onnx").write_text("words")
    with pytest.raises(RequestError, match=rf"a\.onnx is no network .*: {words}"):
        loaded(tmp_path / "a.onnx", engine)
    with pytest.raises(RequestError, match=r"there is no file .*b\.onnx"):
        loaded(tmp_path / "b.onnx", engine)


def test_without_a_runtime_one_sentence_says_what_to_install(golden: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("openvino", "onnxruntime"):
        monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(RequestError, match=r"mean_x2\.onnx needs onnxruntime: pip install 'acutance\[onnx\]'"):
        loaded(golden / "onnx" / "mean_x2.onnx")
