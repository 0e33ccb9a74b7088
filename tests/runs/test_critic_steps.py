"""Critics that learn on the network as it starts, before that learns."""

import os
import signal
from pathlib import Path

import pytest
import torch
from lightning_fabric import Fabric
from safetensors.torch import load_file

import acutance
from acutance.cli.main import main
from acutance.errors import RequestError
from acutance.experiment import Adam, Experiment, Term
from acutance.losses import Contrastive, Pixel
from acutance.networks import create
from acutance.run_folder import RunFolder
from acutance.runs import Run
from acutance.training import trainer
from acutance.training.clock import Clock
from acutance.types import Batch

CRITIC = "loss/critic/contrastive"


def trained(recipe: Path, photos: Path, out: Path, row: str = "pcl", steps: int = 2, **told: object) -> Run:
    quick = {"scale": 2, "steps": steps, "device": "cpu", "seed": 3, "cache": out.parent / "store"}
    return acutance.train(f"{recipe}:{row}", data=photos, out=out, **quick, **told)  # pyright: ignore


def weights(run: Run) -> dict[str, bytes]:
    """Return the bytes of all that a run learned."""
    folder = RunFolder(run.folder)
    files = {name: load_file(getattr(folder, name)) for name in ("last", "embedding")}
    return {f"{name}/{key}": each.numpy().tobytes() for name, named in files.items() for key, each in named.items()}


def stop_after(monkeypatch: pytest.MonkeyPatch, calls: int) -> None:
    """Let Ctrl-C come while the critics take that step."""
    plain = trainer.Trainer.teach

    def teach(self: trainer.Trainer, batch: object, taught: int) -> object:
        if taught + 1 == calls:
            os.kill(os.getpid(), signal.SIGINT)
        return plain(self, batch, taught)  # pyright: ignore

    monkeypatch.setattr(trainer.Trainer, "teach", teach)


def test_the_network_has_not_moved_when_its_own_steps_begin(
    recipe: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first = dict[str, dict[str, torch.Tensor]]()
    plain = trainer.Trainer.step

    def step(self: trainer.Trainer, batch: object, clock: Clock) -> object:
        if clock.done == 0:
            state = self.network.network.state_dict()
            at_first[str(self.taught)] = {name: each.clone() for name, each in state.items()}
        return plain(self, batch, clock)  # pyright: ignore

    monkeypatch.setattr(trainer.Trainer, "step", step)
    none, taught = (trained(recipe, photos, tmp_path / str(count), critic_steps=count) for count in (None, 4))
    assert [step for step, _ in taught.curve[CRITIC]] == [*range(-3, 1), 1, 2]
    assert [step for step, _ in taught.curve["loss/pixel"]] == [1, 2]
    assert all(torch.equal(at_first["0"][name], at_first["4"][name]) for name in at_first["0"])
    assert taught.description["experiment"]["critic_steps"] == 4
    assert "critic_steps" not in none.description["experiment"]
    assert taught.description["start"] == none.description["start"]


def test_what_the_critic_learned_shows_at_the_first_step_of_the_network() -> None:
    def first(teaching: int) -> float:
        torch.manual_seed(1)
        hr = torch.rand(4, 3, 32, 32)
        batch = Batch(torch.nn.functional.avg_pool2d(hr, 2), hr)
        network = create("edsr", scale=2, blocks=1, channels=4)
        objective = {"pixel": Term(1.0, Pixel()), "contrastive": Term(0.01, Contrastive(seed=0))}
        experiment = Experiment(network, objective, 9, batch=4, patch=32, critic_optimizer=Adam(1e-3))
        run = trainer.Trainer(experiment, Fabric(accelerator="cpu", devices=1))
        before = [each.clone() for each in network.state_dict().values()]
        for taught in range(teaching):
            assert set(run.teach(batch, taught)) == {"critic/contrastive"}
        assert all(torch.equal(*pair) for pair in zip(before, network.state_dict().values(), strict=True))
        assert network.training
        return float(run.step(batch)["critic/contrastive"])

    guessing = Contrastive().chance(4)
    assert first(20) < 0.9 * guessing < first(0)


@pytest.mark.parametrize("calls", [1, 3])
def test_a_run_that_was_stopped_while_its_critics_learned_is_the_one_that_never_was(
    recipe: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    whole = trained(recipe, photos, tmp_path / "whole", steps=1, critic_steps=3)
    with monkeypatch.context() as patch:
        stop_after(patch, calls)
        with pytest.raises(KeyboardInterrupt):
            trained(recipe, photos, tmp_path / "stopped", steps=1, critic_steps=3)
    assert not RunFolder(tmp_path / "stopped").finished()
    stopped = trained(recipe, photos, tmp_path / "stopped", steps=1, critic_steps=3, resume=True)
    assert weights(stopped) == weights(whole)
    curves = [{name: values for name, values in run.curve.items() if name != "seconds"} for run in (whole, stopped)]
    assert curves[0] == curves[1]
    assert [step for step, _ in stopped.curve[CRITIC]] == [-2, -1, 0, 1]


def test_it_is_part_of_what_a_run_is(recipe: Path, photos: Path, tmp_path: Path) -> None:
    trained(recipe, photos, tmp_path / "run", critic_steps=2)
    with pytest.raises(RequestError, match="critic_steps: 2 then, 3 now"):
        trained(recipe, photos, tmp_path / "run", critic_steps=3, resume=True)


def test_a_recipe_without_a_critic_is_refused(
    recipe: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", f"{recipe}:pixel", "--data", str(photos), "--out", str(tmp_path / "run"), "--scale", "2"]
    assert main([*words, "--critic-steps", "5"]) == 2
    assert "no critic learns in this recipe (pixel), so there is none for --critic-steps 5" in capsys.readouterr().err
    assert main([*words, "--critic-steps", "0"]) == 2
    assert not (tmp_path / "run").exists()
