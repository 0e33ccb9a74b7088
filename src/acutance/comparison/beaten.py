"""Which methods a trivial control beats, and what to say where none was tried."""

from statistics import fmean
from typing import TYPE_CHECKING

from acutance.comparison.untrained import NAMES
from acutance.errors import shown
from acutance.metrics import METRICS
from acutance.recipes import RECIPES
from acutance.recipes.strength import RATE

if TYPE_CHECKING:
    from acutance.comparison.comparison import Comparison


def beaten(comparison: "Comparison") -> list[str]:
    """Return a sentence for each method and set on which a trivial control is as good in every metric, better in one.

    By the means over the seeds that both have.
    """
    methods = [each for each in comparison.recipes[1:] if each not in comparison.trivial]
    return [
        shown(f"{method} is beaten by {trivial} on {name}: as good or better in {_listed(comparison, name)}.")
        for method in methods
        for name in comparison.sets
        for trivial in comparison.trivial
        if _beats(comparison, trivial, method, name)
    ]


def reminder(comparison: "Comparison") -> list[str]:
    """Return, where no trivial control was compared with a method, a sentence that names those that there are."""
    control, *methods = dict.fromkeys(each.partition(f"@{RATE}=")[0] for each in comparison.recipes)
    if comparison.trivial or not methods:
        return []
    known = [name for name, each in RECIPES.items() if each.trivial and each.control == control]
    named = ", ".join([*NAMES, *known[:3]])
    return [shown(f"No trivial control was compared, so what did this is not known; there are {named}.")]


def _beats(comparison: "Comparison", trivial: str, method: str, name: str) -> bool:
    seeds = comparison.seeds_of(trivial, method)
    if not seeds:
        return False
    gains = [_gain(comparison, trivial, method, name, metric, seeds) for metric in comparison.metrics(name)]
    return min(gains) >= 0 and max(gains) > 0


def _gain(comparison: "Comparison", ours: str, theirs: str, name: str, metric: str, seeds: list[int]) -> float:
    sign = 1 if METRICS[metric].higher_is_better else -1
    first, second = (comparison.means(each, name, metric) for each in (ours, theirs))
    if any(seed not in means for seed in seeds for means in (first, second)):
        return -1.0
    return sign * (fmean(first[seed] for seed in seeds) - fmean(second[seed] for seed in seeds))


def _listed(comparison: "Comparison", name: str) -> str:
    *others, last = [METRICS[metric].title for metric in comparison.metrics(name)]
    return f"{', '.join(others)} and {last}" if others else last
