"""LR in files, asked for by name: what has none is left out and never made, by the commands and in a run."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

import acutance
from acutance import images
from acutance.cli.main import main
from acutance.data import Declared
from acutance.degrade import Paired, asked_for
from acutance.errors import RequestError
from acutance.experiment import Experiment
from acutance.recipes import pixel
from acutance.recipes.restore import restoring
from photographs import photograph

QUICK = {"steps": 1, "batch": 1, "device": "cpu"}


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Three HR pictures, of which two have LR of the kind "unknown", darker than bicubic would make it."""
    for number in range(3):
        hr = photograph(number, 64, 72)
        images.write(tmp_path / "photos" / "HR" / f"{number}.png", hr)
        if number < 2:
            lr = cv2.resize(hr, (36, 32), interpolation=cv2.INTER_AREA) // 2
            images.write(tmp_path / "photos" / "LR_unknown" / "X2" / f"{number}x2.png", lr)
    return tmp_path / "photos"


def paired(scale: int) -> Experiment:
    """The light EDSR on files."""
    return replace(pixel.edsr_light(scale), degradation=Paired(scale), patch=32)


def elsewhere(scale: int) -> Experiment:
    """The same on files of a kind that is not there."""
    return replace(paired(scale), degradation=Paired(scale, lr="mild"))


def test_it_is_its_settings_and_no_function_of_hr() -> None:
    assert asked_for("paired", 2) == Paired(2)
    assert repr(Paired(2, lr="unknown")) == "Paired(scale=2, lr='unknown')"
    assert paired(2).made_afresh is None
    with pytest.raises(RequestError, match="at least 1"):
        Paired(0)
    with pytest.raises(RequestError, match="leave --lr here out"):
        paired(2).declared(Declared.of("here"))


def test_the_command_writes_the_files_as_they_are_read(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    asked = ["data", "degrade", "--with", "paired", "--scale", "2", "--show"]
    images.write(photos / "LR_unknown" / "X2" / "9x2.png", photograph(9, 32, 36))
    assert main([*asked, str(photos), "-o", str(out)]) == 1
    told = "".join(capsys.readouterr())
    assert "2.png: there is no LR file for it" in told
    assert "9x2.png: it looks like LR, and there is no HR for it" in told
    assert "LR of 2 pictures by paired; 2 failed" in told
    for number in range(2):
        written = images.read(out / "HR" / f"{number}.png").pixels
        assert np.array_equal(written, images.read(photos / "LR_unknown" / "X2" / f"{number}x2.png").pixels)
    assert not (out / "HR" / "2.png").exists()
    assert images.read(out / "show.png").pixels.shape == (2 * 256, 2 * 256, 3)
    single = photos / "HR" / "1.png"
    assert main([*asked, str(single), "-o", str(tmp_path / "one")]) == 0
    assert np.array_equal(images.read(tmp_path / "one" / "1.png").pixels, images.read(out / "HR" / "1.png").pixels)


def test_a_run_learns_from_the_files_alone(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = acutance.train(paired, data=photos, out=tmp_path / "run", scale=2, **QUICK)
    assert [each["name"] for each in run.description["data"]] == ["HR/0.png", "HR/1.png"]
    assert all("lr_sha256" in each for each in run.description["data"])
    assert run.description["experiment"]["degradation"] == repr(Paired(2))
    told = capsys.readouterr().err
    assert "HR/2.png: there is no LR file for it" in told
    assert "made here" not in told
    with pytest.raises(RequestError, match="no LR of the kind mild"):
        acutance.train(elsewhere, data=photos, out=tmp_path / "b", scale=2, **QUICK)


def without_anything(scale: int) -> Experiment:
    """At scale 1, where bicubic reduction would leave HR itself."""
    return replace(restoring("edsr_light", Paired(1)), degradation=None)


@pytest.mark.parametrize("recipe", ["pairs:edsr_light", without_anything])
def test_at_the_size_of_hr_a_run_never_learns_to_leave_pictures_alone(recipe: str, tmp_path: Path) -> None:
    images.write(tmp_path / "bare" / "0.png", photograph(0, 64, 72))
    with pytest.raises(RequestError, match=r"no picture to train on .*0\.png: there is no LR file for it"):
        acutance.train(recipe, data=tmp_path / "bare", out=tmp_path / "run", patch=32, **QUICK)


def test_validation_and_evaluation_take_the_files_too(photos: Path, tmp_path: Path) -> None:
    (photos / "HR" / "2.png").unlink()
    run = acutance.train(paired, data=photos, out=tmp_path / "run", scale=2, validate=photos, every=1, **QUICK)
    asked = {"data": tmp_path, "sets": "photos", "metrics": "psnr"}
    ours = acutance.evaluate(run, degraded="paired", **asked)
    made = acutance.evaluate(run, lr="here", **asked)
    assert ours["photos"]["psnr"] == pytest.approx(run.curve["validation/photos/psnr"][-1][1], abs=0.02)
    assert ours.baseline is not None
    assert made.baseline is not None
    assert ours.baseline["photos"]["psnr"] < made.baseline["photos"]["psnr"] - 3  # of files that are half as bright
