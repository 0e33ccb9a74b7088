"""SR pictures that other programs made: found by name, scored alike, every fault named."""

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from acutance import images
from acutance.cli.evaluate import evaluate
from acutance.data import PictureSet, find_set
from acutance.errors import RequestError
from acutance.scores.benchmark import benchmark, bicubic_upscaler
from acutance.scores.elsewhere import find_results
from photographs import photograph


def run(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(evaluate)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def made(pictures: PictureSet, tmp_path: Path) -> Path:
    """What bicubic makes of the two pictures, in SET/."""
    benchmark(bicubic_upscaler(4), [pictures], network="bicubic", scale=4, save=tmp_path / "made")
    return tmp_path / "made"


def scored(made: Path, pictures: PictureSet, tmp_path: Path) -> tuple[Result, dict]:
    root, out = pictures.pairs[0].hr.parents[1], tmp_path / "s.json"
    done = run("--results", made, "--data", root, "--sets", "Pair", "--json", out)
    return done, json.loads(out.read_text())


def test_what_bicubic_made_scores_as_bicubic(pictures: PictureSet, made: Path, tmp_path: Path) -> None:
    done, written = scored(made, pictures, tmp_path)
    assert done.exit_code == 0
    assert written["network"] == str(made)
    assert written["sets"] == written["baseline"]["sets"]


NAMES = ["babyx4", "baby_x4", "baby_x4_SR", "baby-4x", "baby_out", "baby_SR", "BABY".lower()]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("inside", [".", "Set", "results-set"])
def test_usual_names_and_folders_are_found(name: str, inside: str, tmp_path: Path) -> None:
    for path in (tmp_path / "Set" / "baby.png", tmp_path / "made" / inside / f"{name}.png"):
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), photograph(1))
    pictures = find_set(tmp_path, "Set", 4)
    (found,) = find_results(tmp_path / "made", [pictures], 4).files["Set"]["baby"]
    assert found.stem == name


def test_a_name_of_its_own_goes_before_one_that_ends_alike(tmp_path: Path) -> None:
    for folder in ("Set", "made"):
        (tmp_path / folder).mkdir()
        for name in ("fo", "fo_sr", "scout"):
            cv2.imwrite(str(tmp_path / folder / f"{name}.png"), photograph(1))
    files = find_results(tmp_path / "made", [find_set(tmp_path, "Set", 4)], 4).files["Set"]
    assert {name: [path.stem for path in found] for name, found in files.items()} == {
        "fo": ["fo"],
        "fo_sr": ["fo_sr"],
        "scout": ["scout"],
    }


def small(path: Path) -> None:
    cv2.imwrite(str(path), photograph(2, 24, 30))


def grey(path: Path) -> None:
    cv2.imwrite(str(path), np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)))


def deep(path: Path) -> None:
    cv2.imwrite(str(path), cv2.imread(str(path)).astype(np.uint16) * 257)


def clear(path: Path) -> None:
    cv2.imwrite(str(path), cv2.cvtColor(np.asarray(cv2.imread(str(path))), cv2.COLOR_BGR2BGRA))


def twice(path: Path) -> None:
    path.with_name("odd_x4.png").write_bytes(path.read_bytes())


FAULTS = [
    (small, "odd.png: it is 30x24; x4 for odd.png should give 60x48"),
    (Path.unlink, "there is no result for it in"),
    (grey, "odd.png: it is grey, and odd.png has colours"),
    (deep, "odd.png: it has 16 bits a channel"),
    (clear, "odd.png: it has an alpha channel"),
    (twice, "more than one file may be its result"),
    (lambda path: path.write_text("no picture"), "odd.png: this is not a picture"),
]


@pytest.mark.parametrize(("spoil", "said"), FAULTS)
def test_a_fault_is_named_and_the_rest_is_scored(
    spoil, said: str, pictures: PictureSet, made: Path, tmp_path: Path
) -> None:
    spoil(made / "Pair" / "odd.png")
    done, written = scored(made, pictures, tmp_path)
    assert done.exit_code == 1
    assert said in done.stderr
    assert written["sets"]["Pair"]["pictures"] == {"scored": 1, "expected": 2}
    assert list(written["sets"]["Pair"]["images"]) == ["even"]
    assert "1 of 2 of Pair" in done.stdout


def test_a_grey_result_of_a_grey_original_is_scored(pictures: PictureSet, made: Path, tmp_path: Path) -> None:
    for path in (pictures.pairs[1].hr, made / "Pair" / "odd.png"):
        grey(path)
    done, written = scored(made, pictures, tmp_path)
    assert done.exit_code == 0
    assert written["sets"]["Pair"]["remarks"] == {"odd": "grey, scored as three equal channels"}


def test_two_originals_with_one_stem_are_named_and_the_rest_is_scored(pictures: PictureSet, tmp_path: Path) -> None:
    hr = pictures.pairs[0].hr
    images.write(hr.with_suffix(".bmp"), images.read(hr).pixels)
    sheet = tmp_path / "s.csv"
    done = run("bicubic", "--data", hr.parents[1], "--sets", "Pair", "--csv", sheet)
    assert done.exit_code == 1
    assert "more than one picture named 'even': even.bmp, even.png" in done.stderr
    assert "1 of 2 of Pair" in done.stdout
    even, odd = csv.DictReader(sheet.read_text().splitlines())
    assert (even["picture"], even["psnr"]) == ("even", "")
    assert "even.bmp" in even["failed"]
    assert (odd["protocol"], float(odd["psnr"]) > 10) == ("pcl", True)


def test_results_and_network_exclude_each_other_and_must_be_there(pictures: PictureSet, tmp_path: Path) -> None:
    options = ("--data", pictures.pairs[0].hr.parents[1], "--sets", "Pair")
    (tmp_path / "empty").mkdir()
    for wrong in (
        (),
        ("bicubic", "--results", tmp_path),
        ("--results", tmp_path / "no"),
        ("--results", tmp_path / "empty"),
    ):
        assert isinstance(run(*wrong, *options).exception, RequestError)
