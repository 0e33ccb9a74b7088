"""Bars in groups with their intervals, as SVG that refers to nothing outside itself: SPSR's Fig. 9, 14 and 15."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acutance.errors import shown
from acutance.report.svg import COLOURS, saved

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WORD, LETTER = 0.7, 0.085
"""Inches that a name in the legend takes with its colour, and each of its letters."""


@dataclass(frozen=True)
class Bar:
    """A share in [0, 1], and the ends of its interval."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Bars:
    """A chart of bars.

    Attributes:
        title: above it.
        groups: what stands side by side below the axis, such as test sets; each holds a bar by its series.
        upwards: what the axis holds.
        chance: a dashed line at what guessing would give, by group; none where it is empty.
    """

    title: str
    groups: Mapping[str, Mapping[str, Bar]]
    upwards: str
    chance: Mapping[str, float]

    @property
    def series(self) -> Sequence[str]:
        """What has the same colour in every group."""
        return list(dict.fromkeys(name for group in self.groups.values() for name in group))


def bars_svg(bars: Bars) -> str:
    """Return the chart as SVG."""
    import matplotlib
    from matplotlib.figure import Figure

    series, groups = bars.series, list(bars.groups)
    width = 0.8 / max(1, len(series))
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": shown(bars.title), "font.size": 11}):
        figure = Figure(figsize=(max(5.6, 1.6 + 1.5 * len(groups)), 3.8), layout="constrained")
        axes = figure.add_subplot()
        for number, name in enumerate(series):
            at = [place for place, group in enumerate(groups) if name in bars.groups[group]]
            those = [bars.groups[groups[place]][name] for place in at]
            places = [place + (number - (len(series) - 1) / 2) * width for place in at]
            spread = [[100 * (b.share - b.low) for b in those], [100 * (b.high - b.share) for b in those]]
            colour = COLOURS[number % len(COLOURS)]
            axes.bar(places, [100 * b.share for b in those], width * 0.92, color=colour, label=shown(name))
            axes.errorbar(places, [100 * b.share for b in those], yerr=spread, fmt="none", ecolor="#343a40", capsize=2)
        for place, group in enumerate(groups):
            if group in bars.chance:
                level = 100 * bars.chance[group]
                axes.plot([place - 0.45, place + 0.45], [level, level], color="#343a40", linestyle="--", linewidth=1)
        axes.set_xticks(range(len(groups)), [shown(group) for group in groups])
        axes.set_ylabel(shown(bars.upwards), parse_math=False)
        axes.set_title(shown(bars.title), parse_math=False, fontsize=11)
        axes.set_ylim(bottom=0)
        axes.grid(axis="y", color="#e3e7eb", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        _legend(figure, series)
        return saved(figure)


def _legend(figure: "Figure", series: Sequence[str]) -> None:
    """Name the series below the axes, in as many columns as fit; the page grows with its lines."""
    fit = int(figure.get_figwidth() / (WORD + LETTER * max(map(len, series), default=0)))
    columns = max(1, min(fit, len(series)))
    figure.set_figheight(figure.get_figheight() + 0.2 * (-(-len(series) // columns) - 1))
    legend = figure.legend(loc="outside lower center", ncols=columns, frameon=False, fontsize=10)
    for text in legend.get_texts():
        text.set_parse_math(False)
