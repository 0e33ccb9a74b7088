"""A run whose embedding network still guesses says so at its end."""

import json
from pathlib import Path

import pytest

from acutance.runs import Run
from acutance.runs.guessing import doubt, end_of


def lines(*losses: float) -> dict[str, list[tuple[int, float]]]:
    return {
        "loss/critic/contrastive": list(enumerate(losses, 1)),
        "chance/contrastive": [(step, 9.7) for step in range(1, len(losses) + 1)],
    }


@pytest.mark.parametrize(
    ("losses", "guesses"), [([9.6], True), ([9.6, 9.0, 2.2], False), ([2.2, 9.6], True), ([8.7], False), ([8.8], True)]
)
def test_the_loss_at_the_end_counts(losses: list[float], guesses: bool) -> None:
    assert bool(doubt(lines(*losses))) == guesses


def test_the_end_is_the_last_fifth() -> None:
    assert end_of(lines(*[9.0] * 8, 3.0, 2.0)) == 2.5


def test_steps_before_the_network_learned_are_not_its_end() -> None:
    assert end_of({"loss/critic/contrastive": [*((step, 9.0) for step in range(-20, 1)), (1, 2.0)]}) == 2.0


def test_where_there_is_no_critic_nothing_is_doubted() -> None:
    assert not doubt({"loss/pixel": [(1, 9.7)]})


@pytest.mark.parametrize("loss", [9.6, 2.2])
def test_what_the_command_prints_says_it(tmp_path: Path, loss: float) -> None:
    line = {"step": 2, "loss/critic/contrastive": loss, "chance/contrastive": 9.7}
    (tmp_path / "metrics.jsonl").write_text(json.dumps(line) + "\n")
    told = f"its loss is {loss:.2f} at the end where guessing has 9.70" in Run(tmp_path).summary
    assert told == (loss > 9)
