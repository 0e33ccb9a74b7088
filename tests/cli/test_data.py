"""`acutance data` as a user meets it."""

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

import acutance
from acutance.cli.main import main


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers at the proxy through which everything must go."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("ACUTANCE_WEIGHTS", raising=False)


@pytest.mark.usefixtures("offline")
def test_offline_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "fetch", "lpips", "--backbone", "alex", "--weights", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "cannot download https://github.com/richzhang/PerceptualSimilarity/raw/master/lpips/weights/v0.1" in said
    assert f"{tmp_path}/lpips_v0.1_alex.pth" in said


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["niqe"], "where shall the files go"),
        (["niqi", "--weights", "w"], "there is no file to fetch 'niqi'; did you mean 'niqe'?"),
        (["lpips", "--weights", "w", "--backbone", "vgg19"], "backbone of LPIPS 'vgg19'; did you mean 'vgg'?"),
    ],
)
def test_wrong_requests(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "fetch", *arguments]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.usefixtures("offline")
def test_what_is_there_is_checked_and_kept(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = shared_data / "weights" / "niqe_pristine_parameters.npz"
    if not file.is_file():
        pytest.skip(f"{file} is absent")
    shutil.copyfile(file, tmp_path / file.name)
    monkeypatch.setenv("ACUTANCE_WEIGHTS", str(tmp_path))
    assert main(["data", "fetch", "niqe"]) == 0
    assert f"{tmp_path / file.name}: the statistics of pristine pictures" in capsys.readouterr().out
    (tmp_path / file.name).write_bytes(b"")
    assert main(["data", "fetch", "niqe"]) == 2
    assert "as released: its checksum begins with e3b0c442" in capsys.readouterr().err


def test_a_set_is_looked_through(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hr, lr = tmp_path / "Set" / "HR", tmp_path / "Set" / "LR_bicubic" / "X4"
    for folder in (hr, lr):
        folder.mkdir(parents=True)
    for name, side in (("a", 16), ("b", 16)):
        cv2.imwrite(str(hr / f"{name}.png"), np.zeros((side, side, 3), np.uint8))
    cv2.imwrite(str(lr / "ax4.png"), np.zeros((4, 4, 3), np.uint8))
    assert main(["data", "verify", str(tmp_path / "Set")]) == 1
    said = capsys.readouterr()
    assert "Set: 2 pictures, 1 with an LR file (equal to bicubic of HR); 1 cannot be used." in said.out
    assert "b.png: there is no LR file for it" in said.err
    cv2.imwrite(str(lr / "bx4.png"), np.zeros((4, 5, 3), np.uint8))
    (hr / "c.png").write_text("no picture")
    assert main(["data", "verify", str(tmp_path / "Set")]) == 1
    said = capsys.readouterr()
    assert "Set: 3 pictures, 2 with an LR file (equal to bicubic of HR); 2 cannot be used." in said.out
    assert "bx4.png: it is 5x4" in said.err
    assert "c.png" in said.err


def test_smaller_copies_are_written_and_a_bad_picture_costs_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos, out = tmp_path / "photos", tmp_path / "sizes"
    photos.mkdir()
    cv2.imwrite(str(photos / "a.png"), np.zeros((20, 30, 3), np.uint8))
    assert main(["data", "shrink", str(photos), "--to", "1,0.5", "-o", str(out)]) == 0
    assert f"{out}: 1 pictures, each at 1,0.5 of its size; 0 failed." in capsys.readouterr().out
    assert cv2.imread(str(out / "photos" / "0.5" / "a.png")).shape == (10, 15, 3)
    (photos / "b.png").write_text("no picture")
    assert main(["data", "shrink", str(photos), "--to", "0.5", "-o", str(out)]) == 1
    said = capsys.readouterr()
    assert "b.png" in said.err
    assert "1 failed" in said.out
    assert main(["data", "shrink", str(photos), "--to", "half", "-o", str(out)]) == 2
    assert "--to half: name shares of the size" in capsys.readouterr().err


def test_a_leak_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = next((Path(acutance.__file__).parent / "photos" / "test").glob("*.webp"))
    train, test, report = tmp_path / "train", tmp_path / "test", tmp_path / "report.json"
    for folder in (train, test):
        folder.mkdir()
    shutil.copy(photo, test / "whole.webp")
    cv2.imwrite(str(train / "mirror.png"), cv2.imread(str(photo))[:, ::-1])
    arguments = ["data", "overlap", "--data", str(train), "--sets", str(test), "--json", str(report)]
    assert main(arguments) == 1
    said = capsys.readouterr().out
    assert f"{train / 'mirror.png'} shows 100% of {test / 'whole.webp'}, mirrored (correlation 1.00)." in said
    assert "1 pictures, 1 of" in said
    assert json.loads(report.read_text())["overlaps"][0]["mirrored"] is True
    (train / "mirror.png").unlink()
    shutil.copy(next(path for path in photo.parent.glob("*.webp") if path != photo), train)
    assert main(arguments) == 0
    assert "none in common." in capsys.readouterr().out
