"""`acutance.compare` from plain Python: real runs of tiny recipes, and what is refused before the first of them."""

import json
import math
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import acutance
from acutance.comparison.entries import Entry, check_portable, enter
from acutance.comparison.verdict import sentences
from acutance.data import PictureSet
from acutance.errors import RequestError
from acutance.experiment import Adam, Experiment, Term
from acutance.losses import Pixel
from acutance.networks import create
from acutance.recipes.pcl import with_pcl
from acutance.recipes.recipe import Recipe, Request
from acutance.run_folder import RunFolder, RunId


def tiny(scale: int, steps: int, learning_rate: float) -> Experiment:
    network = create("edsr", scale=scale, blocks=1, channels=4)
    terms = {"pixel": Term(1.0, Pixel()), "perceptual": Term(0.1, Pixel())}
    return Experiment(network, terms, steps=steps, batch=1, patch=16, optimizer=Adam(learning_rate))


def slow(scale: int) -> Experiment:
    return tiny(scale, 3, 1e-6)


def fast(scale: int) -> Experiment:
    return tiny(scale, 99, 1e-2)


def written(out: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in out.rglob("last.safetensors")}


def test_two_functions_with_two_seeds_in_one_line(photos: Path, pictures: PictureSet, tmp_path: Path) -> None:
    out, sets = tmp_path / "out", [pictures.pairs[0].hr.parent]
    comparison = acutance.compare(
        [slow, fast], data=photos, sets=sets, seeds=2, out=out, device="cpu", json=tmp_path / "c.json"
    )
    assert list(comparison.runs) == [RunId(recipe, seed) for seed in (1, 2) for recipe in ("slow", "fast")]
    assert {run.description["experiment"]["steps"] for run in comparison.runs.values()} == {3}, "the control's"
    assert {run.network.scale for run in comparison.runs.values()} == {4}
    begun = comparison.starts
    assert [begun[RunId("slow", seed)] == begun[RunId("fast", seed)] for seed in (1, 2)] == [True, True]
    assert begun[RunId("slow", 1)]["weights"] != begun[RunId("slow", 2)]["weights"]
    assert begun[RunId("slow", 1)]["batch"] != begun[RunId("slow", 2)]["batch"]
    assert not any("began" in sentence for sentence in sentences(comparison))
    difference = comparison.differences["fast"]["Pair"]["psnr"]
    assert (len(difference.estimate.values), difference.pictures) == (2, 2)
    assert difference.estimate.mean != 0
    assert str(comparison).count("fast - slow on Pair") == 2
    assert "<table>" in comparison._repr_html_()
    assert comparison.report.is_file()
    assert json.loads((tmp_path / "c.json").read_text()) == json.loads((out / "comparison.json").read_text())
    before = written(out)
    third = acutance.compare([slow, fast], data=photos, sets=sets, seeds=[2, 5], out=out, device="cpu")
    assert third.results[RunId("fast", 2)] == comparison.results[RunId("fast", 2)]
    assert before.items() < written(out).items()
    assert len(written(out)) == 6


def test_scores_are_found_again_in_the_folders_and_under_the_conditions_of_ever(
    photos: Path, pictures: PictureSet, tmp_path: Path
) -> None:
    sets, out = [pictures.pairs[0].hr.parent], tmp_path / "out"
    options = {"data": photos, "sets": sets, "seeds": 1, "out": out, "metrics": "psnr", "device": "cpu"}
    acutance.compare([slow, fast], **options)
    kept = json.loads(RunFolder(out / "fast" / "seed-1").scores.read_text())
    files = [f"{pair.hr.resolve()}, {pair.hr.stat().st_size} bytes" for pair in pictures.pairs]
    assert kept["conditions"] == {
        "protocol": "pcl",
        "metrics": ["psnr"],
        "weights": {},
        "scale": 4,
        "sets": {"Pair": files},
    }
    del kept["sha256"]  # as one that knew no hash wrote it
    kept["results"]["sets"]["Pair"]["images"] = {name: {"psnr": 99.0} for name in ("even", "odd")}
    RunFolder(out / "fast" / "seed-1").scores.write_text(json.dumps(kept))
    assert acutance.compare([slow, fast], **options).means("fast", "Pair", "psnr") == {1: 99.0}


def perceptual(request: Request) -> Experiment:
    return slow(request.scale)


GUIDED = Recipe(perceptual, takes=("perceptual",), name="spsr:p")


def test_a_variation_is_called_as_ever_so_that_its_runs_are_found() -> None:
    names = enter([slow, GUIDED], Request(perceptual="squeezenet", without=("perceptual",)))
    assert list(names) == ["slow-perceptual", "spsr:p+squeezenet-perceptual"]
    assert RunId("spsr:p+squeezenet-perceptual", 1).label == "spsr-p-squeezenet-perceptual/seed-1"
    assert list(enter([slow, GUIDED], Request())) == ["slow", "spsr:p"]


def test_a_file_goes_to_the_recipe_that_has_a_use_for_it(tmp_path: Path) -> None:
    weights = tmp_path / "squeezenet.pth"
    given = enter([slow, GUIDED], Request(perceptual="squeezenet", files={"squeezenet": weights, "vgg": None}))
    assert [entry.request.files for entry in given.values()] == [{}, {"squeezenet": weights}]
    with pytest.raises(RequestError, match=r"none of these recipes has a use for --resnet\."):
        enter([slow, GUIDED], Request(files={"resnet": weights}))


@pytest.mark.parametrize(
    ("recipes", "options", "words"),
    [
        ([slow], {}, "two or more different recipes, not slow"),
        ([slow, slow], {}, "two or more different recipes, not slow, slow"),
        ([], {}, "two or more different recipes, not none"),
        (["pixel:edsr_light", "pcl:edsr_lite"], {}, "pcl:edsr_light"),
        ([slow, fast], {"seeds": []}, "--seeds is 0"),
        ([slow, fast], {"seeds": 0}, "--seeds is 0"),
        ([slow, fast], {"sets": "Set6"}, "Set6"),
        ([slow, fast], {"protocol": "plc"}, "did you mean 'pcl'"),
        ([slow, fast], {"metrics": ["pnsr"]}, "pnsr"),
        ([slow, fast], {"without": ["pixle"]}, "pixle"),
        ([slow, fast], {"jobs": 2, "recipe": "inside"}, "other processes, which cannot find the function inside"),
    ],
)
def test_what_is_wrong_is_said_before_the_first_run(
    recipes: list[Any], options: dict[str, Any], words: str, photos: Path, pictures: PictureSet, tmp_path: Path
) -> None:
    def inside(scale: int) -> Experiment:
        return slow(scale)

    options = {"sets": [pictures.pairs[0].hr.parent], **options}
    added = [inside] if options.pop("recipe", None) else []
    with pytest.raises(RequestError, match=words):
        acutance.compare([*recipes, *added], data=photos, test=photos, out=tmp_path / "out", device="cpu", **options)
    assert not (tmp_path / "out").exists()


def test_a_function_typed_into_a_session_cannot_be_found_by_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    check_portable({"slow": Entry(slow, Request()), "p": Entry(GUIDED, Request()), "name": Entry("a:b", Request())})
    monkeypatch.setattr(slow, "__module__", "__main__")
    monkeypatch.setattr(sys.modules["__main__"], "slow", slow, raising=False)
    monkeypatch.setattr(sys.modules["__main__"], "__file__", "mine.py", raising=False)
    check_portable({"slow": Entry(slow, Request())})
    monkeypatch.delattr(sys.modules["__main__"], "__file__")
    with pytest.raises(RequestError, match=r"write it into a file and name it as my_recipe\.py:slow"):
        check_portable({"slow": Entry(slow, Request())})


def contrasted(scale: int) -> Experiment:
    return with_pcl(replace(tiny(scale, 2, 1e-3), batch=2, patch=32).without("perceptual"))


def alone(scale: int) -> Experiment:
    return contrasted(scale).without("contrastive")


@pytest.mark.slow
def test_a_sweep_with_a_filter_draws_frontiers_and_tells_whether_the_critic_learned(
    photos: Path, pictures: PictureSet, tmp_path: Path
) -> None:
    out, sets = tmp_path / "out", [pictures.pairs[0].hr.parent]
    options: dict[str, Any] = {"data": photos, "sets": sets, "seeds": 1, "out": out, "device": "cpu"}
    told = acutance.compare([alone, contrasted], sweep=["share=0.5,2", "factor=1.5,3"], **options)
    strengths = ["contrasted@share=0.5", "contrasted@share=2"]
    assert list(told.recipes) == ["alone", *strengths, "filter@factor=1.5", "filter@factor=3"]
    assert list(told.trivial) == ["filter@factor=1.5", "filter@factor=3"]
    assert set(told.runs) == {RunId(name, 1) for name in ["alone", *strengths]}
    control, sharp = (told.means(name, "Pair", "psnr")[1] for name in ("alone", "filter@factor=3"))
    assert control != sharp
    state = told.critics[RunId(strengths[0], 1)]
    assert (state.chance, state.pictures) == (pytest.approx(2 * math.log(33)), 2)
    assert state.guesses, "of two steps"
    assert "it guesses, so this run holds no learned contrast" in str(told)
    assert "at equal PSNR" in str(told)
    assert (out / "frontier-Pair.png").is_file()
    assert "each method over its strength" in told.report.read_text()
    again = acutance.compare([alone, contrasted], sweep=["share=0.5,2", "factor=1.5,3"], **options)
    assert again.results == told.results


def test_strengths_are_chosen_on_other_pictures_and_what_is_reported_is_scored_once(
    photos: Path, pictures: PictureSet, tmp_path: Path
) -> None:
    other = tmp_path / "sets" / "Other"
    shutil.copytree(pictures.pairs[0].hr.parent, other)
    out, sets = tmp_path / "out", [pictures.pairs[0].hr.parent]
    options: dict[str, Any] = {"data": photos, "sets": sets, "seeds": 1, "out": out, "device": "cpu"}
    told = acutance.compare([slow, "filter"], sweep="factor=1.01,9", choose_on=[other], **options)
    assert (list(told.chosen_on), told.sets) == (["Other"], ["Pair"])
    assert len(told.recipes) == 2
    left = ({"filter@factor=1.01", "filter@factor=9"} - set(told.recipes)).pop()
    assert not RunFolder(RunId(left, 1).folder(out)).scores.exists()
    assert "Strengths were chosen on Other" in str(told)
    with pytest.raises(RequestError, match="Pair is to be chosen on and reported"):
        acutance.compare([slow, "filter"], sweep="factor=1.01,9", choose_on=sets, **options)


def test_a_filter_is_no_control(photos: Path, pictures: PictureSet, tmp_path: Path) -> None:
    sets = [pictures.pairs[0].hr.parent]
    with pytest.raises(RequestError, match="cannot be the first"):
        acutance.compare(["filter", slow], data=photos, sets=sets, out=tmp_path / "out", device="cpu")
