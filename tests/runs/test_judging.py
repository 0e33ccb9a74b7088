"""Which weights of a run are its best: by which metric, on which sets, and when it is enough."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import acutance
from acutance import images
from acutance.critics import VGGStyleDiscriminator
from acutance.errors import RequestError
from acutance.experiment import Experiment, Term
from acutance.losses import Adversarial, Pixel
from acutance.networks import create
from acutance.runs.best import Best, Choice
from acutance.runs.judging import Judging
from photographs import photograph


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    for name, numbers in (("one", (0, 1)), ("two", (2,))):
        for number in numbers:
            images.write(tmp_path / "sets" / name / f"{name}-{number}.png", photograph(number, 64, 64))
    return tmp_path / "sets"


def going(steps: int = 4, **changes: Any) -> Experiment:
    network = create("edsr", scale=2, blocks=1, channels=4)
    return Experiment(network, {"pixel": Term(1.0, Pixel())}, steps=steps, batch=1, patch=16, **changes)  # pyright: ignore


def still(scale: int) -> Experiment:
    """Learns next to nothing, so that no validation is better than the first by much."""
    from acutance.experiment import Adam

    return going(steps=30, optimizer=Adam(1e-30))


def test_the_mean_over_all_sets_or_one_of_them_and_lower_may_be_better() -> None:
    values = {"validation/a/psnr": 20.0, "validation/b/psnr": 30.0, "validation/a/niqe": 4.0, "loss/pixel": 1.0}
    assert Choice("psnr").score(values) == 25
    assert Choice("psnr", "a").score(values) == 20
    assert Choice("niqe").score(values) == -4
    assert Choice("ssim").score(values) is None
    best = Best(Choice("niqe"))
    assert [best.beaten_by({"validation/a/niqe": value}) for value in (5.0, 4.0, 4.5)] == [True, True, False]
    assert (best.value, best.stale) == (4.0, 1)


def test_a_checkpoint_of_before_was_chosen_by_psnr() -> None:
    state = {"best": 21.5, "best_weights": None}
    by_psnr, by_ssim = Best(Choice("psnr")), Best(Choice("ssim"))
    assert by_psnr.take_up(state) == ""
    assert by_psnr.score == 21.5
    assert by_ssim.take_up(state) == "The best weights were chosen by psnr, and are by ssim now."
    assert by_ssim.score == float("-inf")


def test_each_recipe_names_its_own() -> None:
    plain = going()
    gan = going(steps=4)
    eye = Experiment(gan.network, {"adversarial": Term(1.0, Adversarial(VGGStyleDiscriminator(patch=32)))}, 4)
    assert plain.judged_by == ("psnr",)
    assert eye.judged_by == ("lpips", "niqe", "psnr")
    assert going(best_by="ssim").judged_by == ("ssim",)


def test_what_pleases_the_eye_is_judged_by_what_is_at_hand(
    sets: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from acutance.data import Declared

    monkeypatch.delenv("ACUTANCE_WEIGHTS", raising=False)
    eye = Experiment(going().network, {"adversarial": Term(1.0, Adversarial(VGGStyleDiscriminator(patch=32)))}, 4)
    found = Judging(validate="one", test=sets).validation(eye, Declared())
    assert found is not None
    assert found.choice == Choice("psnr")
    assert "chosen by PSNR, as suits this recipe" in capsys.readouterr().err


def test_several_sets_any_metrics_and_a_choice_that_is_told_wherever_it_is_shown(sets: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    run = acutance.train(
        lambda scale: going(), data=sets / "one", out=tmp_path / "run", scale=2, device="cpu",
        validate="one,two", test=sets, every=2, metrics="psnr_rgb", best_by="ssim:two",
    )  # fmt: skip
    assert {"validation/one/psnr_rgb", "validation/two/ssim"} <= run.curve.keys()
    ending = json.loads((run.folder / "finished.json").read_text())
    assert ending["best"] == pytest.approx(max(value for _, value in run.curve["validation/two/ssim"]))
    assert ending["best_by"] == "ssim:two"
    names = [row[0] for row in run.rows]
    assert "validation/two/ssim (chosen on this set)" in names
    results = acutance.evaluate(run, data=sets, sets="one,two", device="cpu")
    assert (results["one"].chosen, results["two"].chosen) == ("", "ssim:two")
    assert "two (chosen on this set:" in str(results)
    elsewhere = tmp_path / "renamed"  # the same pictures by other names
    images.write(elsewhere / "x.png", images.read(sets / "two" / "two-2.png"))
    (elsewhere / "x.png").write_bytes((sets / "two" / "two-2.png").read_bytes())
    assert acutance.evaluate(run, sets=[elsewhere], device="cpu")["renamed"].chosen == "ssim:two"
    last = run.folder / "checkpoints" / "last.safetensors"
    assert acutance.evaluate(last, data=sets, sets="two", device="cpu")["two"].chosen == ""


def test_by_last_nothing_is_chosen(sets: Path, tmp_path: Path) -> None:
    asked: dict[str, Any] = {"data": sets / "one", "scale": 2, "device": "cpu", "validate": sets / "two", "every": 2}
    run = acutance.train(lambda scale: going(), out=tmp_path / "run", best_by="last", **asked)
    assert not (run.folder / "checkpoints" / "best.safetensors").exists()
    assert "validation/two/psnr" in run.curve


def test_patience_ends_a_run_which_stays_ended(sets: Path, tmp_path: Path) -> None:
    asked: dict[str, Any] = {
        "data": sets / "one",
        "scale": 2,
        "device": "cpu",
        "validate": sets / "two",
        "every": 2,
        "patience": 2,
    }
    run = acutance.train(still, out=tmp_path / "run", **asked)
    steps = [step for step, _ in run.curve["validation/two/psnr"]]
    assert steps[-1] < 30
    ending = json.loads((run.folder / "finished.json").read_text())
    assert (ending["steps"], ending["stopped"]) == (steps[-1], "patience")
    state = torch.load(run.folder / "checkpoints" / "last.pt", weights_only=True)
    assert (state["step"], state["stale"]) == (steps[-1], 2)
    again = acutance.train(still, out=tmp_path / "run", resume=True, **asked)
    assert again.curve == run.curve
    (run.folder / "finished.json").unlink()  # as if it was killed between its last checkpoint and its end
    assert acutance.train(still, out=tmp_path / "run", resume=True, **asked).curve == run.curve
    last = run.folder / "checkpoints" / "last.safetensors"
    assert acutance.evaluate(last, data=sets, sets="two", device="cpu")["two"].chosen == "psnr"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"best_by": "psnr"}, "--best-by needs a set"),
        ({"patience": 3}, "--patience needs a set"),
        ({"metrics": "niqe"}, "--metrics needs a set"),
        ({"validate": "one", "best_by": "last", "patience": 3}, "with --best-by last there is none to wait for"),
        ({"validate": "one", "best_by": "psnrr"}, "did you mean 'psnr"),
        ({"validate": "one", "best_by": "psnr:on"}, "did you mean 'one'"),
        ({"validate": "one", "patience": 0}, "--patience is 0"),
    ],
)
def test_what_cannot_be_judged_is_refused_before_any_work(
    asked: dict[str, Any], said: str, sets: Path, tmp_path: Path
) -> None:
    with pytest.raises(RequestError, match=said):
        acutance.train(
            lambda scale: going(), data=sets / "one", test=sets, out=tmp_path / "run", scale=2, device="cpu", **asked
        )
    assert not (tmp_path / "run").exists()


def test_a_picture_that_is_alike_leaves_no_number(sets: Path) -> None:
    assert np.isinf(Choice("psnr").score({"validation/a/psnr": float("inf")}) or 0)
