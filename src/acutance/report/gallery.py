"""The pictures of a report: those on which a network gains most and least, to slide and as figures."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import NamedTuple

from PIL.Image import Image

from acutance.data import PictureSet, decode
from acutance.degrade import Bicubic
from acutance.metrics import METRICS
from acutance.report.crops import draw_crops, most_different
from acutance.report.panels import Box, Pixels
from acutance.scores.opaque import read_scored
from acutance.scores.results import Results, Scores
from acutance.scores.scorer import Source
from acutance.scores.significance import differences
from acutance.scores.wording import heading, number, signed, unit, values

ENDS = 3
"""How many pictures of the largest gain are shown, and how many of the smallest."""
PIXELS = 3_000_000
"""How many all sliders have together. PNG takes up to 2 bytes for one, base64 a third more: 8 MB of the page."""
HR = "HR"


class Example(NamedTuple):
    """A picture to show, and by how much the network exceeds the control on it (or, alone, what it scores)."""

    set_name: str
    picture: str
    gain: float


@dataclass(frozen=True)
class Gallery:
    """What `write_report` shows of pictures: how they were chosen, and sliders and figures by their captions."""

    choice: str = ""
    sliders: Mapping[str, Mapping[str, Pixels]] = field(default_factory=dict)
    figures: Mapping[str, Image] = field(default_factory=dict)


def gallery(
    results: Sequence[Results], sources: Mapping[str, Callable[[], Source]], sets: Sequence[PictureSet]
) -> Gallery:
    """Make again the pictures on which the second of the results gains most and least on the first, by all networks.

    Gain is that in the first metric. Of a single network its best and worst pictures are shown. Sliders have the part
    around the figure's crop where the whole would be too large (`PIXELS`).

    Args:
        results: the control's, then those of the others, where there are others.
        sources: by the name of each of these networks, what makes the source of its SR.
        sets: those that were scored.
    """
    pairs = {(each.name, pair.name): pair for each in sets for pair in each.pairs}
    begun = {label: begin() for label, begin in sources.items()}
    chosen = examples(results)
    room = PIXELS // max(1, len(chosen) * (len(sources) + 1))
    sliders: dict[str, Mapping[str, Pixels]] = {}
    figures: dict[str, Image] = {}
    for each in chosen:
        pair = pairs[each.set_name, each.picture]
        hr, lr = decode(pair, Bicubic(results[0].scale), read=read_scored)
        made = {label: source(each.set_name, pair, lr) for label, source in begun.items()}
        scores, caption = _scores(results, each), _caption(results, each)
        crop = most_different(hr, made)
        part = around(crop, hr, room)
        slid = {f"{label}, {values(scores[label])}": part.of(sr) for label, sr in made.items()}
        sliders[caption + _cut(part, hr)] = {**slid, HR: part.of(hr)}
        figures[caption] = draw_crops(hr, made, crop=crop, scores=scores, title=f"{each.set_name}/{each.picture}")
    return Gallery(_choice(results, chosen), sliders, figures)


def examples(results: Sequence[Results]) -> list[Example]:
    """Return the pictures of the largest gains and those of the smallest, `ENDS` of each, the largest first."""
    sign = 1 if METRICS[_metric(results)].higher_is_better else -1
    ranked = sorted(_gains(results), key=lambda each: sign * each.gain, reverse=True)
    return ranked if len(ranked) <= 2 * ENDS else ranked[:ENDS] + ranked[-ENDS:]


def around(crop: Box, hr: Pixels, most: int) -> Box:
    """Return the part of a picture around a crop, in the shape of the whole, that has at most so many pixels."""
    ratio = min(1.0, sqrt(most / (hr.shape[0] * hr.shape[1])))
    height, width = (max(1, int(side * ratio)) for side in hr.shape[:2])
    left = min(max(0, crop.left + (crop.width - width) // 2), hr.shape[1] - width)
    top = min(max(0, crop.top + (crop.height - height) // 2), hr.shape[0] - height)
    return Box(left, top, width, height)


def _metric(results: Sequence[Results]) -> str:
    return next((metric for each in results for result in each.sets.values() for metric in result.means), "psnr")


def _gains(results: Sequence[Results]) -> Iterator[Example]:
    """Yield the pictures that both have: what is not scored has nothing to show."""
    metric, (control, ours) = _metric(results), (results[0], results[min(1, len(results) - 1)])
    for name, result in ours.sets.items():
        others = control.sets[name].images
        for picture in (each for each in result.images if each in others):
            score, other = result.images[picture][metric], others[picture][metric]
            yield Example(name, picture, score if len(results) == 1 else differences([score], [other])[0])


def _scores(results: Sequence[Results], of: Example) -> dict[str, Scores]:
    return {each.network: each.sets[of.set_name].images.get(of.picture, {}) for each in results}


def _caption(results: Sequence[Results], of: Example) -> str:
    metric = _metric(results)
    gain = number(metric, of.gain) if len(results) == 1 else signed(metric, of.gain)
    return f"{of.set_name}/{of.picture}: {heading([metric])} {gain}{unit(metric)}"


def _cut(part: Box, hr: Pixels) -> str:
    height, width = hr.shape[:2]
    if (part.width, part.height) == (width, height):
        return ""
    return f"; {part.width} x {part.height} of its {width} x {height} pixels"


def _choice(results: Sequence[Results], chosen: Sequence[Example]) -> str:
    if not chosen:
        return ""
    title, all_of_them = heading([_metric(results)]), len(chosen) < 2 * ENDS
    shown = "All pictures" if all_of_them else f"The {ENDS} pictures of the largest and the {ENDS} of the smallest"
    what = title if len(results) == 1 else f"gain in {title} of {results[1].network} over {results[0].network}"
    return f"{shown}{', by their' if all_of_them else ''} {what}."
