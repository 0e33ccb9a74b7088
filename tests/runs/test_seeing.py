"""A run as it is seen while it goes on: its page, loggers, and beside others in a terminal."""

import importlib
import importlib.util
import json
import math
from pathlib import Path
from typing import Any

import pytest

import acutance
from acutance.cli.main import main
from acutance.errors import AcutanceError, RequestError
from acutance.losses import Adversarial, Contrastive
from acutance.report.curves import charts
from acutance.report.standing import standings, watch_rows
from acutance.run_folder import RunFolder
from acutance.runs import onlookers
from acutance.runs.onlookers import Onlookers


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a critic, of which the page as it was while it went on is kept as well."""
    from runs_made import RECIPE

    place = tmp_path_factory.mktemp("seen")
    (place / "mine.py").write_text(RECIPE)
    photos = Path(acutance.__file__).parent / "photos" / "test"
    seen: list[str] = []
    plain = Onlookers.look

    def looked(self: Onlookers) -> None:
        plain(self)
        if self.page is not None:
            seen.append((place / "run" / "report.html").read_text())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Onlookers, "look", looked)
        patch.setattr(onlookers, "FIRST", 0)
        asked: dict[str, Any] = {"scale": 8, "patch": 64, "device": "cpu", "validate": photos, "every": 4}
        acutance.train(f"{place / 'mine.py'}:pcl", data=photos, out=place / "run", **asked)
    (place / "early.html").write_text(seen[0])
    return place / "run"


def test_the_page_is_there_while_the_run_goes_on_and_refreshes_itself(run: Path) -> None:
    early, whole = (run.parent / "early.html").read_text(), (run / "report.html").read_text()
    assert '<meta http-equiv="refresh" content="30">' in early
    assert "mine.py:pcl" in early
    assert "http-equiv" not in whole


def test_the_page_shows_terms_gradients_shares_the_critic_beside_chance_and_pictures_over_time(run: Path) -> None:
    page = (run / "report.html").read_text()
    for title in ("Pixel loss", "Contrastive loss", "Norm of each loss", "Share of each loss"):
        assert title in page
    assert "Loss of the contrastive critic, and that by chance" in page
    assert "A part of astronaut, while training" in page
    assert "<dt>Chosen on</dt><dd>test, by psnr</dd>" in page


def test_shares_add_up_and_chance_is_that_of_equal_logits(run: Path) -> None:
    drawn = {chart.title: chart.curves for chart in charts({"run": run})}
    shares = drawn["Share of each loss in the gradients at SR"]
    assert len(shares) == 2
    for values in zip(*(points[1] for points in shares.values()), strict=True):
        assert sum(values) == pytest.approx(1)
    critic = drawn["Loss of the contrastive critic, and that by chance"]
    assert {what for _, what in critic} == {"contrastive", "chance"}
    assert set(critic["run", "chance"][1]) == {2 * math.log(1 + 2 * 16)}


def test_chance_is_what_the_losses_say_of_equal_logits() -> None:
    import torch

    from acutance.losses.adversarial import relativistic_losses
    from acutance.losses.contrastive import contrastive_critic_loss

    same = torch.zeros(3, 1, 4, 4)
    assert Contrastive().chance(3) == pytest.approx(float(contrastive_critic_loss(same, same)))
    taught = Contrastive(teach_samples=True)
    drawn = torch.zeros(5, 3, 1, 4, 4)
    assert taught.chance(3) == pytest.approx(float(contrastive_critic_loss(drawn, drawn)))
    assert Adversarial(torch.nn.Identity()).chance(3) == pytest.approx(float(relativistic_losses(same, same)[0]))


def test_a_page_that_cannot_be_written_ends_no_run_and_takes_little_of_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[int] = []

    def failing() -> None:
        calls.append(1)
        raise AcutanceError("the disk is full.")

    Onlookers(page=failing).look()
    assert not calls, "the run has only begun"
    monkeypatch.setattr(onlookers, "FIRST", 0)
    late = Onlookers(page=failing)
    late.look()
    late.look()
    assert calls == [1]


def test_watch_puts_runs_beside_each_other(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", str(run.parent), "--once"]) == 0
    shown = capsys.readouterr().out
    assert "12 of 12" in shown
    assert "finished" in shown
    assert "PSNR test" in shown
    twins = [*standings(run.parent), *standings(run.parent)]
    head, *rows = watch_rows(twins)
    assert "PSNR test at 12" in head
    assert rows[0][head.index("PSNR test")] == rows[1][head.index("PSNR test at 12")]


def test_a_run_without_a_line_for_long_has_stopped(run: Path, tmp_path: Path) -> None:
    import os

    for name in ("experiment.json", "metrics.jsonl"):
        (tmp_path / "x").mkdir(exist_ok=True)
        (tmp_path / "x" / name).write_bytes((run / name).read_bytes())
    assert [each.state for each in standings(tmp_path)] == ["running"]
    for name in ("experiment.json", "metrics.jsonl"):
        os.utime(tmp_path / "x" / name, (1, 1))
    assert [each.state for each in standings(tmp_path)] == ["stopped"]


def test_where_there_is_nothing_to_watch_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="there is no folder"):
        standings(tmp_path / "none")
    assert main(["watch", str(tmp_path)]) == 2


def test_a_logger_that_is_not_installed_is_one_clear_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from acutance.training import loggers

    def nowhere(name: str) -> None:
        return None

    monkeypatch.setattr(loggers, "find_spec", nowhere)
    with pytest.raises(RequestError, match=r"needs the package tensorboard: pip install 'acutance\[tensorboard\]'"):
        acutance.train("pixel:edsr_light", data=tmp_path, out=tmp_path / "run", log="tensorboard")
    with pytest.raises(RequestError, match="did you mean 'wandb'"):
        acutance.train("pixel:edsr_light", data=tmp_path, out=tmp_path / "run", log=["wandbb"])


@pytest.mark.skipif(importlib.util.find_spec("tensorboard") is None, reason="tensorboard is not installed")
def test_tensorboard_has_the_lines_of_the_curve(recipe: Path, photos: Path, tmp_path: Path) -> None:
    event_accumulator = importlib.import_module("tensorboard.backend.event_processing.event_accumulator")

    asked: dict[str, Any] = {"data": photos, "steps": 4, "device": "cpu", "scale": 2, "log": "tensorboard"}
    run = acutance.train(f"{recipe}:pixel", out=tmp_path / "run", **asked)
    events: Any = event_accumulator.EventAccumulator(str(run.folder / "tensorboard"))
    events.Reload()
    told = [(each.step, each.value) for each in events.Scalars("loss/pixel")]
    assert [step for step, _ in told] == [1, 2, 3, 4]
    assert [value for _, value in told] == pytest.approx([value for _, value in run.curve["loss/pixel"]])


@pytest.mark.skipif(importlib.util.find_spec("wandb") is None, reason="wandb is not installed")
def test_wandb_keeps_a_run_in_its_folder(
    recipe: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_MODE", "offline")
    asked: dict[str, Any] = {"data": photos, "steps": 4, "device": "cpu", "scale": 2, "log": "wandb"}
    run = acutance.train(f"{recipe}:pixel", out=tmp_path / "run", **asked)
    assert list((run.folder / "wandb").glob("offline-run-*/run-*.wandb"))
    assert json.loads((RunFolder(run.folder).summary).read_text())["steps"] == 4
