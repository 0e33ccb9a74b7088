"""What `train` may be told of how a network is led, and the settings file that repeats a run."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

import acutance
from acutance.cli.main import main
from acutance.errors import RequestError
from acutance.experiment import CosineRestarts, Experiment, Halving, Term
from acutance.losses import Pixel
from acutance.networks import create
from acutance.optimizers import SGD, Adam, AdamW, Muon
from acutance.runs.changes import Changes
from acutance.runs.settings_file import KINDS, LISTS, NOT_IN_A_FILE, PLACES, read_settings, settings_text

EVERYTHING: dict[str, Any] = {
    "learning_rate": 2e-3,
    "optimizer": "adamw",
    "schedule": "halving:0.5",
    "average": 0.5,
    "clip": 0.1,
    "freeze": ["head"],
    "accumulate": 2,
    "workers": 2,
}


def interrupted(monkeypatch: pytest.MonkeyPatch, step: int, recipe: str, **asked: Any) -> None:
    """Train until Ctrl-C comes before the step of that number, from 0."""
    from acutance.training.trainer import Trainer

    taken = Trainer.step

    def stopping(self: Trainer, batch: Any, clock: Any) -> Any:
        if clock.done == step:
            raise KeyboardInterrupt
        return taken(self, batch, clock)

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "step", stopping)
        with pytest.raises(KeyboardInterrupt):
            acutance.train(recipe, **asked)


def plain() -> Experiment:
    network = create("edsr", scale=2, blocks=1, channels=4)
    return Experiment(network, {"pixel": Term(1.0, Pixel())}, steps=9, clip_value=1.0, average=0.9)


def test_nothing_told_is_the_recipe() -> None:
    made = plain()
    assert Changes().applied(made).describe() == made.describe()
    assert "frozen" not in made.describe()
    assert "best_by" not in made.describe()


def test_what_is_told_takes_the_place_of_what_the_recipe_says() -> None:
    changed = Changes(3e-4, "muon", "cosine:1,0.5", 0, 0.5, ["head"]).applied(plain())
    assert changed.optimizer == Muon(3e-4)
    assert changed.schedule == CosineRestarts((1.0, 0.5))
    assert changed.average is None
    assert (changed.clip_norm, changed.clip_value) == (0.5, None)
    assert changed.frozen == ("head",)
    assert Changes(clip=0).applied(plain()).clip_value is None
    assert Changes(optimizer="adamw").applied(plain()).optimizer == AdamW(Adam().learning_rate)
    assert Changes(optimizer="sgd").applied(plain()).optimizer == SGD()
    assert Changes(learning_rate=1.0).applied(plain()).optimizer == Adam(1.0)
    assert Changes(schedule="halving:0.5").applied(plain()).schedule == Halving((0.5,))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"optimizer": "adamm"}, "there is no optimizer 'adamm'; did you mean 'adam"),
        ({"schedule": "cosin"}, "did you mean 'cosine'"),
        ({"schedule": "halving:2"}, "shares of the run between 0 and 1"),
        ({"schedule": "cosine:x"}, "a weight above 0 for each restart"),
        ({"schedule": "constant:1"}, "takes no numbers"),
        ({"learning_rate": 0.0}, "--learning-rate is 0.0; it must be above 0"),
        ({"average": 1.0}, "--average is 1.0"),
        ({"clip": -1.0}, "--clip is -1.0"),
        ({"freeze": ["hed"]}, "there is no part of edsr to freeze 'hed'; did you mean 'head'"),
        ({"freeze": ["head", "body", "tail"]}, "leaves nothing of edsr to learn"),
    ],
)
def test_what_makes_no_sense_is_refused(told: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        Changes(**told).applied(plain())


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "checkpoints" / "last.safetensors")


def same(one: Path, other: Path) -> bool:
    ours, theirs = weights(one), weights(other)
    return all(torch.equal(value, theirs[name]) for name, value in ours.items())


def test_a_run_is_repeated_by_its_settings_and_resumed_bit_for_bit(recipe: Path, photos: Path, tmp_path: Path) -> None:
    folder = photos
    asked: dict[str, Any] = {"steps": 4, "device": "cpu", "validate": [photos], "every": 2, **EVERYTHING}
    first = acutance.train(f"{recipe}:pcl", data=folder, out=tmp_path / "a", scale=2, **asked)
    told = tomllib.loads((first.folder / "run.toml").read_text())
    assert told["freeze"] == ["head"]
    assert told["data"] == str(folder.resolve())
    assert (told["steps"], told["batch"], told["patch"]) == (4, 2, 32)
    again = acutance.train(config=first.folder / "run.toml", out=tmp_path / "b")
    assert same(first.folder, again.folder)
    state = torch.load(again.folder / "checkpoints" / "last.pt", weights_only=True)
    assert json.loads((again.folder / "experiment.json").read_text())["experiment"]["frozen"] == ["head"]
    assert state["step"] == 4
    start = dict(create("edsr", scale=2, blocks=1, channels=8).named_parameters()).keys()
    torch.manual_seed(1)
    begun = create("edsr", scale=2, blocks=1, channels=8).state_dict()
    trained = weights(first.folder)
    assert all(torch.equal(trained[name], begun[name]) for name in start if name.startswith("head"))
    assert not all(torch.equal(trained[name], begun[name]) for name in start if name.startswith("body"))


def test_words_go_before_the_file_whose_keys_are_options(
    recipe: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'recipe = "{recipe}:pixel"\ndata = "{photos}"\nsteps = 2\nseed = 7\ndevice = "cpu"\n')
    assert main(["train", "--config", str(file), "--out", str(tmp_path / "run"), "--seed", "1", "--scale", "2"]) == 0
    assert "seed 1, 2 of 2 steps" in capsys.readouterr().out
    with pytest.raises(RequestError, match="name a folder for the run"):
        acutance.train(config=file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lerning_rate = 1", "there is no setting in .* 'lerning_rate'; did you mean 'learning_rate'"),
        ("steps = 'many'", 'steps is "many"; it must be a whole number'),
        ("clip = true", "clip is true; it must be a number"),
        ("compile = 1", "compile is 1; it must be true or false"),
        ("resume = true", "resume is said on the command line"),
        ("trust = true", "trust is said on the command line"),
        ("steps = ", "is no TOML"),
    ],
)
def test_what_is_no_setting_is_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(RequestError, match=said):
        acutance.train("pixel:edsr_light", data=tmp_path, out=tmp_path / "run", config=tmp_path / "x.toml")
    with pytest.raises(RequestError, match="cannot read the settings"):
        acutance.train(config=tmp_path / "none.toml")


def test_every_option_is_known_to_the_settings_file() -> None:
    import inspect

    names = set(inspect.signature(acutance.train).parameters)
    assert {*KINDS, *LISTS, *PLACES, *NOT_IN_A_FILE} <= names
    numbers = {
        name for name, each in inspect.signature(acutance.train).parameters.items() if "int" in str(each.annotation)
    }
    assert numbers - {"recipe"} <= set(KINDS)


def test_a_text_of_any_letters_comes_back(tmp_path: Path) -> None:
    odd: dict[str, Any] = {
        "recipe": "a:b",
        "without": ['x"\\\n\x7fü', "y"],
        "learning_rate": 1e-300,
        "compile": True,
        "steps": 3,
    }
    (tmp_path / "x.toml").write_text(settings_text(odd, tmp_path / "x.toml"), encoding="utf-8")
    assert read_settings(tmp_path / "x.toml", list(odd)) == odd


@pytest.mark.parametrize("precision", ["32-true", "16-mixed"])
def test_with_every_option_what_was_stopped_and_went_on_is_what_never_was(
    precision: str, recipe: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {**EVERYTHING, "optimizer": "muon", "precision": precision, "steps": 8, "device": "cpu"}
    asked |= {"data": photos, "scale": 2, "validate": photos, "every": 2, "best_by": "ssim", "patience": 8}
    straight = acutance.train(f"{recipe}:pcl", out=tmp_path / "straight", **asked)
    interrupted(monkeypatch, 5, f"{recipe}:pcl", out=tmp_path / "stopped", **asked)
    resumed = acutance.train(f"{recipe}:pcl", out=tmp_path / "stopped", resume=True, **asked)
    assert same(straight.folder, resumed.folder)
    one, other = (
        torch.load(each.folder / "checkpoints" / "last.pt", weights_only=True) for each in (straight, resumed)
    )
    assert (one["best"], one["stale"], one["best_by"]) == (other["best"], other["stale"], "ssim")
    assert str(one["trainer"]["learner"]) == str(other["trainer"]["learner"])
    assert str(one["trainer"]["critics"]) == str(other["trainer"]["critics"])


def test_without_a_schedule_a_run_goes_on_bit_for_bit_and_keeps_the_average(
    recipe: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("schedulefree")
    asked: dict[str, Any] = {"optimizer": "schedulefree", "steps": 4, "device": "cpu", "data": photos, "scale": 2}
    straight = acutance.train(f"{recipe}:pcl", out=tmp_path / "straight", **asked)
    state = torch.load(straight.folder / "checkpoints" / "last.pt", weights_only=True)["trainer"]
    assert not all(torch.equal(state["network"][name], each) for name, each in state["average"]["network"].items())
    kept = acutance.load(straight.folder).state_dict()
    assert all(torch.equal(kept[name], each) for name, each in state["average"]["network"].items())
    interrupted(monkeypatch, 2, f"{recipe}:pcl", out=tmp_path / "stopped", **asked)
    assert same(straight.folder, acutance.train(f"{recipe}:pcl", out=tmp_path / "stopped", resume=True, **asked).folder)
    with pytest.raises(RequestError, match="averages the weights itself"):
        acutance.train(f"{recipe}:pcl", out=tmp_path / "other", average=0.9, **asked)
