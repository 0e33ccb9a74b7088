"""What the demo showed, and how sure one may be, in plain words: whichever way it fell."""

from collections.abc import Sequence

from acutance.metrics import METRICS
from acutance.scores.results import Results, SetResult
from acutance.scores.wording import digits_beyond, signed, unit
from acutance.tables import Rows

L1, PCL, FILTER = "L1", "L1 + PCL", "L1, sharpened"
"""The labels of the two runs, and of the filter over the first."""
GRID = 0.2
"""Levels of `metrics.grid` beyond which a grid is told of; a filter adds a tenth of that."""
SURE = (
    "One seed, {} photographs and minutes of training decide nothing, for or against. Three seeds on RLFN's released "
    "weights did not tell PCL from the filter in LPIPS at equal PSNR (docs/results/frontier.md); "
    "`acutance compare --sweep` with seeds of your own tells more."
)


def difference_rows(results: Sequence[Results], name: str) -> Rows:
    """Return what each of the results has more than L1 alone, a column a metric."""
    means = {each.network: each.sets[name].means for each in results}
    metrics = list(means[L1])
    body = [
        [who, *(signed(each, theirs[each] - means[L1][each]) for each in metrics)]
        for who, theirs in means.items()
        if who in (PCL, FILTER)
    ]
    return [["less L1 alone", *(METRICS[each].title for each in metrics)], *body]


def findings(results: Sequence[Results], name: str, factor: float | None) -> list[str]:
    """Return sentences: L1 + PCL less L1 alone, less the filter that is as sharp, and what that is worth.

    Args:
        results: of bicubic, the start, L1, L1 + PCL, and the filter where there is one.
        name: the set.
        factor: of the filter; None where L1 + PCL is no sharper than L1 alone.
    """
    sets = {each.network: each.sets[name] for each in results}
    alone = f"{PCL} less {L1} alone, from the same start on the same patches: {_difference(sets[PCL], sets[L1])}."
    sure = [*_grid(sets[PCL], sets[L1]), SURE.format(len(sets[PCL].images))]
    if factor is None:
        return [alone, f"{PCL} is no sharper than {L1} alone, so there is no filter to hold it against.", *sure]
    equal = f"{PCL} less the filter that is as sharp ({L1}'s pictures sharpened by {factor:.2f}, nothing trained)"
    return [alone, f"{equal}: {_difference(sets[PCL], sets[FILTER], but='sharpness')}.", *sure]


def _grid(ours: SetResult, theirs: SetResult) -> list[str]:
    """Return a warning where a grid was drawn, which other measures count as a gain."""
    more = ours.means.get("grid", 0.0) - theirs.means.get("grid", 0.0)
    if more <= GRID:
        return []
    return [f"{PCL} has drawn a grid, {more:.2f} levels on smooth parts: sharpness and spectrum count it as a gain."]


def _difference(ours: SetResult, theirs: SetResult, but: str = "") -> str:
    """Return the difference in each metric but one, and on how many pictures it is the better one."""
    return "; ".join(_in_metric(ours, theirs, metric) for metric in ours.means if metric != but)


def _in_metric(ours: SetResult, theirs: SetResult, metric: str) -> str:
    known, gain = METRICS[metric], ours.means[metric] - theirs.means[metric]
    told = f"{known.title} {signed(metric, gain, digits_beyond(metric, gain))}{unit(metric)}"
    if not known.reference:
        return told
    sign = 1 if known.higher_is_better else -1
    better = sum(sign * (scores[metric] - theirs.images[each][metric]) > 0 for each, scores in ours.images.items())
    return f"{told} (better on {better} of {len(ours.images)})"
