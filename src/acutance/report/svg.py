"""Charts as SVG pictures that refer to nothing outside themselves."""

import io
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from acutance.errors import shown
from acutance.report.curves import Chart, Points

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Dashes = str | tuple[int, tuple[int, ...]]
COLOURS = ("#0b6bcb", "#e8590c", "#2b8a3e", "#9c36b5", "#c92a2a", "#0c8599", "#846358", "#495057")
DASHES = ("-", "--", ":", "-.", (0, (6, 2, 1, 2, 1, 2)), (0, (8, 4)), (0, (1, 4)))
MANY = 60
"""With more points than this a curve is drawn smoothed, its points pale behind it."""

SHORT = 28
"""Characters of a name of which two stand beside each other."""
ALONE, WIDEST, THINNEST = 1.7, 4.0, 1.5
"""Widths of the curves of a single run, of the first of several and of the last: one upon another leaves it a rim."""


def svg(chart: Chart, runs: Sequence[str]) -> str:
    """Draw a chart; each of `runs` has its colour in every chart, each quantity within a chart its dashes.

    With a single run the quantities have the colours.
    """
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": shown(chart.title), "font.size": 11}):
        figure = Figure(figsize=(5.6, 3.6), layout="constrained")
        axes = figure.add_subplot()
        names = list(dict.fromkeys(what for _, what in chart.curves))
        for (run, what), points in chart.curves.items():
            label = run if len(names) == 1 else f"{run}: {what}"
            label = label if len(runs) > 1 or len(names) == 1 else what
            colour = runs.index(run) if len(runs) > 1 else names.index(what)
            look = COLOURS[colour % len(COLOURS)], DASHES[names.index(what) % len(DASHES)], _width(run, runs)
            _curve(axes, points, shown(label), look)
        _dress(axes, chart)
        if len(runs) * len(names) > 1:
            _legend(figure, axes)
        return saved(figure)


def saved(figure: "Figure") -> str:
    """Return a figure as SVG whose texts are text, and which says nothing of the day or the program."""
    page = io.StringIO()
    with warnings.catch_warnings():
        # Names in other scripts stay text, for which whoever shows the chart has the letters.
        warnings.filterwarnings("ignore", "Glyph .* missing")
        if layout := figure.get_layout_engine():  # laid out here: savefig would draw it once more for that
            layout.execute(figure)
            figure.set_layout_engine(None)
        figure.savefig(page, format="svg", metadata={"Date": None, "Creator": None, "Type": None, "Format": None})
    return page.getvalue()


def smoothed(values: Sequence[float], reach: int) -> list[float]:
    """Return the mean of each value and its neighbours up to `reach` away on both sides; fewer near the ends."""
    sums = [0.0]
    for value in values:
        sums.append(sums[-1] + value)
    ends = [(max(0, place - reach), min(len(values), place + reach + 1)) for place in range(len(values))]
    return [(sums[high] - sums[low]) / (high - low) for low, high in ends]


def _width(run: str, runs: Sequence[str]) -> float:
    """Return the width of the curves of a run, in points: each is drawn upon the wider ones of those before it."""
    return ALONE if len(runs) < 2 else WIDEST + (THINNEST - WIDEST) * runs.index(run) / (len(runs) - 1)


def _curve(axes: "Axes", points: Points, label: str, look: tuple[str, Dashes, float]) -> None:
    (steps, values), (colour, dashes, width) = points, look
    if len(steps) > MANY:
        axes.plot(steps, values, color=colour, alpha=0.22, linewidth=0.8)
        values = smoothed(values, len(values) // MANY)
    marker = "o" if len(steps) <= MANY // 2 else ""
    axes.plot(
        steps, values, linestyle=dashes, color=colour, label=label, linewidth=width, marker=marker, markersize=3.5
    )


def _legend(figure: "Figure", axes: "Axes") -> None:
    """Name the curves below the axes, in two columns where the names are short enough; the page grows with them."""
    names = axes.get_legend_handles_labels()[1]
    columns = 2 if max(map(len, names)) <= SHORT else 1
    figure.set_figheight(figure.get_figheight() + 0.2 * max(0, -(-len(names) // columns) - 3))
    legend = figure.legend(loc="outside lower center", ncols=columns, frameon=False, fontsize=10)
    for name in legend.get_texts():
        name.set_parse_math(False)  # a name may hold dollars


def _dress(axes: "Axes", chart: Chart) -> None:
    from matplotlib.ticker import NullFormatter, StrMethodFormatter

    if chart.logarithmic:  # plain numbers: formulas such as 10^-1 take ten times as long to set
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
    axes.locator_params(axis="x", integer=chart.across == "step")
    axes.set_xlabel(chart.across)
    axes.set_ylabel(shown(chart.upwards), parse_math=False)
    axes.grid(color="#e3e7eb", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color("#9aa3ab")
    axes.tick_params(colors="#495057", which="both")
