"""`acutance.train` from plain Python, and the run that it returns."""

import os
from pathlib import Path

import pytest
import torch

import acutance
from acutance.cli.main import main
from acutance.errors import RequestError
from acutance.experiment import Experiment, Term
from acutance.losses import Pixel
from acutance.networks import create
from acutance.runs import Run

QUICK = {"steps": 3, "device": "cpu", "seed": 3}


def tiny(scale):
    """A network of one block learns by L1."""
    network = create("edsr", scale=scale, blocks=1, channels=4)
    return Experiment(network, {"pixel": Term(1.0, Pixel())}, steps=9, batch=1, patch=32)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "tiny <x>"
    photos = Path(acutance.__file__).parent / "photos" / "test"
    return acutance.train(tiny, data=[str(photos)], out=str(out), scale=2, validate=photos, every=2, **QUICK)


def test_a_function_is_a_recipe_and_its_run_can_be_gone_on_with(run):
    assert run.network.scale == 2
    assert run.network(torch.rand(1, 3, 8, 8)).shape == (1, 3, 16, 16)
    assert [step for step, _ in run.curve["loss/pixel"]] == [1, 2, 3]
    steps, scores = zip(*run.curve["validation/test/psnr"], strict=True)
    assert steps == (2, 3)
    assert all(5 < score < 50 for score in scores)
    assert run.report.read_text().startswith("<!doctype html>")
    assert "def tiny(scale)" in (run.folder / "recipe.py").read_text()
    assert run.description["recipe"].endswith("tiny")


def test_a_run_stands_for_its_folder(run):
    assert os.fspath(run) == str(run.folder)
    assert Run(Path(run)).network.config == run.network.config


def test_a_run_shows_itself(run):
    assert repr(run) == f"Run({run.folder}: {run.description['recipe']}, seed 3, 3 of 3 steps)"
    page = run._repr_html_()
    assert "tiny &lt;x&gt;" in page
    assert "<x>" not in page
    first, last = run.curve["loss/pixel"][0][1], run.curve["loss/pixel"][-1][1]
    assert ["loss/pixel", f"{first:.4g}", "1", f"{last:.4g}", "3"] in run.rows
    assert page.count("<tr>") == len(run.rows)


def test_an_empty_folder_is_no_run(tmp_path):
    assert repr(Run(tmp_path)) == f"Run({tmp_path}: nothing was trained here.)"
    with pytest.raises(RequestError, match="holds no weights yet"):
        _ = Run(tmp_path).network


def test_a_finished_run_is_returned_as_it_is(run):
    before = (run.folder / "checkpoints" / "last.pt").stat().st_mtime_ns
    photos = Path(acutance.__file__).parent / "photos" / "test"
    again = acutance.train(tiny, data=photos, out=run.folder, scale=2, resume=True, **QUICK)
    assert again.curve == run.curve
    assert (run.folder / "checkpoints" / "last.pt").stat().st_mtime_ns == before


def test_the_command_ends_by_saying_where_the_run_lies_and_what_comes_next(recipe, photos, tmp_path, capsys):
    out = tmp_path / "run"
    words = ["train", f"{recipe}:pixel", "--data", str(photos), "--out", str(out), "--steps", "2", "--device", "cpu"]
    assert main(words) == 0
    printed = capsys.readouterr().out
    assert f"{out}: {recipe}:pixel, seed 1, 2 of 2 steps" in printed
    assert f"Its report: {out / 'report.html'}" in printed
    assert f"acutance evaluate {out} --sets" in printed
    assert f"acutance upscale photo.jpg --network {out}" in printed


@pytest.mark.parametrize("words", [["--list", "pcl"], ["pcl", "--list"]])
def test_the_list_can_be_of_one_paper(words, capsys):
    assert main(["train", *words]) == 0
    printed = capsys.readouterr().out
    assert "edsr_light" in printed
    assert "spsr:g" not in printed


def test_a_command_without_a_recipe_is_a_sentence(tmp_path, capsys):
    assert main(["train", "--data", str(tmp_path), "--out", str(tmp_path / "run")]) == 2
    assert "name a recipe" in capsys.readouterr().err
