"""Recipes at the size of LR: what they undo, and a run of one through evaluation, upscaling and comparison."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

import acutance
from acutance.cli.main import main
from acutance.comparison.degraded import degraded
from acutance.data import find_sets
from acutance.errors import RequestError
from acutance.experiment import Experiment
from acutance.losses import Contrastive
from acutance.recipes import RECIPES, Request, find_recipe
from acutance.recipes.restore import ROWS
from photographs import photograph

QUICK = {"steps": 3, "batch": 2, "patch": 48, "device": "cpu"}
SHOWN = ("denoise:rlfn_15", "denoise:edsr_s_50_pcl", "jpeg:edsr_light_10", "deblur:edsr_light_pcl_inputs", "pairs:rlfn")


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    folder = tmp_path / "sets" / "Pair"
    folder.mkdir(parents=True)
    for seed in (1, 2):
        cv2.imwrite(str(folder / f"{seed}.png"), photograph(seed, 64, 72))
    return folder.parent


@pytest.mark.parametrize("name", SHOWN)
def test_it_is_at_scale_one_whatever_the_default_is(name: str) -> None:
    experiment = find_recipe(name).experiment(Request())
    assert experiment.network.scale == 1
    assert (experiment.made_afresh is None) == name.startswith("pairs")
    assert ("contrastive" in experiment.objective) == ("_pcl" in name)
    with pytest.raises(RequestError, match=f"{name} trains a network of scale 1, not 2"):
        find_recipe(name).experiment(Request(scale=2))


def test_every_twin_has_its_control() -> None:
    assert all(RECIPES[row.control].name == row.control for row in ROWS.values() if row.control)
    assert len([row for row in ROWS.values() if row.control]) == 2 * len(
        [row for row in ROWS.values() if not row.control]
    )


@pytest.mark.parametrize(
    ("name", "low", "high"), [("denoise:rlfn_15", 24, 25.5), ("denoise:rlfn_50", 14, 16.5), ("jpeg:rlfn_10", 20, 34)]
)
def test_what_it_undoes_is_as_strong_as_its_name_says(name: str, low: float, high: float) -> None:
    """A noise of sigma leaves 20 log10(255 / sigma) dB: 24.6 for 15, 14.2 for 50, a little more as it is clipped."""
    degradation = find_recipe(name).experiment(Request()).made_afresh
    assert degradation is not None
    hr = cv2.resize(photograph(1, 96, 96), (192, 192)).astype(np.float32) / 255
    lr = degradation(hr, [7])
    assert low < -10 * np.log10(((lr - hr) ** 2).mean()) < high


def test_negatives_are_blurred_originals_or_inputs() -> None:
    blurred, inputs = (find_recipe(f"jpeg:edsr_light_10_{end}").experiment(Request()) for end in ("pcl", "pcl_inputs"))
    losses = [experiment.objective["contrastive"].loss for experiment in (blurred, inputs)]
    samples = [loss.samples for loss in losses if isinstance(loss, Contrastive)]
    assert [(each.negatives, each.with_lr) for each in samples] == [(4, False), (0, True)]


@pytest.mark.slow
def test_a_run_is_scored_and_restores_pictures(sets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = acutance.train(
        "denoise:edsr_light_25_pcl_inputs",
        data=sets / "Pair",
        out=tmp_path / "x",
        validate=sets / "Pair",
        every=3,
        **QUICK,
    )
    assert 15 < run.curve["validation/Pair/psnr"][0][1] < 25  # of noisy pictures, not of the originals
    assert f"acutance evaluate {run.folder} --with noise:25 --sets" in run.summary
    asked = {"data": sets, "sets": "Pair", "protocol": "restoration", "metrics": "psnr_rgb"}
    with pytest.raises(RequestError, match="Pair holds nothing to restore"):
        acutance.evaluate(run, **asked)
    results = acutance.evaluate(run, degraded="noise:25", **asked)
    assert list(results.sets) == ["Pair-noise25"]
    assert results.baseline is not None
    assert results.baseline.network == "input"
    assert 20 < results.baseline["Pair-noise25"]["psnr_rgb"] < 22
    monkeypatch.chdir(tmp_path)
    cv2.imwrite("photo.jpg", photograph(3, 50, 40))
    assert main(["upscale", "photo.jpg", "--network", str(run.folder)]) == 0
    assert cv2.imread("photo_restored.jpg").shape == (50, 40, 3)
    assert main(["upscale", "photo.jpg", "--network", str(run.folder), "--scale", "2"]) != 0


@pytest.mark.slow
def test_a_comparison_scores_what_the_control_undoes(sets: Path, tmp_path: Path) -> None:
    pair = ["jpeg:edsr_light_10", "jpeg:edsr_light_10_pcl"]
    learnt = tmp_path / "photos"
    learnt.mkdir()
    cv2.imwrite(str(learnt / "a.png"), photograph(7, 60, 80))
    compared = acutance.compare(
        pair, data=learnt, test=sets, sets="Pair", seeds=2, out=tmp_path / "c", steps=1, batch=2, patch=48
    )
    told = json.loads((tmp_path / "c" / "comparison.json").read_text())
    assert compared.sets == ["Pair-degraded"]
    assert "Pair-degraded" in json.dumps(told)
    assert len(list((tmp_path / "c" / "lr" / "Pair-degraded").glob("*.png"))) == 2


def test_so_does_one_of_networks_for_real_pictures(sets: Path, tmp_path: Path) -> None:
    found = find_sets(sets, "Pair", 4)
    real, plain = (find_recipe(name).experiment(Request()) for name in ("real:edsr_light", "pixel:edsr_light"))
    assert degraded(plain, found, tmp_path / "lr") == found
    (made,) = degraded(real, found, tmp_path / "lr")
    assert (made.name, made.lr) == ("Pair-degraded", repr(real.degradation))
    assert all(pair.lr is not None and cv2.imread(str(pair.lr)).shape == (16, 18, 3) for pair in made.pairs)


@pytest.mark.slow
def test_pairs_of_files_of_one_size_train(sets: Path, tmp_path: Path) -> None:
    for name in ("HR", "LR"):
        (tmp_path / "real" / name).mkdir(parents=True)
    for seed in (1, 2):
        picture = photograph(seed, 64, 72)
        cv2.imwrite(str(tmp_path / "real" / "HR" / f"{seed}.png"), picture)
        cv2.imwrite(str(tmp_path / "real" / "LR" / f"{seed}.png"), cv2.GaussianBlur(picture, (0, 0), 1.5))
    run = acutance.train("pairs:edsr_light", data=tmp_path / "real", out=tmp_path / "x", **QUICK)
    assert f"acutance evaluate {run.folder} --with paired --sets" in run.summary
    first = run.curve["loss/pixel"][0][1]
    assert 0.005 < first < 0.2  # the blur is there to undo


def test_a_twin_of_one_scale_is_not_compared_with_another(sets: Path, tmp_path: Path) -> None:
    recipes = ["pixel:edsr_light", "denoise:edsr_light_15"]
    with pytest.raises(RequestError, match="one scale can be compared, not of 4 and 1"):
        acutance.compare(recipes, data=[sets / "Pair"], sets="Pair", test=sets, out=tmp_path / "c")


def test_cbsd68_is_a_part_of_b100(shared_data: Path) -> None:
    from acutance.data import find_set

    assert len(find_set(shared_data, "CBSD68", 1).pairs) == 68
    assert isinstance(find_recipe("denoise:rlfn_25").experiment(Request()), Experiment)


def test_published_rows_stand_beside_the_set_that_they_are_of() -> None:
    from acutance.report.published import rows

    found = rows("edsr-light", 1, "restoration", ["CBSD68-noise50"])
    noise50 = {row.name: row.sets["CBSD68-noise50"]["psnr_rgb"] for row in found}
    assert (noise50["FFDNet"], noise50["DRUNet"], noise50["Restormer in MMagic"]) == (27.97, 28.51, 28.56)
    assert "SwinIR" not in noise50  # its page could be read for 15 alone
    assert rows("edsr-light", 1, "restoration", ["Kodak24-noise25"]) == rows("edsr-light", 1, "pcl", ["Set5"]) == []
