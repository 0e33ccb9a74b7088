"""The loss of chance beside which an embedding network is judged: that of its own run."""

import math
from pathlib import Path

import pytest

from acutance import critics
from acutance.comparison.critic_state import keep_state, states
from acutance.critics import EmbeddingNetwork
from acutance.losses import Contrastive
from acutance.ops import gradient_map
from acutance.run_folder import RunFolder, RunId
from acutance.runs.guessing import CHANCE, LOSS

RUN = RunId("pcl:x", 1)


@pytest.mark.parametrize("teach_samples", [False, True])
def test_chance_is_what_the_run_logged_and_of_runs_of_before_that_of_two_kinds(
    tmp_path: Path, teach_samples: bool
) -> None:
    folder = RUN.folder(tmp_path)
    critics.save(RunFolder(folder).embedding, EmbeddingNetwork())
    keep_state(folder, lambda lr: lr, (), 4)
    assert states([RUN], tmp_path)[RUN].chance == pytest.approx(2 * math.log(17))
    chance = Contrastive(teach_samples=teach_samples).chance(1)
    RunFolder(folder).append({"step": 1, LOSS: 0.8 * chance, CHANCE: chance})
    keep_state(folder, lambda lr: lr, (), 4)
    state = states([RUN], tmp_path)[RUN]
    assert (state.chance, state.guesses) == (pytest.approx(chance), False)


def test_one_that_looks_through_a_function_of_its_recipe_is_told_by_its_loss(tmp_path: Path) -> None:
    folder = RUN.folder(tmp_path)
    critics.save(RunFolder(folder).embedding, EmbeddingNetwork(gradient_map))
    RunFolder(folder).append({"step": 1, LOSS: 5.0, CHANCE: 9.7})
    keep_state(folder, lambda lr: lr, (), 4)
    state = states([RUN], tmp_path)[RUN]
    assert (state.loss, state.chance, state.accuracy, state.guesses) == (5.0, 9.7, None, False)
