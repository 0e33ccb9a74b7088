"""Weights by gradient ratio where a measurement is nothing like the others."""

from collections.abc import Sequence

import pytest
import torch

from acutance.experiment import GradientRatio, Term
from acutance.losses import Pixel
from acutance.training.balance import Balance
from acutance.training.clock import Clock

LIKE = [1.0, 0.7, 1.4, 0.9, 1.2, 0.8, 1.1, 1.0, 0.9, 1.3]
"""Norms of a term's gradient, where that of the other is 1."""


def balance(every: int = 1) -> Balance:
    return Balance({"pixel": Term(1.0, Pixel()), "other": Term(GradientRatio(1.0, every=every), Pixel())})


def measured(balance: Balance, norms: Sequence[float], start: int = 0) -> list[float]:
    """Return the weight after each step, in which the gradients have these norms."""
    weights = list[float]()
    for done, norm in enumerate(norms, start):
        sr = torch.ones(1, requires_grad=True)
        balance.measure({"pixel": sr.sum(), "other": norm * sr.sum()}, sr, Clock(100, done))
        weights.append(balance.weight("other", done / 100))
    return weights


@pytest.mark.parametrize("at", [0, 1, 5])
def test_one_gradient_out_of_all_bounds_does_not_take_the_weight_for_good(at: int) -> None:
    found = measured(balance(), [3.6e6 if number == at else norm for number, norm in enumerate(LIKE)])
    assert found[at] < 1e-6  # in that step itself the term would outweigh all others
    assert all(0.3 < weight < 3 for weight in found[max(at + 1, 2) :])


def test_two_such_gradients_of_five_neither() -> None:
    found = measured(balance(), [1.0, 3.6e6, 6.9e6, 0.5, 1.2, 1.0, 0.9])
    assert 0.3 < found[-1] < 3


def test_one_that_stays_is_believed() -> None:
    found = measured(balance(), [*LIKE[:5], *[1000.0] * 6])
    assert found[-1] == pytest.approx(1e-3, rel=0.01)


def test_without_such_a_gradient_the_weight_is_smoothed_as_ever() -> None:
    weight, expected = 1.0, list[float]()
    for norm in LIKE:
        weight = weight if not expected else 0.9 * weight + 0.1 / norm
        expected.append(weight)
    assert measured(balance(), LIKE) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("stopped", range(1, 6))
def test_a_weight_that_is_taken_up_again_goes_on_as_it_would_have(stopped: int) -> None:
    norms, whole, again = [3.6e6, *LIKE], balance(), balance()
    expected = measured(whole, norms)
    first = balance()
    measured(first, norms[:stopped])
    again.load_state_dict(first.state_dict())
    assert measured(again, norms[stopped:], stopped) == expected[stopped:]


def test_a_step_that_is_undone_is_not_remembered() -> None:
    one, other = balance(), balance()
    measured(one, LIKE[:2])
    measured(other, LIKE[:2])
    kept = one.kept()
    measured(one, [3.6e6], 2)
    one.put_back(kept)
    assert one.state_dict() == other.state_dict()


def test_states_that_remember_no_measurements_are_taken_up() -> None:
    older = balance()
    older.load_state_dict({"weights": {"other": 0.7}})
    assert measured(older, [1.0]) == pytest.approx([0.9 * 0.7 + 0.1])
