"""One strength of each method, chosen on other pictures than those that are reported."""

from statistics import fmean
from typing import TYPE_CHECKING

from acutance.comparison.sweep import families
from acutance.metrics import METRICS

if TYPE_CHECKING:
    from acutance.comparison.comparison import Comparison


def chosen(comparison: "Comparison") -> list[str]:
    """Return the control and of each method the strength that is to be reported, by the sets of this comparison.

    Of the strengths that lose nothing to the control in the first metric, it is the best in the second; where all lose,
    the one that loses least. With a single metric it is the best in that. Sets count alike.
    """
    picked = [_best(comparison, members) for members in families(comparison.recipes).values()]
    return [comparison.control, *(each for each in comparison.recipes[1:] if each in picked)]


def _best(comparison: "Comparison", members: list[str]) -> str:
    if len(members) == 1:
        return members[0]
    first, *others = comparison.metrics(comparison.sets[0])
    keeping = [each for each in members if _gain(comparison, each, first) >= 0]
    if not others or not keeping:
        return max(members, key=lambda each: _gain(comparison, each, first))
    return max(keeping, key=lambda each: _gain(comparison, each, others[0]))


def _gain(comparison: "Comparison", recipe: str, metric: str) -> float:
    """Return by how much a recipe is better than the control, the mean over the sets."""
    sign = 1 if METRICS[metric].higher_is_better else -1
    means = [
        [fmean(comparison.means(each, name, metric).values()) for name in comparison.sets]
        for each in (recipe, comparison.control)
    ]
    return sign * (fmean(means[0]) - fmean(means[1]))
