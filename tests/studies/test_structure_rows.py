"""The rows of the structure study differ in one term, at a pull that is measured; a pattern is told by its period."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from acutance.recipes import Request, find_recipe

STUDIES = Path(__file__).parents[2] / "studies"
ROWS = ("contrastive", "jigsaw", "gradient", "random", "pixel")
ALONE = Request(without=("perceptual",))


def objective(row: str) -> dict[str, object]:
    return dict(find_recipe(f"{STUDIES / 'structure.py'}:{row}").experiment(ALONE).objective)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_the_control_and_one_term_at_the_pull_of_the_pixel_loss(row: str) -> None:
    control, ours = objective("none"), objective(row)
    assert list(control) == ["pixel", "colour"]
    assert ours.keys() - control.keys() == {"structure"}
    for term in (ours["colour"], ours["structure"]):
        assert (term.weight.fraction, term.weight.of) == (1.0, "pixel")  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("row", ROWS)
def test_on_the_light_spsr_a_row_is_the_same_beside_its_branch(row: str) -> None:
    control, ours, plain = objective("spsr"), objective(f"spsr_{row}"), objective(row)
    assert list(control) == ["pixel", "branch", "colour"]
    assert control["branch"].weight == control["pixel"].weight / 2  # pyright: ignore[reportAttributeAccessIssue]
    assert ours.keys() - control.keys() == {"structure"}
    for name in ("colour", "structure"):
        assert repr(ours[name]) == repr(plain[name])


@pytest.mark.parametrize("row", ["contrastive", "gradient", "random"])
def test_with_a_gan_a_row_adds_its_term_and_its_critic_at_one_pull(row: str) -> None:
    control, ours = objective("gan"), objective(f"gan_{row}")
    assert list(control) == ["pixel", "colour", "adversarial"]
    assert ours.keys() - control.keys() == {"structure", "structure_adversarial"}
    for name in ("adversarial", "structure_adversarial"):
        assert ours[name].weight == control["adversarial"].weight  # pyright: ignore[reportAttributeAccessIssue]
    assert repr(ours["structure"].loss) == repr(objective(row)["structure"].loss)  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(("period", "kind"), [(2, "period 2"), (4, "period 4")])
def test_a_pattern_raises_the_amplitude_of_its_period_alone(
    period: int, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(STUDIES))
    study = import_module("grid_or_texture")
    hr = np.full((96, 96, 3), 120, np.uint8)
    rows, columns = np.indices((96, 96)) // (period // 2)
    checkers = hr + (4 * ((rows + columns) % 2)).astype(np.uint8)[..., None]
    found = dict(zip(study.KINDS, study.amplitudes(checkers, hr), strict=True))
    assert found.pop(kind) > 0.3
    assert max(found.values()) < 0.05
