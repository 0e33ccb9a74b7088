"""What all runs of a comparison share, from a settings file; and what is validated on is no test."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import acutance
from acutance import images
from acutance.errors import RequestError
from acutance.experiment import Experiment, Term
from acutance.losses import Contrastive, Pixel
from acutance.networks import create
from acutance.run_folder import RunFolder, RunId
from acutance.runs import Run
from photographs import photograph


def one(scale: int) -> Experiment:
    """L1."""
    network = create("edsr", scale=scale, blocks=1, channels=4)
    return Experiment(network, {"pixel": Term(1.0, Pixel())}, steps=8, batch=1, patch=16)


def other(scale: int) -> Experiment:
    """L1, otherwise weighted."""
    network = create("edsr", scale=scale, blocks=1, channels=4)
    return Experiment(network, {"pixel": Term(2.0, Pixel())}, steps=8, batch=1, patch=16)


def taught(scale: int) -> Experiment:
    """L1 + PCL."""
    control = one(scale)
    return replace(control, objective={**control.objective, "contrastive": Term(0.01, Contrastive())}, batch=2)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for name, numbers in (("train", (0, 1)), ("held", (2,)), ("test", (3,))):
        for number in numbers:
            images.write(tmp_path / "sets" / name / f"{number}.png", photograph(number, 48, 48))
    return tmp_path / "sets"


def test_every_run_is_led_as_the_file_says_and_its_sets_are_no_test(pictures: Path, tmp_path: Path) -> None:
    file = tmp_path / "shared.toml"
    file.write_text(
        f'learning_rate = 0.5\nfreeze = "head"\nvalidate = ["{pictures / "held"}"]\nevery = 2\npatience = 1\n'
    )
    asked: dict[str, Any] = {"data": pictures / "train", "scale": 2, "seeds": 2, "device": "cpu", "config": file}
    told = acutance.compare([one, other], sets=[pictures / "test"], out=tmp_path / "a", **asked)
    folder = RunFolder(tmp_path / "a" / "one" / "seed-1")
    assert folder.settings()["experiment"]["optimizer"]["learning_rate"] == 0.5
    assert folder.settings()["experiment"]["frozen"] == ["head"]
    assert any("validation/held/psnr" in line for line in folder.lines())
    assert not any(each.sets["test"].chosen for each in told.results.values())
    with pytest.raises(RequestError, match=r"validated on held, so scores there are no test of them; .*report-chosen"):
        acutance.compare([one, other], sets=[pictures / "held"], out=tmp_path / "b", **asked)
    assert not (tmp_path / "b").exists()
    again = acutance.compare([one, other], sets=[pictures / "held"], out=tmp_path / "b", report_chosen=True, **asked)
    assert all(each.sets["held"].chosen == "psnr" for each in again.results.values())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("steps = 3", "steps is not for all runs of a comparison"),
        ('critic_steps = "many"', "critic_steps"),
    ],
)
def test_a_file_that_says_what_it_cannot_is_refused_before_any_work(
    pictures: Path, tmp_path: Path, line: str, said: str
) -> None:
    (tmp_path / "x.toml").write_text(f"{line}\n")
    with pytest.raises(RequestError, match=said):
        acutance.compare(
            [one, taught],
            data=pictures / "train",
            sets=[pictures / "test"],
            out=tmp_path / "c",
            config=tmp_path / "x.toml",
        )
    assert not (tmp_path / "c").exists()


def test_critics_learn_first_in_the_runs_that_have_one(pictures: Path, tmp_path: Path) -> None:
    """The control has none, and is not refused for that: both start from the same network."""
    file = tmp_path / "shared.toml"
    file.write_text("critic_steps = 3\n")
    told = acutance.compare(
        [one, taught],
        data=pictures / "train",
        sets=[pictures / "test"],
        scale=2,
        steps=2,
        batch=2,
        seeds=1,
        device="cpu",
        out=tmp_path / "a",
        config=file,
    )
    control, method = (Run(tmp_path / "a" / name / "seed-1") for name in ("one", "taught"))
    assert [step for step, _ in method.curve["loss/critic/contrastive"]] == [-2, -1, 0, 1, 2]
    assert [step for step, _ in method.curve["loss/pixel"]] == [1, 2]
    assert method.description["experiment"]["critic_steps"] == 3
    assert "critic_steps" not in control.description["experiment"]
    assert control.description["start"] == method.description["start"]
    assert [state.pictures for state in told.critics.values()] == [1]


def test_weights_that_were_chosen_on_a_set_begin_no_comparison_there(pictures: Path, tmp_path: Path) -> None:
    asked: dict[str, Any] = {"data": pictures / "train", "scale": 2, "device": "cpu"}
    run = acutance.train(one, out=tmp_path / "run", validate=pictures / "held", every=2, steps=2, **asked)
    asked |= {"seeds": 1, "init": run.folder, "steps": 1}
    with pytest.raises(RequestError, match=r"were chosen on held, by psnr, .*report-chosen"):
        acutance.compare([one, other], sets=[pictures / "held"], out=tmp_path / "a", **asked)
    assert not (tmp_path / "a").exists()
    acutance.compare([one, other], sets=[pictures / "test"], out=tmp_path / "b", **asked)
    acutance.compare([one, other], sets=[pictures / "held"], out=tmp_path / "c", report_chosen=True, **asked)


def test_one_recipe_at_several_rates_is_one_table(pictures: Path, tmp_path: Path) -> None:
    asked: dict[str, Any] = {"data": pictures / "train", "scale": 2, "device": "cpu", "sets": [pictures / "test"]}
    asked |= {"sweep": "learning_rate=0.01,3e-05", "seeds": 2, "steps": 2}
    told = acutance.compare([one], out=tmp_path / "a", **asked)
    assert told.recipes == ("one@learning_rate=0.01", "one@learning_rate=3e-05")
    assert told.difference("one@learning_rate=3e-05", "test", "psnr") is not None
    assert "trivial control" not in str(told)
    for name, rate in zip(told.recipes, (0.01, 3e-5), strict=True):
        described = RunFolder(RunId(name, 1).folder(tmp_path / "a")).settings()["experiment"]["optimizer"]
        assert described["learning_rate"] == rate
    (tmp_path / "shared.toml").write_text("learning_rate = 0.5\n")
    with pytest.raises(RequestError, match="learning_rate is what the recipes themselves say"):
        acutance.compare([one], out=tmp_path / "b", config=tmp_path / "shared.toml", **asked)
