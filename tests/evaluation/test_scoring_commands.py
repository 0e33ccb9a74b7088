"""`acutance evaluate` and `acutance compare` on real files."""

import json
from pathlib import Path

import cv2
import pytest
import torch
import typer
from typer.testing import CliRunner, Result

from acutance import checkpoints, networks
from acutance.cli.compare import compare
from acutance.cli.evaluate import evaluate
from acutance.comparison.held_out import held_out
from acutance.data import PictureSet
from acutance.errors import AcutanceError, RequestError
from acutance.extractors import SqueezeNet
from acutance.tensors import write_weights
from photographs import photograph

RECIPE = """
from acutance.experiment import Adam, Experiment, Term
from acutance.losses import Pixel
from acutance.networks import create


def slow(scale=4):
    network = create("edsr-light", scale=scale, blocks=1, channels=4)
    return Experiment(network, {"pixel": Term(1.0, Pixel())}, steps=2, batch=1, patch=16, optimizer=Adam(1e-5))


def fast(scale=4):
    network = create("edsr-light", scale=scale, blocks=1, channels=4)
    return Experiment(network, {"pixel": Term(1.0, Pixel())}, steps=99, batch=1, patch=16, optimizer=Adam(1e-2))
"""


def run(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(evaluate)
    app.command()(compare)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def root(pictures: PictureSet) -> Path:
    return pictures.pairs[0].hr.parents[1]


def test_bicubic_alone_and_its_json(root: Path, tmp_path: Path) -> None:
    done = run("evaluate", "bicubic", "--data", root, "--sets", "Pair", "--json", tmp_path / "s.json")
    written = json.loads((tmp_path / "s.json").read_text())
    assert done.exit_code == 0
    assert "Protocol pcl at x4" in done.stdout
    assert f"{written['sets']['Pair']['psnr']:.2f} / " in done.stdout
    assert (written["network"], written["scale"]) == ("bicubic", 4)
    assert "baseline" not in written


@pytest.mark.parametrize("option", ["--json", "--csv", "--save"])
def test_a_file_that_cannot_be_written_is_told_before_a_picture_is_scored(
    option: str, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    place = {"--json": tmp_path, "--csv": tmp_path / "file" / "s.csv", "--save": tmp_path / "file"}[option]
    done = run("evaluate", "bicubic", "--data", root, "--sets", "Pair", option, place)
    assert isinstance(done.exception, RequestError)
    assert str(done.exception).startswith("cannot write ")
    assert done.stdout == ""


def test_a_comparison_that_cannot_be_written_is_told_before_the_first_run(root: Path, tmp_path: Path) -> None:
    recipes = ("pixel:edsr_light", "pcl:edsr_light")
    asked = ("--data", root, "--sets", "Pair", "--out", tmp_path / "out", "--json", tmp_path)
    done = run("compare", *recipes, *asked)
    assert isinstance(done.exception, RequestError)
    assert not (tmp_path / "out").exists()


def test_protocol_and_metrics_are_chosen_and_named(root: Path, tmp_path: Path) -> None:
    chosen = ("--protocol", "spsr", "--metrics", "ssim,gradient_rmse,structure", "--json", tmp_path / "s.json")
    done = run("evaluate", "bicubic", "--data", root, "--sets", "Pair", *chosen)
    written = json.loads((tmp_path / "s.json").read_text())
    assert done.exit_code == 0
    assert "Protocol spsr at x4" in done.stdout
    assert "Cells: SSIM / gradient RMSE / structure distance (contrastive-h)." in done.stdout
    assert written["protocol"] == "spsr"
    assert list(written["sets"]["Pair"]["images"]["even"]) == ["ssim", "gradient_rmse", "structure_contrastive_h"]


def test_lpips_is_that_of_the_protocol_and_missing_weights_are_told(root: Path, tmp_path: Path) -> None:
    asked = ("--data", root, "--sets", "Pair", "--metrics", "lpips", "--weights", tmp_path)
    for protocol, backbone in (("pcl", "SqueezeNet"), ("spsr", "AlexNet")):
        refused = run("evaluate", "bicubic", *asked, "--protocol", protocol).exception
        assert isinstance(refused, RequestError)
        assert backbone in str(refused)
        assert "acutance data fetch lpips" in str(refused)


def test_lpips_of_set5_with_the_weights_at_hand(shared_data: Path) -> None:
    asked = ("--metrics", "psnr,lpips", "--weights", shared_data / "weights")
    done = run("evaluate", "bicubic", "--data", shared_data, "--sets", "Set5", *asked)
    assert done.exit_code == 0
    assert "Cells: PSNR / LPIPS v0.1 (SqueezeNet)." in done.stdout


def test_a_run_folder_beside_bicubic_with_its_pictures(root: Path, tmp_path: Path) -> None:
    network = networks.create("edsr-light", scale=2, blocks=1, channels=4)
    checkpoints.save(tmp_path / "run" / "checkpoints" / "last.safetensors", network, {})
    options = ("--sets", "Pair", "--json", tmp_path / "s.json", "--save", tmp_path / "sr", "--device", "cpu")
    done = run("evaluate", tmp_path / "run", "--data", root, *options)
    written = json.loads((tmp_path / "s.json").read_text())
    assert done.exit_code == 0
    assert written["scale"] == 2
    assert written["baseline"]["network"] == "bicubic"
    assert cv2.imread(str(tmp_path / "sr" / "Pair" / "odd.png")).shape == (50, 62, 3)


def test_a_bad_picture_is_named_and_the_rest_is_scored(root: Path) -> None:
    (root / "Pair" / "words.png").write_text("no picture")
    done = run("evaluate", "bicubic", "--data", root, "--sets", "Pair")
    assert done.exit_code == 1
    assert "words.png" in done.stderr
    assert "2 of 3 of Pair" in done.stdout


@pytest.mark.parametrize("wrong", [("--sets", "Pairs"), ("--sets", ","), ("--sets", "Pair", "--protocol", "none")])
def test_a_wrong_request_is_refused(root: Path, wrong: tuple[str, ...]) -> None:
    assert isinstance(run("evaluate", "bicubic", "--data", root, *wrong).exception, RequestError)


def test_compare_trains_scores_and_goes_on(root: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(RECIPE)
    (root / "Train").mkdir()
    cv2.imwrite(str(root / "Train" / "a.png"), photograph(7))
    recipes = [f"{tmp_path / 'mine.py'}:{name}" for name in ("slow", "fast")]
    out = tmp_path / "out"
    options = ("--data", root, "--test", root, "--sets", "Pair", "--seeds", "2", "--out", out, "--device", "cpu")
    first = run("compare", *recipes, *options)
    assert first.exit_code == 0
    assert "over 2 seeds" in first.stdout
    written = json.loads((out / "comparison.json").read_text())
    assert written["seeds"] == [1, 2]
    runs = sorted(out.glob("*/seed-*"))
    described = [json.loads((run / "experiment.json").read_text()) for run in runs]
    assert len(runs) == 4
    assert {each["experiment"]["steps"] for each in described} == {2}, "the budget is the control's"
    assert all([picture["name"] for picture in each["data"]] == ["a.png"] for each in described), "Pair is held out"
    before = [(run / "checkpoints" / "last.safetensors").stat().st_mtime_ns for run in runs]
    assert run("compare", *recipes, *options).exit_code == 0
    assert [(run / "checkpoints" / "last.safetensors").stat().st_mtime_ns for run in runs] == before
    kept = [json.loads((run / "scores.json").read_text())["conditions"] for run in runs]
    assert all(each["metrics"] == ["psnr", "ssim"] and each["weights"] == {} for each in kept)
    again = run("compare", *recipes, *options, "--protocol", "spsr", "--metrics", "ssim,structure")
    assert again.exit_code == 0
    assert "structure distance (contrastive-h): " in again.stdout
    assert [(run / "checkpoints" / "last.safetensors").stat().st_mtime_ns for run in runs] == before
    kept = [json.loads((run / "scores.json").read_text())["conditions"] for run in runs]
    assert {each["protocol"] for each in kept} == {"spsr"}
    assert all(len(sha256) == 64 for each in kept for sha256 in each["weights"].values())
    assert all("structure-contrastive-h.safetensors" in each["weights"] for each in kept)


@pytest.mark.slow
def test_runs_side_by_side_come_out_as_those_in_turn(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    (tmp_path / "mine.py").write_text(RECIPE)
    (root / "Train").mkdir()
    cv2.imwrite(str(root / "Train" / "a.png"), photograph(7))
    recipes = [f"{tmp_path / 'mine.py'}:{name}" for name in ("slow", "fast")]
    options = ("--data", root, "--test", root, "--sets", "Pair", "--seeds", "1", "--device", "cpu")
    for jobs in (1, 2):
        assert run("compare", *recipes, *options, "--out", tmp_path / f"{jobs}", "--jobs", jobs).exit_code == 0
    torch.set_num_threads(threads)
    in_turn, at_once = (json.loads((tmp_path / f"{jobs}" / "comparison.json").read_text()) for jobs in (1, 2))
    assert in_turn == at_once
    assert len(list((tmp_path / "2" / "logs").glob("*-seed-1.txt"))) == 2
    (root / "Train" / "a.png").unlink()
    refused = run("compare", *recipes, *options, "--out", tmp_path / "3", "--jobs", 2).exception
    assert isinstance(refused, AcutanceError)


def test_an_unknown_recipe_ends_before_anything_is_trained(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("compare", "pixel:edsr_light", "pcl:edsr_lite", "--data", root, "--sets", "Pair", "--out", out)
    assert isinstance(done.exception, RequestError)
    assert not out.exists()


FILES = """
from acutance.experiment import Experiment, Term
from acutance.extractors import SqueezeNet
from acutance.losses import FixedContrastive, Pixel
from acutance.networks import create
from acutance.recipes import Recipe


def control(scale=4):
    network = create("edsr-light", scale=scale, blocks=1, channels=4)
    return Experiment(network, {"pixel": Term(1.0, Pixel())}, steps=1, batch=1, patch=16)


def _seen(request):
    loss = FixedContrastive(SqueezeNet.from_file(request.files.get("squeezenet"), [1]))
    return Experiment(control(request.scale).network, {"contrastive": Term(1.0, loss)}, steps=1, batch=1, patch=16)


seen = Recipe(_seen, needs=("squeezenet",))
"""


def test_a_file_goes_to_the_recipes_that_ask_for_it(root: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(FILES)
    (root / "Train").mkdir()
    cv2.imwrite(str(root / "Train" / "a.png"), photograph(7))
    write_weights(tmp_path / "squeezenet.safetensors", SqueezeNet([1]).state_dict(), {})
    recipes = [f"{tmp_path / 'mine.py'}:{name}" for name in ("control", "seen")]
    out = tmp_path / "out"
    options = ("--data", root, "--sets", "Pair", "--seeds", "1", "--out", out, "--device", "cpu")
    lacking = run("compare", *recipes, *options).exception
    assert isinstance(lacking, RequestError)
    assert "--squeezenet FILE" in str(lacking)
    useless = run("compare", *recipes, *options, "--vgg", tmp_path / "vgg.pth").exception
    assert str(useless) == "none of these recipes has a use for --vgg."
    assert not out.exists()
    done = run("compare", *recipes, *options, "--squeezenet", tmp_path / "squeezenet.safetensors")
    assert done.exit_code == 0
    assert len(list(out.glob("*/seed-1/checkpoints/last.safetensors"))) == 2


def test_seeds_that_are_no_numbers_are_refused(root: Path) -> None:
    arguments = ("--data", root, "--sets", "Pair", "--seeds", "many")
    assert isinstance(run("compare", "pixel:edsr_light", "pcl:edsr_light", *arguments).exception, RequestError)


def test_test_sets_are_left_out_of_training(tmp_path: Path) -> None:
    for name in ("photos/town", "photos/tests/Set5", "photos/tests/more", "other"):
        (tmp_path / name).mkdir(parents=True)
    photos, other = tmp_path / "photos", tmp_path / "other"
    test = photos / "tests" / "Set5"
    assert held_out([photos, other], [test]) == [photos / "tests" / "more", photos / "town", other]
    assert held_out([other], [test]) == [other]


@pytest.mark.parametrize("test", ["photos", "photos/Set5"])
def test_what_cannot_be_left_out_is_refused(tmp_path: Path, test: str) -> None:
    (tmp_path / "photos" / "Set5").mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "photos" / "a.png"), photograph(1))
    with pytest.raises(RequestError, match="tested on"):
        held_out([tmp_path / "photos"], [tmp_path / test])
