"""Runs whose numbers go wrong: they go back, or end with a sentence, and their files stay sound."""

import json
import math

import pytest
import torch

import acutance
from acutance.errors import AcutanceError
from acutance.experiment import Adam, Experiment, Term
from acutance.losses import Loss, Pixel
from acutance.networks import create

STEPS = 40


class Infinite(Loss):
    """The pixel loss, infinite in the calls that are given."""

    def __init__(self, calls):
        super().__init__()
        self.pixel, self.calls, self.count = Pixel(), calls, 0

    def forward(self, prediction, batch):
        is_spoilt, self.count = self.count in self.calls, self.count + 1
        return self.pixel(prediction, batch) * (float("inf") if is_spoilt else 1.0)


def train(photos, out, calls, rate=1e-3, **options):
    loss = Infinite(calls)

    def tiny(scale):
        network = create("edsr", scale=scale, blocks=1, channels=4)
        return Experiment(network, {"mine": Term(1.0, loss)}, steps=STEPS, batch=1, patch=32, optimizer=Adam(rate))

    return acutance.train(tiny, data=photos, out=out, scale=2, device="cpu", **options)


def lines(out):
    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    text = (out / "metrics.jsonl").read_text()
    return [json.loads(line, parse_constant=refuse) for line in text.splitlines()]


def state(out):
    return torch.load(out / "checkpoints" / "last.pt", weights_only=True)


def test_a_step_left_out_is_said_and_written_down(photos, tmp_path, capfd):
    run = train(photos, tmp_path / "run", {6, 9})
    assert [(line["step"], line["not_finite/mine"]) for line in lines(run.folder) if "not_finite/mine" in line] == [
        (7, 1),
        (10, 2),
    ]
    assert "Step 7 changes nothing, as mine is not finite." in capfd.readouterr().err
    assert state(run.folder)["trainer"]["mishaps"]["counts"] == {"mine": 2}
    assert all(math.isfinite(value) for _, value in run.curve["loss/mine"])
    assert run.rows


def test_the_run_goes_back_with_half_the_rate(photos, tmp_path, capfd):
    run = train(photos, tmp_path / "run", range(12, 12 + 25))
    told = capfd.readouterr().err
    assert "mine was not finite 25 steps in a row" in told
    assert "The run goes back to step 10, with half the learning rate." in told
    written = lines(run.folder)
    assert written[-1]["step"] == STEPS
    assert written[-1]["learning_rate"] == pytest.approx(5e-4)
    assert sum("not_finite/mine" in line for line in written) == 25
    assert state(run.folder)["trainer"]["learner"]["slowing"] == 0.5


def test_it_stops_where_that_is_asked_for_and_goes_on_later(photos, tmp_path):
    out = tmp_path / "run"
    with pytest.raises(AcutanceError, match="mine was not finite 25 steps in a row"):
        train(photos, out, range(12, 99), on_nan="stop")
    assert state(out)["step"] == 10
    train(photos, out, (), resume=True)
    assert state(out)["step"] == STEPS


def test_it_does_not_go_back_for_ever(photos, tmp_path):
    with pytest.raises(AcutanceError, match="mine was not finite"):
        train(photos, tmp_path / "run", range(12, 10_000))
    assert (tmp_path / "run" / "checkpoints" / "last.pt").exists()


def test_before_the_first_checkpoint_there_is_no_way_back(photos, tmp_path):
    with pytest.raises(AcutanceError, match="mine was not finite"):
        train(photos, tmp_path / "run", range(10_000), steps=4000)
    assert not (tmp_path / "run" / "checkpoints" / "last.pt").exists()


def test_weights_that_became_infinite_do_not_replace_a_checkpoint(photos, tmp_path, monkeypatch):
    out = tmp_path / "run"
    steps = iter(range(STEPS))

    class Exploding(torch.optim.Adam):
        def step(self, closure=None):
            super().step(closure)
            if next(steps) == 19:
                self.param_groups[0]["params"][0].data.fill_(float("inf"))

    monkeypatch.setattr(Adam, "__call__", lambda self, parameters: Exploding(list(parameters), lr=self.learning_rate))
    with pytest.raises(AcutanceError, match=r"network/.*is not finite.* stands"):
        train(photos, out, (), on_nan="stop")
    assert state(out)["step"] == 10
    assert all(leaf.isfinite().all() for leaf in state(out)["trainer"]["network"].values())


def test_another_way_to_go_on_is_refused(photos, tmp_path):
    with pytest.raises(AcutanceError, match="restart"):
        train(photos, tmp_path / "run", (), on_nan="restrat")
    assert not (tmp_path / "run").exists()
