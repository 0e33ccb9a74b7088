"""What a run asks before its first step: counts that make sense, pictures that fit, the run that it goes on with."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import acutance
from acutance import images
from acutance.cli.main import main
from acutance.data.decode import degrade
from acutance.degrade import Bicubic
from acutance.errors import RequestError
from photographs import photograph

SCALE = 4
COLOUR = (7, 90, 200)


def words(recipe: Path, data: Path, out: Path, *more: str) -> list[str]:
    whole = ["train", f"{recipe}:pixel", "--data", str(data), "--out", str(out), "--steps", "2", "--device", "cpu"]
    return [*whole, *more]


@pytest.fixture
def paired(tmp_path: Path) -> Path:
    """Three pairs as in DIV2K, LR in another format than HR."""
    root = tmp_path / "DIV2K"
    for number in range(3):
        hr = photograph(number, 64, 72)
        images.write(root / "DIV2K_train_HR" / f"{number:04d}.png", hr)
        images.write(root / "DIV2K_train_LR_bicubic" / "X4" / f"{number:04d}x4.bmp", degrade(hr, Bicubic(SCALE)))
    return root


@pytest.mark.parametrize("option", ["every", "devices", "nodes", "steps", "batch", "patch"])
@pytest.mark.parametrize("value", ["0", "-3"])
def test_counts_that_make_no_sense_are_refused(
    option: str, value: str, recipe: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words(recipe, photos, tmp_path / "run"), f"--{option}", value]) == 2
    assert f"--{option} is {value}; it must be a whole number from 1 on" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
    assert not (tmp_path / "store").exists()


def test_python_and_compare_refuse_them_too(recipe: Path, photos: Path, tmp_path: Path) -> None:
    wrong: dict[str, Any]
    for wrong in ({"every": 0}, {"batch": True}, {"seed": -1}):
        with pytest.raises(RequestError, match="whole number"):
            acutance.train(f"{recipe}:pixel", data=photos, out=tmp_path / "run", **wrong)
    pair = [f"{recipe}:pixel", f"{recipe}:pcl"]
    for wrong in ({"jobs": 0}, {"seeds": 0}, {"first_seed": -1}, {"seeds": [1, -2]}):
        with pytest.raises(RequestError, match="whole number"):
            acutance.compare(pair, data=photos, sets=[photos], out=tmp_path / "compare", **wrong)
    assert not (tmp_path / "run").exists()


def test_a_validation_picture_that_is_too_small_is_named_before_the_first_step(
    recipe: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, small = tmp_path / "run", tmp_path / "small"
    assert main(words(recipe, photos, out)) == 0
    images.write(small / "icon.png", photograph(1, 16, 16))
    for begun in (words(recipe, photos, tmp_path / "other"), words(recipe, photos, out, "--resume")):
        assert main([*begun, "--validate", str(small)]) == 1
        assert "icon.png: 16x16 pixels are too few to validate on" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


def test_lr_files_are_trained_on_and_belong_to_the_run(
    recipe: Path, paired: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert main(words(recipe, paired, out)) == 0
    assert "3 pairs for x4, HR in DIV2K_train_HR, LR in DIV2K_train_LR_bicubic/X4." in capsys.readouterr().err
    low = paired / "DIV2K_train_LR_bicubic" / "X4" / "0001x4.bmp"
    images.write(low, 255 - images.read(low).pixels)
    assert main(words(recipe, paired, out, "--resume")) == 2
    said = capsys.readouterr().err
    assert "DIV2K_train_HR/0001.png has changed (LR pixels of SHA-256" in said
    assert f"--init {out} and another --out" in said


def test_lr_as_data_is_refused_and_declared_lr_is_taken(
    recipe: Path, paired: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    low = paired / "DIV2K_train_LR_bicubic" / "X4"
    assert main(words(recipe, low, tmp_path / "run")) == 2
    assert "looks like LR" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
    declared = acutance.train(
        f"{recipe}:pixel", data=paired / "DIV2K_train_HR", lr=low, out=tmp_path / "run", steps=1, device="cpu"
    )
    assert all("lr_sha256" in picture for picture in declared.description["data"])


def test_a_broken_picture_costs_itself(
    recipe: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (photos / "bomb.gif").write_bytes(
        b"GIF89a\xff\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x02D\x01\x00;"
    )
    assert main(words(recipe, photos, tmp_path / "run")) == 0
    said = capsys.readouterr().err
    assert "left out 1 of the pictures:" in said
    assert "bomb.gif" in said


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda photos: (photos / "1.png").unlink(), "1.png was among them then, and is not now"),
        (lambda photos: images.write(photos / "9.png", photograph(5, 64, 64)), "9.png was not among them then"),
        (lambda photos: images.write(photos / "1.png", photograph(5, 64, 64)), "1.png has changed ("),
    ],
)
def test_the_first_picture_that_differs_is_named(
    change: Callable[[Path], object],
    told: str,
    recipe: Path,
    photos: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "run"
    assert main(words(recipe, photos, out)) == 0
    change(photos)
    assert main(words(recipe, photos, out, "--resume")) == 2
    said = capsys.readouterr().err
    assert f"{out} holds a run on other pictures: {told}" in said
    assert f"--init {out}" in said


def test_more_steps_of_a_finished_run_are_told_the_way(
    recipe: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert main(words(recipe, photos, out)) == 0
    longer = [*words(recipe, photos, out, "--resume"), "--steps", "4"]
    assert main(longer) == 2
    assert f"another steps: 2 then, 4 now. To go on, begin a new run from its weights: --init {out}" in (
        capsys.readouterr().err
    )
    further = [*words(recipe, photos, tmp_path / "further"), "--steps", "2", "--init", str(out)]
    assert main(further) == 0


def test_of_long_values_the_part_that_differs_is_shown(tmp_path: Path) -> None:
    from acutance.run_folder import RunFolder

    told = {"recipe": "a:b", "data": [], "experiment": {"text": "x" * 100 + "then"}}
    RunFolder(tmp_path).begin(told, "", resume=False)
    now = {**told, "experiment": {"text": "x" * 100 + "now"}}
    with pytest.raises(RequestError, match=r"text: \.\.\.x+then\" then, \.\.\.x+now\" now"):
        RunFolder(tmp_path).begin(now, "", resume=True)


def test_lr_is_what_the_patches_come_from(paired: Path, tmp_path: Path) -> None:
    from acutance.data import Store

    low = paired / "DIV2K_train_LR_bicubic" / "X4"
    for path in images.find(low):
        images.write(path, np.full((16, 18, 3), COLOUR, np.uint8))
    store = Store.open(paired, cache=tmp_path / "cache", degradation=Bicubic(SCALE))
    assert len(store) == 3
    assert all((store.lr(number) == COLOUR).all() for number in range(3))
