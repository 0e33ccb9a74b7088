"""Tables say which LR was scored; results are found by what their names share."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import acutance
from acutance import images
from acutance.cli.main import main
from acutance.data.decode import degrade
from acutance.degrade import Bicubic
from photographs import photograph

NAMES = ("baby", "bird", "head")


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    """A set with LR in X4/ whose names do not say so, and one of HR alone."""
    for number, name in enumerate(NAMES):
        hr = photograph(number, 48, 64)
        images.write(tmp_path / "sets" / "Plain" / f"{name}.png", hr)
        images.write(tmp_path / "sets" / "Filed" / "HR" / f"{name}.png", hr)
        low = degrade(hr, Bicubic(4))
        images.write(tmp_path / "sets" / "Filed" / "LR_unknown" / "X4" / f"{name}.png", low // 2)
    return tmp_path / "sets"


def evaluated(sets: Path, names: str, *more: str) -> int:
    return main(["evaluate", "bicubic", "--data", str(sets), "--sets", names, *more])


def test_every_table_names_the_lr(sets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {name: tmp_path / f"s.{name}" for name in ("json", "csv", "md", "html")}
    outputs = ["--json", files["json"], "--csv", files["csv"], "--table", files["md"], "--report", files["html"]]
    assert evaluated(sets, "Plain,Filed", *map(str, outputs)) == 0
    said = capsys.readouterr()
    assert "LR: bicubic here of Plain; files of Filed." in said.out
    assert "Filed: 3 pairs for x4, HR in HR, LR in LR_unknown/X4." in said.err
    written = json.loads(files["json"].read_text())["sets"]
    assert [written[name]["lr"] for name in ("Plain", "Filed")] == ["bicubic here", "files"]
    assert written["Filed"]["psnr"] < written["Plain"]["psnr"] - 3
    assert {row["lr"] for row in csv.DictReader(files["csv"].read_text().splitlines())} == {"bicubic here", "files"}
    for name in ("md", "html"):
        assert "bicubic here of Plain; files of Filed" in files[name].read_text()


def test_lr_can_be_declared_and_left_out(sets: Path) -> None:
    plain = acutance.evaluate("bicubic", data=sets, sets="Plain")
    files = acutance.evaluate("bicubic", data=sets, sets="Plain", lr=sets / "Filed" / "LR_unknown" / "X4")
    here = acutance.evaluate("bicubic", data=sets, sets="Filed", lr="here")
    named = acutance.evaluate("bicubic", data=sets, sets="Filed", lr="LR_unknown")
    assert named["Filed"].images == acutance.evaluate("bicubic", data=sets, sets="Filed")["Filed"].images
    assert (plain["Plain"].lr, files["Plain"].lr, here["Filed"].lr) == ("bicubic here", "files", "bicubic here")
    assert here["Filed"]["psnr"] == plain["Plain"]["psnr"]
    assert files["Plain"]["psnr"] < plain["Plain"]["psnr"] - 3


def test_a_picture_without_its_lr_is_named_and_the_rest_is_scored(
    sets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sets / "Filed" / "LR_unknown" / "X4" / "bird.png").unlink()
    assert evaluated(sets, "Filed") == 1
    said = capsys.readouterr()
    assert "bird.png: there is no LR file for it" in said.err
    assert "2 of 3 of Filed" in said.out


def results(sets: Path, folder: Path, names: str, *patterns: str) -> int:
    for pattern in patterns:
        for name in NAMES:
            images.write(folder / pattern.format(name), images.read(sets / "Plain" / f"{name}.png").pixels // 2)
    return main(["evaluate", "--results", str(folder), "--data", str(sets), "--sets", names])


@pytest.mark.parametrize(
    "pattern", ["{}_SwinIR.png", "{}_EDSR_x4.png", "{}x4.png", "{}_x4_SR.png", "SwinIR-{}.png", "{} (1).png"]
)
def test_results_are_found_by_what_their_names_share(
    pattern: str, sets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert results(sets, tmp_path / "made", "Plain", pattern) == 0
    said = capsys.readouterr()
    assert "3 of Plain" in said.out
    shown = pattern.format("PICTURE").removesuffix(".png")
    assert (f"results for PICTURE are taken from {shown}," in said.err) == (pattern not in ("{}x4.png", "{}_x4_SR.png"))


def test_of_several_scales_the_one_that_is_scored_is_taken(
    sets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert results(sets, tmp_path / "made", "Plain", "{}_EDSR_x2.png", "{}_EDSR_x4.png") == 0
    assert "taken from PICTURE_EDSR_x4," in capsys.readouterr().err


def test_results_of_two_programs_are_asked_about(
    sets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert results(sets, tmp_path / "made", "Plain", "{}_EDSR.png", "{}_SwinIR.png") == 2
    assert "named in several ways: PICTURE_EDSR, PICTURE_SwinIR; keep one" in capsys.readouterr().err


def test_names_without_a_likeness_are_told(sets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        images.write(tmp_path / "made" / f"{number:03d}.png", np.zeros((48, 64, 3), np.uint8))
    assert results(sets, tmp_path / "made", "Plain") == 2
    assert "it holds 000.png, 001.png, 002.png, and sought is baby.png" in capsys.readouterr().err
